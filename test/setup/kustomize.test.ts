import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';

import { findKustomize } from './kustomize.ts';

const { PATH, KUSTOMIZE_BIN } = process.env;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twittergraph-path-'));
  process.env['PATH'] = folder;
  delete process.env['KUSTOMIZE_BIN'];
});
afterEach(() => {
  process.env['PATH'] = PATH;
  if (KUSTOMIZE_BIN !== undefined) process.env['KUSTOMIZE_BIN'] = KUSTOMIZE_BIN;
  rmSync(folder, { recursive: true });
});

it('takes kustomize before the one in kubectl', () => {
  install('kubectl', 'Client Version: v1.35.4\nKustomize Version: v5.7.1');
  assert.deepEqual(findKustomize(), { program: join(folder, 'kubectl'), argv: ['kustomize'] });
  install('kustomize', 'v5.8.1');
  assert.deepEqual(findKustomize(), { program: join(folder, 'kustomize'), argv: ['build'] });
});

it('takes none that is older than 5', () => {
  install('kustomize', '{Version:kustomize/v4.5.7 GitCommit:x}');
  install('kubectl', 'Client Version: v1.26.0\nKustomize Version: v4.5.7');
  assert.notEqual(findKustomize()?.program, join(folder, 'kustomize'));
  assert.notEqual(findKustomize()?.program, join(folder, 'kubectl'));
  install('kubectl', 'Client Version: version.Info{Major:"1", Minor:"20"}');
  assert.notEqual(findKustomize()?.program, join(folder, 'kubectl'));
});

it('takes the one that KUSTOMIZE_BIN names, or none', () => {
  install('kustomize', 'v5.8.1');
  process.env['KUSTOMIZE_BIN'] = join(folder, 'mine');
  assert.equal(findKustomize(), undefined);
  install('mine', '');
  assert.deepEqual(findKustomize(), { program: join(folder, 'mine'), argv: ['build'] });
});

function install(name: string, output: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ncase "$*" in version*) printf '%s\\n' '${output.replaceAll('\n', "' '")}' ;; esac\n`);
  chmodSync(path, 0o755);
}
