import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';

import { MEASUREMENTS } from '../../functions/measurement.ts';
import { readYaml, root } from '../support/yaml.ts';
import type { FuncYaml } from '../deploy/func-rules.ts';
import {
  anchorsOf,
  codeBlocks,
  codeSpans,
  linkTargets,
  listFiles,
  readText,
  sectionOf,
  tableOf,
  unquote,
} from './markdown.ts';

interface PingSource {
  metadata: { name: string };
  spec: { schedule: string };
}

const documents = listFiles('.').filter((path) => path.endsWith('.md'));
/** Every file and folder, by all the ends of its path: tables leave the folder out that they are about. */
const names = new Set(listFiles('.').flatMap(namesOf));
/** The text of everything that is applied in the README's first four steps. */
const manifests = ['influxdb/base', 'grafana/base']
  .flatMap((folder) => listFiles(folder).map((path) => `${folder}/${path}`))
  .filter((path) => path.endsWith('.yaml'))
  .map(readText)
  .join('\n');
const packageJson = JSON.parse(readText('package.json')) as { version: string; scripts: Record<string, string> };

for (const document of documents) {
  describe(document, () => {
    const text = readText(document);

    it('links to nothing that is not there', () => {
      const broken = linkTargets(text).filter(
        (target) => !/^https?:/.test(target) && !leadsSomewhere(document, target),
      );
      assert.deepEqual(broken, []);
    });

    it('names no file or folder that is not there', () => {
      const gone = codeSpans(text).filter((span) => isPath(span) && !names.has(span.replace(/\/$/, '')));
      assert.deepEqual(gone, []);
    });

    it('names no npm script that is not there', () => {
      const commands = [...codeSpans(text), ...codeBlocks(text).map(({ code }) => code)].join('\n');
      const scripts = [...commands.matchAll(/npm (?:run (?:--\w+ )?)?([\w:]+)/g)].map(([, name = '']) => name);
      const unknown = scripts.filter((name) => name !== 'ci' && !(name in packageJson.scripts));
      assert.deepEqual(unknown, []);
    });
  });
}

describe('README.md', () => {
  const readme = readText('README.md');
  const commands = codeBlocks(readme).map(({ code }) => code.trim());

  it('has each of the two commands in a block of its own', () => {
    for (const command of ['npm ci && npm test', 'npm ci && npm run local'])
      assert.ok(commands.includes(command), command);
  });

  it('creates the Secrets and the ConfigMap that func.yaml and the manifests mount, and no other', () => {
    const { volumes } = (readYaml('func.yaml') as FuncYaml).run;
    const mounted = [...volumes.map(({ secret, configMap }) => secret ?? configMap), ...secretsIn(manifests)];
    const created = commands.flatMap((code) => [
      ...code.matchAll(/kubectl create (?:secret generic|configmap) (\S+)/g),
    ]);
    assert.deepEqual(created.map(([, name]) => name).sort(), [...new Set(mounted)].sort());
  });

  it('gives them no key that is neither a variable nor mounted by a manifest', () => {
    const rows = tableOf(sectionOf(readme, '## Variables'), 'Variable');
    const known = [...rows.map((row) => unquote(row['Variable'])), ...keysIn(manifests)];
    const keys = commands
      .flatMap((code) => [...code.matchAll(/--from-(?:file|literal)=(\w+)=/g)])
      .map(([, key = '']) => key);
    assert.notDeepEqual(keys, []);
    assert.deepEqual(
      keys.filter((key) => !known.includes(key)),
      [],
    );
  });

  it('applies folders that are there, with a kustomization', () => {
    const folders = commands
      .flatMap((code) => [...code.matchAll(/(?:kubectl|oc) apply .*-k (\S+)/g)])
      .map(([, name = '']) => name);
    assert.notDeepEqual(folders, []);
    for (const folder of folders) assert.ok(existsSync(join(root, folder, 'kustomization.yaml')), folder);
  });

  it('shows every schedule of knative/ as the local pipeline prints it', () => {
    const files = listFiles('knative/base').filter((path) => path.startsWith('pingsource-'));
    const sources = files.map((path) => readYaml(`knative/base/${path}`) as PingSource);
    const lines = commands.flatMap((code) => [...code.matchAll(/^ +(?:schedules +)?(\S+(?: \S+){4}) {2}(\S+)$/gm)]);
    assert.deepEqual(
      lines.map(([, schedule, name]) => `${name} ${schedule}`).sort(),
      sources.map(({ metadata, spec }) => `${metadata.name} ${spec.schedule}`).sort(),
    );
  });

  it('shows lines of the ledger that the function could have written', () => {
    const { tags, fields } = MEASUREMENTS.twitter_ledger;
    const lines = commands.flatMap((code) => code.match(/^twitter_ledger,.*$/gm) ?? []);
    assert.notDeepEqual(lines, []);
    for (const line of lines) {
      const names = [...line.matchAll(/[, ](\w+)=/g)].map(([, name]) => name);
      assert.deepEqual(names.sort(), [...tags, ...Object.keys(fields)].sort(), line);
    }
  });

  it('calls the service by its name', () => {
    const { name } = readYaml('func.yaml') as FuncYaml;
    const hosts = [...readme.matchAll(/http:\/\/([\w-]+)\.[\w-]+\.svc\.cluster\.local/g)].map(([, host]) => host);
    assert.deepEqual(new Set(hosts), new Set([name]));
  });

  it('shows transcripts of this version', () => {
    const shown = [...readme.matchAll(/"version":"([^"]*)"/g)].map(([, version]) => version);
    assert.deepEqual(shown, [packageJson.version]);
  });
});

describe('CHANGELOG.md', () => {
  it('begins with this version, and its version with what is to do', () => {
    const [first = '', second] = [...readText('CHANGELOG.md').matchAll(/^##+ (.*)$/gm)].map(([, heading]) => heading);
    assert.ok(first.includes(packageJson.version), first);
    assert.equal(second, 'To do');
  });
});

describe('LICENSE', () => {
  it('is the one package.json names, in full', () => {
    assert.equal((JSON.parse(readText('package.json')) as { license: string }).license, 'Apache-2.0');
    assert.equal(readText('LICENSE'), readText('node_modules/@google-cloud/functions-framework/LICENSE'));
  });
});

function leadsSomewhere(document: string, target: string): boolean {
  const [path = '', anchor] = target.split('#', 2);
  const file = path === '' ? document : normalize(join(dirname(document), path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchorsOf(readText(file)).includes(anchor);
}

/** `a/b/c.ts` and its folders: `a`, `a/b`, `b`, `a/b/c.ts`, `b/c.ts`, `c.ts`. */
function namesOf(path: string): string[] {
  const parts = path.split('/');
  return parts.flatMap((_part, end) =>
    parts.slice(0, end + 1).map((_name, start) => parts.slice(start, end + 1).join('/')),
  );
}

/** Whether a code span is a path of the repository; made-up names, globs, other places and what is built are not. */
function isPath(span: string): boolean {
  if (!/^[\w.-]+(\/[\w.-]+)*\/?$/.test(span) || /^(dist|data|\.cache|\.\.)(\/|$)/.test(span)) return false;
  return span.includes('/') || /\.(ts|mjs|md|yaml|json)$/.test(span);
}

function secretsIn(text: string): string[] {
  return [...text.matchAll(/secretName: (\S+)/g)].map(([, name = '']) => name);
}

function keysIn(text: string): string[] {
  return [...text.matchAll(/- key: ([A-Z_]+)$/gm)].map(([, key = '']) => key);
}
