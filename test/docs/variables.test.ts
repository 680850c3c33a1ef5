import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readConfig } from '../../functions/config.ts';
import { ConfigError, openSettings } from '../../functions/config/settings.ts';
import { maxNames } from '../../functions/store/preflight.ts';
import { minimalEnvironment as minimal } from './environment.ts';
import { readText, tableOf, unquote } from './markdown.ts';

describe('the table of variables in docs/variables.md', () => {
  const rows = tableOf(readText('docs/variables.md'), 'Variable', 'Default', 'Meaning');
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
    const stopping = names.filter((name) => /is missing: (?!set it, or)/.test(problemsOf({ ...minimal, [name]: '' })));
    assert.deepEqual(required, stopping);
  });

  it('has the ranges of the numbers', () => {
    const ranges = rows.flatMap((row) => {
      const [, min, max] = /^(\d+) to (\d+):/.exec(row['Meaning'] ?? '') ?? [];
      return min === undefined ? [] : [{ name: unquote(row['Variable']), min: Number(min), max: Number(max) }];
    });
    assert.equal(ranges.length, 3);
    for (const { name, min, max } of ranges) {
      const isTaken = (value: number): boolean => problemsOf({ ...minimal, [name]: String(value) }) === '';
      assert.deepEqual([min - 1, min, max, max + 1].map(isTaken), [false, true, true, false], name);
    }
  });
});

/**
 * Every name that is asked for when nothing is set, when only what is required is, with an X on this machine, and with a
 * broker, sorted.
 * Those of proxies are asked for in small letters too.
 */
function lookUps(): string[] {
  const seen = new Set<string>();
  const ownX = { ...minimal, TWITTER_API_URL: 'http://127.0.0.1:8090/2/' };
  const withBroker = { ...minimal, K_SINK: 'http://broker-ingress/' };
  for (const env of [{ CONFIG_DIR: minimal.CONFIG_DIR }, minimal, ownX, withBroker]) {
    const recording = new Proxy<Record<string, string>>(env, {
      get(target, name) {
        seen.add(String(name));
        return target[String(name)];
      },
    });
    problemsOf(recording);
  }
  return [...seen].filter((name) => name === name.toUpperCase()).sort();
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

it('the most that a ledger may hold is said as the code has it', () => {
  assert.ok(readText('docs/variables.md').includes(`more than ${maxNames.toLocaleString('en')} names and ids`));
});
