import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { codeBlocks } from '../docs/markdown.ts';
import { renderKustomization } from '../support/kustomize.ts';
import { type Manifest, readYaml, root } from '../support/yaml.ts';
import type { ConfigMap } from './objects.ts';
import { folders, objectOf } from './rendered.ts';

interface Kustomization {
  resources?: string[];
  patches?: { path: string }[];
  configMapGenerator?: { name: string; files?: string[]; envs?: string[] }[];
}

const labels = {
  'app.kubernetes.io/name': 'grafana',
  'app.kubernetes.io/component': 'dashboards',
  'app.kubernetes.io/part-of': 'twittergraph',
};
/** What kubectl takes in an object's annotations together. */
const annotationsBytes = 262_144;
const readme = readFileSync(join(root, 'grafana', 'README.md'), 'utf8');
const withKustomization = readdirSync(join(root, 'grafana'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('kustomization.yaml'))
  .map((path) => join('grafana', path, '..'));

for (const folder of withKustomization) {
  describe(`${folder}/kustomization.yaml`, () => {
    it('uses every file beside it, and nothing else', () => {
      const { resources, patches, configMapGenerator } = readYaml(`${folder}/kustomization.yaml`) as Kustomization;
      const used = [
        ...(resources ?? []).filter((path) => path.endsWith('.yaml')),
        ...(patches ?? []).map(({ path }) => path),
        ...(configMapGenerator ?? []).flatMap(({ files, envs }) => [...(files ?? []), ...(envs ?? [])]),
      ];
      assert.deepEqual(used.sort(), listBeside(folder));
    });
  });
}

for (const folder of folders) {
  describe(`what kustomize makes of ${folder}`, () => {
    const objects = renderKustomization(folder);

    it('bears the recommended labels, and no namespace', () => {
      for (const { kind, metadata } of objects) {
        assert.deepEqual(metadata.labels, labels, `${kind} ${metadata.name}`);
        assert.equal('namespace' in metadata, false, `${kind} ${metadata.name}`);
      }
    });

    it('has a hash in the name of each ConfigMap, so that a change rolls the Deployment', () => {
      const maps = objects.filter(({ kind }) => kind === 'ConfigMap');
      assert.ok(maps.length >= 2);
      for (const { metadata } of maps) assert.match(metadata.name, /^grafana-[a-z-]+-[a-z0-9]{10}$/);
    });

    it('fits into the annotation in which kubectl keeps it', () => {
      const maps = objects.filter(({ kind }) => kind === 'ConfigMap') as ConfigMap[];
      for (const map of maps) assert.ok(Buffer.byteLength(JSON.stringify(map)) < annotationsBytes, map.metadata.name);
    });

    it('has no object twice', () => {
      const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      assert.equal(new Set(names).size, names.length);
    });
  });
}

describe('the manifests of grafana/', () => {
  const manifests = withKustomization
    .flatMap((folder) =>
      ((readYaml(`${folder}/kustomization.yaml`) as Kustomization).resources ?? []).map((path) => join(folder, path)),
    )
    .filter((path) => path.endsWith('.yaml'));

  it('hold one object each, and are named for its kind', () => {
    assert.ok(manifests.length >= 6);
    for (const path of manifests) {
      const { kind } = readYaml(path) as Manifest;
      assert.equal(path.split('/').at(-1), `${kind.toLowerCase()}.yaml`);
    }
  });

  it('each have a row in the README', () => {
    for (const path of manifests) {
      const { kind, metadata } = readYaml(path) as Manifest;
      const link = `](${path.replace('grafana/', '')})`;
      const row = readme.split('\n').find((line) => line.startsWith('|') && line.includes(link));
      assert.ok(row?.includes(`${kind} \`${metadata.name}\``), `a row for ${path} with ${kind} \`${metadata.name}\``);
    }
  });

  it('are applied by the README as folders that are there', () => {
    const applied = [...readme.matchAll(/(?:kubectl|oc) (?:apply|diff) .*-k ([\w/-]+)/g)].map(
      ([, folder = '']) => folder,
    );
    assert.notDeepEqual(applied, []);
    for (const folder of applied) assert.ok(existsSync(join(root, folder, 'kustomization.yaml')), folder);
  });
});

describe("the README's kustomizations of one's own", () => {
  const examples = codeBlocks(readme)
    .filter(({ language }) => language === 'yaml')
    .map(({ code }) => code);
  const claim = examples.find((code) => code.includes('kind: PersistentVolumeClaim')) ?? '';
  const own = examples.filter((code) => code.includes('kind: Kustomization'));

  it('render, beside a clone named twittergraph', (t) => {
    assert.equal(own.length, 2);
    const folder = mkdtempSync(join(tmpdir(), 'grafana-'));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    symlinkSync(root, join(folder, 'twittergraph'));
    writeFileSync(join(folder, 'persistentvolumeclaim.yaml'), claim);
    for (const code of own) {
      writeFileSync(join(folder, 'kustomization.yaml'), code);
      const objects = renderKustomization(folder);
      for (const { metadata } of objects) assert.equal((metadata as { namespace?: string }).namespace, 'twittergraph');
      const { volumes } = objectOf(objects, 'Deployment').spec.template.spec;
      const [data] = volumes.filter(({ name }) => name === 'data');
      assert.equal(JSON.stringify(data).includes('persistentVolumeClaim'), code.includes('persistentvolumeclaim.yaml'));
      const { data: settings } = objectOf(objects, 'ConfigMap', 'grafana-settings');
      assert.equal(settings['GF_AUTH_ANONYMOUS_ENABLED'], String(code.includes('GF_AUTH_ANONYMOUS_ENABLED=true')));
    }
  });
});

/** Every file below a folder, up to the folders that have a kustomization of their own, by its path from there, sorted. */
function listBeside(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isFile()) return entry.name;
      const below = join(folder, entry.name);
      const apart = entry.name === 'examples' || existsSync(join(root, below, 'kustomization.yaml'));
      return apart ? [] : listBeside(below).map((path) => `${entry.name}/${path}`);
    })
    .filter((path) => !['kustomization.yaml', 'README.md'].includes(path))
    .sort();
}
