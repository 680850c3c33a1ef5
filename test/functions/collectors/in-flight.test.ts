import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { forEachInFlight } from '../../../functions/collectors/in-flight.ts';

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('every item is done once, in order of begin, and never more than the limit at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(30), fc.integer({ min: 1, max: 10 }), async (count, limit) => {
      const items = Array.from({ length: count }, (_, index) => index);
      const begun: number[] = [];
      let underWay = 0;
      let most = 0;
      await forEachInFlight(items, limit, async (item) => {
        begun.push(item);
        most = Math.max(most, (underWay += 1));
        for (let turn = item % 3; turn >= 0; turn -= 1) await soon();
        underWay -= 1;
      });
      assert.deepEqual(begun, items);
      assert.equal(most, Math.min(limit, count));
      assert.equal(underWay, 0);
    }),
    { numRuns: 30 },
  );
});

test('the first error is thrown once all that is under way has ended', async () => {
  const ended: number[] = [];
  const running = forEachInFlight([0, 1, 2], 3, async (item) => {
    if (item === 1) throw new RangeError('second');
    await soon();
    ended.push(item);
  });
  await assert.rejects(running, RangeError);
  assert.deepEqual(ended, [0, 2]);
});
