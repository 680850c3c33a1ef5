import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { root } from '../support/yaml.ts';
import { parts } from './parts.ts';

test('npm run test:durable says how to use it, and names every part', () => {
  const { status, stdout } = runCommand(['--help']);
  assert.equal(status, 0);
  for (const { name, about } of parts) assert.match(stdout, new RegExp(`${name} +${about}`));
});

test('a part that does not exist and numbers that are none are refused before anything is started', () => {
  for (const [argv, said] of [
    [['--part', 'weather'], /no part weather/],
    [['--seed', 'x'], /--seed is a whole number/],
    [['--ticks', '0'], /--ticks is a whole number/],
  ] as const) {
    const { status, stderr } = runCommand(argv);
    assert.equal(status, 1);
    assert.match(stderr, said);
  }
});

function runCommand(argv: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['--import', 'tsx', 'test/durable/index.ts', ...argv], {
    cwd: root,
    encoding: 'utf8',
  });
}
