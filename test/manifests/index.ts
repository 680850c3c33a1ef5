/** `npm run manifests`: renders every kustomization and says what is wrong with it. */
import { parseArgs } from 'node:util';

import { provideKustomize } from '../setup/kustomize.ts';
import { type Facts, readFacts } from './facts.ts';
import { findKustomizations, renderFolder } from './render.ts';
import { RULES } from './rules.ts';
import { checkSchemas, kindOf, type SchemaReport, UNCHECKED_KINDS } from './schemas/schemas.ts';

const help = `npm run manifests -- [options] [FOLDER…]

Renders every kustomization below knative/, influxdb/ and grafana/, or those named, with the real kustomize,
compares every object with the schema of its kind, and with one another what belongs together: sinks and
func.yaml, Secrets and variables, ports, schedules, data sources. Sends nothing anywhere.

  --json    for programs: per kustomization its objects, by which schema they were checked, and problems
  --help    this text

kustomize is KUSTOMIZE_BIN, else that of the PATH, else that of the PATH's kubectl (5 or later), else built
once into .cache/ with Go. Where ../shared is there, Knative's own definitions are used as well, strictly.
Exit code 0: nothing is wrong; 1: something is, or a kustomization cannot be rendered.`;

interface Finding {
  readonly folder: string;
  readonly objects: readonly { name: string; kind: string; checkedBy: readonly string[] }[];
  readonly problems: readonly string[];
}

function main(argv: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  provideKustomize(console.error);
  const facts = readFacts();
  const folders = positionals.length > 0 ? positionals.map((each) => each.replace(/\/+$/, '')) : findKustomizations();
  const findings = folders.map((folder) => examine(folder, facts));
  console.log(values.json ? JSON.stringify(findings, undefined, 2) : findings.map(toText).join('\n'));
  return findings.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

function examine(folder: string, facts: Facts): Finding {
  try {
    const rendering = renderFolder(folder);
    const schemas = checkSchemas(rendering.objects);
    const problems = RULES.flatMap(({ name, find }) => find(rendering, facts).map((problem) => `${name}: ${problem}`));
    const objects = rendering.objects.map((object) => ({
      name: object.metadata.name,
      kind: kindOf(object),
      checkedBy: checkersOf(kindOf(object), schemas),
    }));
    return { folder, objects, problems: [...schemas.problems.map((problem) => `schema: ${problem}`), ...problems] };
  } catch (error) {
    return { folder, objects: [], problems: [error instanceof Error ? error.message : String(error)] };
  }
}

function checkersOf(kind: string, { checked }: SchemaReport): readonly string[] {
  return checked.get(kind) ?? [];
}

function toText({ folder, objects, problems }: Finding): string {
  const width = Math.max(0, ...objects.map(({ kind }) => kind.length));
  const lines = objects.map(({ kind, name, checkedBy }) => {
    const how = UNCHECKED_KINDS.includes(kind) ? 'NOT CHECKED: no schema' : checkedBy.join(', ');
    return `  ${kind.padEnd(width)}  ${name}  (${how})`;
  });
  const wrong = problems.map((problem) => `  WRONG  ${problem}`);
  const found = problems.length === 0 ? 'nothing is wrong' : `${problems.length} WRONG`;
  return [`${folder}: ${objects.length} objects, ${found}`, ...lines, ...wrong, ''].join('\n');
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
