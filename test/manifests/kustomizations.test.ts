import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { readYaml, root } from '../support/yaml.ts';
import { listExamples, readFacts } from './facts.ts';
import { parseManifests } from '../support/kustomize.ts';
import { findKustomizations, nameOf, renderFolder } from './render.ts';
import { RULES } from './rules.ts';
import { checkSchemas } from './schemas/schemas.ts';

/** What a kustomization.yaml may say of files. */
interface Kustomization {
  resources?: string[];
  configurations?: string[];
  patches?: { path?: string }[];
  configMapGenerator?: { files?: string[]; envs?: string[] }[];
}

const facts = readFacts();
const folders = findKustomizations();

it('the schedules and what surrounds them are among the kustomizations', () => {
  for (const overlay of ['broker', 'durable', 'gitops', 'okd'])
    assert.ok(folders.includes(`knative/overlays/${overlay}`), overlay);
  assert.ok(folders.includes('knative'));
});

for (const folder of folders) {
  describe(folder, () => {
    const { objects, ...rest } = renderFolder(folder);

    it('names every file beside its kustomization.yaml, and none that is elsewhere', () => {
      const kustomization = readYaml(`${folder}/kustomization.yaml`) as Kustomization;
      const beside = readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'kustomization.yaml' && !entry.name.endsWith('.md'))
        .map(({ name }) => name);
      const named = filesIn(kustomization).filter((path) => !path.includes('/'));
      assert.deepEqual(named.sort(), beside.sort());
    });

    it('has one object in each file', () => {
      const { resources = [] } = readYaml(`${folder}/kustomization.yaml`) as Kustomization;
      for (const file of resources.filter((path) => path.endsWith('.yaml')))
        assert.equal(parseManifests(readFileSync(join(root, folder, file), 'utf8')).length, 1, file);
    });

    it('makes nothing that is an example', () => {
      const examples = listExamples().map((path) => nameOf(readYaml(path) as Parameters<typeof nameOf>[0]));
      assert.deepEqual(
        objects.map(nameOf).filter((name) => examples.includes(name)),
        [],
      );
    });

    it('makes only what the schemas of Kubernetes and Knative know', () => {
      assert.deepEqual(checkSchemas(objects).problems, []);
    });

    for (const { name, find } of RULES) {
      it(name, () => {
        assert.deepEqual(find({ objects, ...rest }, facts), []);
      });
    }
  });
}

/** The folders and files a kustomization takes, those below its own folder by their name alone. */
function filesIn({
  resources = [],
  configurations = [],
  patches = [],
  configMapGenerator = [],
}: Kustomization): string[] {
  return [
    ...resources.filter((path) => path.endsWith('.yaml')),
    ...configurations,
    ...patches.flatMap(({ path }) => path ?? []),
    ...configMapGenerator.flatMap(({ files = [], envs = [] }) => [
      ...files.map((file) => file.replace(/^[^=]*=/, '')),
      ...envs,
    ]),
  ];
}
