import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../support/yaml.ts';
import { floorName } from './figures.ts';
import type { Node } from './nodes.ts';

/** Something to measure: how it is started. */
export interface Program {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

type ProgramKey = 'floor' | 'commonJsFloor' | 'preflightFloor' | 'framework' | 'packages' | 'function';

/** All programs, by what they show. */
export type Programs = Readonly<Record<ProgramKey, Program>>;

const sources = join(import.meta.dirname, 'programs');
const framework = join(root, 'node_modules', '@google-cloud', 'functions-framework');

/** Where the programs for a Node are built. */
export function buildFolderOf({ major }: Node): string {
  return join(root, '.cache', 'bench', `node-${major}`);
}

/** Builds what has to be built, with the Node that will run it: the function as it is shipped, the others the plain way. */
export async function buildPrograms({ major, path }: Node): Promise<Programs> {
  const folder = buildFolderOf({ major, path });
  mkdirSync(folder, { recursive: true });
  execFileSync(path, ['build.mjs', '--outdir', join(folder, 'dist')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module","main":"dist/index.cjs"}');
  const floor = join(sources, 'floor.mjs');
  const commonJsFloor = join(folder, 'floor.cjs');
  await build({ entryPoints: [floor], outfile: commonJsFloor, format: 'cjs', platform: 'node' });
  return {
    floor: { name: floorName, argv: [floor] },
    commonJsFloor: { name: 'floor, CommonJS', argv: [commonJsFloor] },
    preflightFloor: { name: 'floor, preflight', argv: [floor], env: { PREFLIGHT: '1' } },
    framework: { name: 'framework alone', argv: await bundlePlainly('framework', folder) },
    packages: { name: 'four packages', argv: await bundlePlainly('packages', folder) },
    function: {
      name: 'function',
      argv: [join(folder, 'dist', 'start.cjs'), `--source=${folder}`, '--target=twittergraph'],
    },
  };
}

/** One bundle of a function and the framework, without anything that makes it start faster. */
async function bundlePlainly(name: string, folder: string): Promise<string[]> {
  const { bin } = JSON.parse(readFileSync(join(framework, 'package.json'), 'utf8')) as { bin: Record<string, string> };
  const command = join(framework, bin['functions-framework'] ?? '');
  const contents = `require('./${name}.ts'); require(${JSON.stringify(command)});`;
  const outfile = join(folder, `${name}.cjs`);
  await build({ stdin: { contents, resolveDir: sources }, outfile, bundle: true, format: 'cjs', platform: 'node' });
  return [outfile, `--source=${outfile}`, '--target=bench'];
}
