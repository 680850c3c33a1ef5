import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noteCommitted, noteDone, noteRead, type Offsets, uncommitted } from './offsets.ts';

function readUpTo(last: bigint): Offsets {
  const offsets: Offsets = new Map();
  for (let offset = 5n; offset <= last; offset += 1n) noteRead(offsets, 0, offset);
  return offsets;
}

test('nothing is committed beyond a record that is not done', () => {
  const offsets = readUpTo(8n);
  noteDone(offsets, 0, 6n);
  noteDone(offsets, 0, 8n);
  assert.deepEqual(uncommitted(offsets), []);
  noteDone(offsets, 0, 5n);
  assert.deepEqual(uncommitted(offsets), [{ partition: 0, offset: 7n }]);
  noteDone(offsets, 0, 7n);
  assert.deepEqual(uncommitted(offsets), [{ partition: 0, offset: 9n }]);
});

test('what is committed is not committed again, and a record that is done twice changes nothing', () => {
  const offsets = readUpTo(6n);
  noteDone(offsets, 0, 5n);
  noteCommitted(offsets, uncommitted(offsets));
  noteDone(offsets, 0, 5n);
  assert.deepEqual(uncommitted(offsets), []);
  noteDone(offsets, 0, 6n);
  assert.deepEqual(uncommitted(offsets), [{ partition: 0, offset: 7n }]);
});

test('in whatever order records end, the commit is that of the first one that has not', () => {
  const orders = fc.uniqueArray(fc.bigInt({ min: 5n, max: 24n }), { maxLength: 20 });
  fc.assert(
    fc.property(orders, (done) => {
      const offsets = readUpTo(24n);
      for (const offset of done) noteDone(offsets, 0, offset);
      let first = 5n;
      while (done.includes(first)) first += 1n;
      assert.deepEqual(uncommitted(offsets), first === 5n ? [] : [{ partition: 0, offset: first }]);
    }),
  );
});

test('partitions are apart', () => {
  const offsets: Offsets = new Map();
  noteRead(offsets, 0, 0n);
  noteRead(offsets, 1, 40n);
  noteDone(offsets, 1, 40n);
  assert.deepEqual(uncommitted(offsets), [{ partition: 1, offset: 41n }]);
});
