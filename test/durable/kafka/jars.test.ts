import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findWrongJars } from './jars.ts';

test('a jar that is missing, of another content or not in the list is named', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-jars-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const lineOf = (name: string, content: string): string =>
    `${createHash('sha256').update(content).digest('hex')}  ${name}\n`;
  const list = lineOf('kafka.jar', 'kafka') + lineOf('scala.jar', 'scala');
  writeFileSync(join(folder, 'kafka.jar'), 'kafka');
  writeFileSync(join(folder, 'scala.jar'), 'scala');
  assert.deepEqual(findWrongJars(folder, list), []);
  writeFileSync(join(folder, 'kafka.jar'), 'another');
  writeFileSync(join(folder, 'more.jar'), 'more');
  rmSync(join(folder, 'scala.jar'));
  assert.deepEqual(findWrongJars(folder, list).sort(), ['kafka.jar', 'more.jar', 'scala.jar']);
});
