import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';

import { root } from '../support/yaml.ts';
import { findKustomizations } from './render.ts';

interface Finding {
  folder: string;
  objects: { name: string; kind: string; checkedBy: string[] }[];
  problems: string[];
}

it('npm run manifests says how to use it', () => {
  const { status, stdout } = runCommand('--help');
  assert.equal(status, 0);
  assert.match(stdout, /--json/);
});

it('shows each object and by which schema it was checked, one without any visibly', () => {
  const { status, stdout } = runCommand('knative/overlays/okd/');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^knative\/overlays\/okd: \d+ objects, nothing is wrong$/m);
  assert.match(stdout, /PingSource +twittergraph-users +\(@kubernetes-models\/knative/);
  assert.match(stdout, /BuildConfig +twittergraph +\(NOT CHECKED: no schema\)/);
});

it('is JSON for programs, of every kustomization', () => {
  const { status, stdout } = runCommand('--json');
  const findings = JSON.parse(stdout) as Finding[];
  assert.deepEqual(
    findings.map(({ folder }) => folder),
    findKustomizations(),
  );
  assert.ok(findings.every(({ objects }) => objects.length > 0));
  assert.equal(status, findings.every(({ problems }) => problems.length === 0) ? 0 : 1);
});

it('ends with 1 and what kustomize says where there is nothing to render', () => {
  const { status, stdout } = runCommand('knative/examples');
  assert.equal(status, 1);
  assert.match(stdout, /knative\/examples: 0 objects, 1 WRONG\n +WRONG .*kustomization/s);
});

function runCommand(...argv: string[]): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, ['--import', 'tsx', 'test/manifests/index.ts', ...argv], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
}
