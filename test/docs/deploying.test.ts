/** What docs/deploying*.md and docs/running.md tell one to make, apply and name. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { MEASUREMENTS } from '../../functions/measurement.ts';
import type { FuncYaml } from '../deploy/func-rules.ts';
import { renderKustomization } from '../support/kustomize.ts';
import { readYaml, root } from '../support/yaml.ts';
import { codeBlocks, listFiles, readText, tableOf, unquote } from './markdown.ts';

const pages = ['README.md', ...listFiles('docs').map((path) => `docs/${path}`)].filter((path) => path.endsWith('.md'));
const blocks = pages.flatMap((path) => codeBlocks(readText(path)));
const commands = blocks.filter(({ language }) => language !== 'yaml').map(({ code }) => code);
const created = commands.flatMap((code) => [
  ...code.matchAll(/kubectl create (?:secret generic|configmap) (\S+)((?:.*\\\n)*.*)/g),
]);
/** The text of everything that is applied in the first four steps. */
const manifests = ['influxdb/base', 'grafana/base']
  .flatMap((folder) => listFiles(folder).map((path) => `${folder}/${path}`))
  .filter((path) => path.endsWith('.yaml'))
  .map(readText)
  .join('\n');

describe('the Secrets and ConfigMaps that are created', () => {
  it('are those that func.yaml, the manifests and the examples for func.yaml mount, and no other', () => {
    const { volumes } = (readYaml('func.yaml') as FuncYaml).run;
    const yaml = blocks.filter(({ language }) => language === 'yaml').map(({ code }) => code);
    const pulling = commands.flatMap((code) =>
      [...code.matchAll(/--image-pull-secret (\S+)/g)].map(([, name]) => name),
    );
    assert.ok(pulling.length > 0);
    const mounted = [
      ...pulling,
      ...volumes.map(({ secret, configMap }) => secret ?? configMap),
      ...[...manifests.matchAll(/secretName: (\S+)/g)].map(([, name]) => name),
      ...yaml.flatMap((code) => [...code.matchAll(/- configMap: (\S+)/g)].map(([, name]) => name)),
    ];
    assert.deepEqual([...new Set(created.map(([, name]) => name))].sort(), [...new Set(mounted)].sort());
  });

  it('have no key that is neither a variable nor mounted by a manifest', () => {
    const rows = tableOf(readText('docs/variables.md'), 'Variable');
    const mounted = [...manifests.matchAll(/- key: ([A-Z_]+)$/gm)].map(([, key = '']) => key);
    const known = [...rows.map((row) => unquote(row['Variable'])), ...mounted];
    const keys = created.flatMap(([, , rest = '']) =>
      [...rest.matchAll(/--from-(?:file|literal)=(\w+)=/g)].map(([, key = '']) => key),
    );
    assert.ok(keys.length > 10);
    assert.deepEqual(
      keys.filter((key) => !known.includes(key)),
      [],
    );
  });

  for (const path of [...pages, 'influxdb/operating.md', 'grafana/README.md']) {
    it(`are read in ${path} from no folder that Git or the image would take along`, () => {
      const text = readText(path);
      const read = /(?:--from-file=[.\w]+=|(?:\$\(cat |[^<]< )(?=\S+\.(?:txt|json)))(\S+)/g;
      for (const [, file = ''] of text.matchAll(read))
        assert.match(file, /^(?:\$secrets|\.\.\/twittergraph-secrets)\//);
      for (const [, folder] of text.matchAll(/ secrets=(\S+)/g)) assert.equal(folder, '../twittergraph-secrets');
      assert.equal(/\$secrets/.test(text), /secrets=\.\.\/twittergraph-secrets/.test(text));
    });
  }
});

it('every folder that is applied or deleted is there, with a kustomization', () => {
  const folders = commands
    .flatMap((code) => [...code.matchAll(/(?:kubectl|oc) (?:apply|delete) .*-k (\S+)/g)])
    .map(([, name = '']) => name);
  assert.ok(folders.length > 10);
  for (const folder of folders) assert.ok(existsSync(join(root, folder, 'kustomization.yaml')), folder);
});

it('deleting an account names every measurement that has one', () => {
  const statements = blocks.flatMap(({ code }) => [
    ...code.matchAll(/^DELETE FROM (\w+) WHERE (user_id|account) = /gm),
  ]);
  const measurements = Object.entries(MEASUREMENTS).flatMap(([name, { tags }]) =>
    tags.filter((tag) => tag === 'user_id' || tag === 'account').map((tag) => `${name} ${tag}`),
  );
  assert.deepEqual(statements.map(([, name, tag]) => `${name} ${tag}`).sort(), measurements.sort());
});

it('what lets a second namespace into InfluxDB renders, and lets in its function alone', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'running-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  symlinkSync(root, join(folder, 'twittergraph'));
  const own = codeBlocks(readText('docs/running.md')).filter(({ code }) => code.includes('kind: Kustomization'));
  assert.equal(own.length, 1);
  writeFileSync(join(folder, 'kustomization.yaml'), own[0]?.code ?? '');
  const policy = renderKustomization(folder).find(({ metadata }) => metadata.name === 'influxdb-server');
  const shipped = renderKustomization(join(root, 'influxdb')).find(
    ({ metadata }) => metadata.name === 'influxdb-server',
  );
  const [peers, before] = [policy, shipped].map((object) => fromOf(object?.['spec']));
  assert.deepEqual(peers?.slice(0, -1), before);
  assert.deepEqual(peers?.at(-1), {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'second' } },
    podSelector: { matchLabels: { 'serving.knative.dev/service': (readYaml('func.yaml') as FuncYaml).name } },
  });
});

function fromOf(spec: unknown): unknown[] | undefined {
  return (spec as { ingress?: { from: unknown[] }[] } | undefined)?.ingress?.[0]?.from;
}
