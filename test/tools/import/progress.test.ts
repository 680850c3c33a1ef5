import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

import { describeProgress, openProgress } from '../../../tools/import/progress.ts';

/** A stream that says of itself whether it is a terminal, and what was written to it. */
function streamOf(isTTY: boolean, columns = 120): { stream: NodeJS.WriteStream; written: () => string } {
  const through = new PassThrough({ encoding: 'utf8' });
  const done = (): boolean => true;
  const terminal = { isTTY, columns, cursorTo: done, clearLine: done, moveCursor: done };
  const stream = Object.assign(through, terminal) as unknown as NodeJS.WriteStream;
  return { stream, written: () => (through.read() as string | null) ?? '' };
}

test('on a terminal there is a bar, with what is done, what is left and who it is about', async () => {
  const { stream, written } = streamOf(true);
  const progress = openProgress(stream, 4000, 1000);
  progress.advance('jack', 1000);
  await wait(200);
  progress.stop();
  assert.match(
    stripVTControlCharacters(written()),
    /━{15}─{15} {2}50 % {2}2,000 of 4,000 numbers {2}about \d+ s left {2}jack/,
  );
});

for (const [where, isTTY, columns] of [
  ['in a pipe', false, 120],
  ['in a terminal without width', true, 0],
] as const)
  test(`${where} there is nothing`, async () => {
    const { stream, written } = streamOf(isTTY, columns);
    const progress = openProgress(stream, 4000, 0);
    progress.advance('jack', 1000);
    await wait(200);
    progress.stop();
    assert.equal(written(), '');
  });

test('the time left is told from this start alone, and not before something is done', () => {
  const standing = { done: 1000, now: 1000, total: 4000, elapsedMs: 5000 };
  assert.doesNotMatch(describeProgress('', standing), /left/);
  assert.match(describeProgress('jack', { ...standing, now: 2000 }), / about 10 s left {2}jack$/);
});

test('with nothing to do the bar is full, and more than was counted does not burst it', () => {
  assert.match(describeProgress('', { done: 0, now: 0, total: 0, elapsedMs: 0 }), /^━{30} {2}100 %/);
  assert.match(describeProgress('', { done: 0, now: 6, total: 5, elapsedMs: 0 }), /^━{30} {2}100 %/);
});
