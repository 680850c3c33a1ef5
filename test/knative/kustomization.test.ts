import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

import { type Manifest, readYaml, root } from '../support/yaml.ts';

const files = readdirSync(join(root, 'knative')).filter(
  (name) => name.endsWith('.yaml') && name !== 'kustomization.yaml',
);

it('the kustomization lists every manifest beside it, and nothing else', () => {
  assert.deepEqual(readYaml('knative/kustomization.yaml'), {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files,
  });
});

it('the README names every file, and the object in it', () => {
  const readme = readFileSync(join(root, 'knative', 'README.md'), 'utf8');
  for (const file of files) {
    const { kind, metadata } = readYaml(`knative/${file}`) as Manifest;
    const row = readme.split('\n').find((line) => line.includes(`[${file}](${file})`));
    assert.ok(row?.includes(`${kind} \`${metadata.name}\``), `a row for ${file} with ${kind} \`${metadata.name}\``);
  }
});

it('every object bears the recommended labels', () => {
  for (const file of files) {
    const { labels } = (readYaml(`knative/${file}`) as Manifest).metadata;
    assert.equal(labels?.['app.kubernetes.io/name'], 'twittergraph', file);
    assert.equal(labels['app.kubernetes.io/part-of'], 'twittergraph', file);
  }
});
