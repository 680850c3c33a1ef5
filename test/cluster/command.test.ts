import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';

import { root } from '../support/yaml.ts';

it('npm run test:cluster says how to use it, and what it does not compare', () => {
  const { status, stdout } = runCommand(['--help'], {});
  assert.equal(status, 0);
  assert.match(stdout, /KUBECONFIG/);
  assert.match(stdout, /env BUILT/);
});

it('tries no cluster that it was not given', () => {
  const { status, stderr } = runCommand([], { FUNC_BIN: process.execPath });
  assert.equal(status, 2);
  assert.match(stderr, /KUBECONFIG is not set/);
});

it('says that func is missing before it touches a cluster', () => {
  const { status, stderr } = runCommand([], { FUNC_BIN: '/nonexistent/func', KUBECONFIG: '/nonexistent/config' });
  assert.equal(status, 2);
  assert.match(stderr, /no func/);
});

function runCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['--import', 'tsx', 'test/cluster/index.ts', ...argv], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: '', ...env },
  });
}
