import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RunError } from '../../../functions/failure.ts';
import { type BookWriter, closeBookWriter, keep, openBookWriter, write } from '../../../functions/store/book-writer.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { soon } from '../jobs/collect-world.ts';

const away = new RunError('store_unavailable', 'away', { retryable: true });

function line(batch: number): Measurement {
  return { name: 'twitter_ledger', tags: { batch: String(batch) }, fields: { state: 'reserved' }, time: 0 };
}

/** A writer over a store whose writes end when the test says so; `batches` are those it was given. */
function held(): { writer: BookWriter; batches: string[]; end: (error?: RunError) => Promise<void> } {
  const batches: string[] = [];
  const ends: ((error?: RunError) => void)[] = [];
  const writer = openBookWriter((lines) => {
    batches.push(lines.map(({ tags }) => tags['batch']).join());
    return new Promise((resolve, reject) => {
      ends.push((error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  });
  const end = async (error?: RunError): Promise<void> => {
    ends.shift()?.(error);
    await soon();
  };
  return { writer, batches, end };
}

/** Whether a promise has been settled by now. */
async function isOver(promise: Promise<unknown>): Promise<boolean> {
  let over = false;
  promise.then(
    () => (over = true),
    () => (over = true),
  );
  await soon();
  return over;
}

test('while one write is under way the following ones gather into the next', async () => {
  const { writer, batches, end } = held();
  const first = write(writer, [line(1)]);
  await soon();
  const others = [write(writer, [line(2)]), write(writer, [line(3), line(4)])];
  await soon();
  assert.deepEqual([batches, await isOver(first)], [['1'], false]);
  await end();
  assert.deepEqual([batches, await isOver(first)], [['1', '2,3,4'], true]);
  assert.deepEqual(await Promise.all(others.map(isOver)), [false, false]);
  await end();
  assert.deepEqual(await Promise.all(others.map(isOver)), [true, true]);
});

test('a write that fails is told to those who wait for it, and costs the next one nothing', async () => {
  const { writer, batches, end } = held();
  const first = write(writer, [line(1)]);
  const second = first.catch(() => write(writer, [line(2)]));
  await soon();
  await Promise.all([assert.rejects(first, away), end(away)]);
  await end();
  await second;
  assert.deepEqual([batches, writer.errors], [['1', '2'], [away]]);
});

for (const [when, begun] of [
  ['before its write has begun', false],
  ['while its write is under way', true],
] as const) {
  test(`what nobody waits for is stored, or its failure known, by the close: ${when}`, async () => {
    const { writer, batches, end } = held();
    keep(writer, [line(1)]);
    if (begun) await soon();
    const closing = closeBookWriter(writer);
    assert.deepEqual([await isOver(closing), batches], [false, ['1']]);
    await end(away);
    assert.deepEqual([await isOver(closing), writer.errors], [true, [away]]);
  });
}

test('a writer that was given nothing closes without a write', async () => {
  const { writer, batches } = held();
  await closeBookWriter(writer);
  assert.deepEqual(batches, []);
});
