import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { readConfig } from '../../functions/config.ts';
import { readYaml } from '../support/yaml.ts';
import { listExamples, readFacts } from './facts.ts';

interface Example {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}

const { variables } = readFacts();
/** What the function mounts: the examples of Grafana's own Secrets are not its business. */
const ours = listExamples()
  .map((path) => ({ path, ...(readYaml(path) as Example) }))
  .filter(({ metadata }) => ['twitter-creds', 'influxdb-creds', 'twittergraph-accounts'].includes(metadata.name));

it('there is an example of the Secret of X and of the list of accounts', () => {
  const names = ours.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  for (const name of ['Secret twitter-creds', 'ConfigMap twittergraph-accounts']) assert.ok(names.includes(name), name);
});

for (const { path, metadata, data, stringData } of ours) {
  describe(path, () => {
    const values = { ...data, ...stringData };

    it('has keys that are variables of the function', () => {
      if (metadata.name === 'influxdb-creds') return;
      assert.deepEqual(
        Object.keys(values).filter((key) => !variables.has(key)),
        [],
      );
    });

    it('is refused by the function as long as a placeholder stands in it', () => {
      const placeholders = Object.keys(values).filter((key) => values[key]?.trimStart().startsWith('{{'));
      assert.notDeepEqual(placeholders, []);
      const message = startWith(metadata.name, values);
      for (const key of placeholders.filter((each) => variables.has(each)))
        assert.ok(message.includes(`${key} still holds a placeholder`), `${key}: ${message}`);
    });
  });
}

/** What the function says at its start when a Secret or ConfigMap is mounted with these values. */
function startWith(name: string, values: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-examples-'));
  try {
    mkdirSync(join(folder, name));
    for (const [key, value] of Object.entries(values)) writeFileSync(join(folder, name, key), value);
    readConfig({ CONFIG_DIR: folder });
    return 'it starts';
  } catch (error) {
    return String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
