import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ConfigError, readConfig } from '../../functions/config.ts';
import { openSettings } from '../../functions/config/settings.ts';
import { minimalEnvironment as minimal } from './environment.ts';
import { readText, sectionOf, tableOf, unquote } from './markdown.ts';

describe("the README's table of variables", () => {
  const rows = tableOf(sectionOf(readText('README.md'), '## Variables'), 'Variable', 'Default', 'Meaning');
  const names = rows.map((row) => unquote(row['Variable']));
  const defaults = rows.filter((row) => row['Default']?.startsWith('`'));

  it('has those that the code looks up, each once', () => {
    const seen = lookUps().filter((name) => !name.endsWith('_FILE'));
    assert.deepEqual([...names].sort(), seen);
  });

  it('is right that each but CONFIG_DIR can be a file', () => {
    const asFile = lookUps().filter((name) => name.endsWith('_FILE'));
    const expected = names.filter((name) => name !== 'CONFIG_DIR').map((name) => `${name}_FILE`);
    assert.deepEqual(asFile, expected.sort());
  });

  it('has the defaults that the code takes', () => {
    assert.equal(defaults.length > 10, true, 'defaults are found');
    for (const row of defaults) {
      const [name, value] = [unquote(row['Variable']), unquote(row['Default'])];
      if (name === 'CONFIG_DIR') assert.equal(value, openSettings({}).configDir);
      else assert.deepEqual(readConfig({ ...minimal, [name]: value }), readConfig(minimal), `${name}=${value}`);
    }
  });

  it('calls required what stops the start when it is missing, and nothing else', () => {
    const required = rows.filter((row) => row['Default'] === 'required').map((row) => unquote(row['Variable']));
    const stopping = names.filter((name) => /is missing/.test(problemsOf({ ...minimal, [name]: '' })));
    assert.deepEqual(required, stopping);
  });

  it('has the ranges of the numbers', () => {
    const ranges = rows.flatMap((row) => {
      const [, least, most] = /^(\d+) to (\d+):/.exec(row['Meaning'] ?? '') ?? [];
      return least === undefined ? [] : [{ name: unquote(row['Variable']), least: Number(least), most: Number(most) }];
    });
    assert.equal(ranges.length, 3);
    for (const { name, least, most } of ranges) {
      const isTaken = (value: number): boolean => problemsOf({ ...minimal, [name]: String(value) }) === '';
      assert.deepEqual([least - 1, least, most, most + 1].map(isTaken), [false, true, true, false], name);
    }
  });
});

/** Every name that is asked for when nothing is set and when only what is required is, sorted. */
function lookUps(): string[] {
  const seen = new Set<string>();
  for (const env of [{ CONFIG_DIR: minimal.CONFIG_DIR }, minimal]) {
    const recording = new Proxy<Record<string, string>>(env, {
      get(target, name) {
        seen.add(String(name));
        return target[String(name)];
      },
    });
    problemsOf(recording);
  }
  return [...seen].sort();
}

function problemsOf(env: Readonly<Record<string, string>>): string {
  try {
    readConfig(env);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}
