import assert from 'node:assert/strict';
import { it } from 'node:test';

import { listFiles, readText } from '../docs/markdown.ts';
import { type Manifest, readYaml } from '../support/yaml.ts';

const readme = readText('knative/README.md');
const files = listFiles('knative').filter((path) => path.endsWith('.yaml'));

it('the README has a row for every file with the object in it', () => {
  for (const file of files) {
    const row = readme.split('\n').find((line) => line.includes(`](${file})`));
    assert.ok(row, `a row for ${file}`);
    const { kind, metadata } = readYaml(`knative/${file}`) as Partial<Manifest>;
    if (metadata !== undefined) assert.ok(row.includes(`${kind ?? ''} \`${metadata.name}\``), `${file}: ${row}`);
  }
});
