import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { inSlot, openSlots } from '../../functions/slots.ts';

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Work that ends when the test says so, and a list of what has begun. */
function held(): { begun: string[]; work: (name: string) => () => Promise<string>; end: (name: string) => void } {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => (): Promise<string> => {
    begun.push(name);
    return new Promise((resolve) =>
      ends.set(name, () => {
        resolve(name);
      }),
    );
  };
  return { begun, work, end: (name) => ends.get(name)?.() };
}

test('as many work at once as there are places, the others in the order in which they came', async () => {
  const slots = openSlots(2);
  const { begun, work, end } = held();
  const all = ['a', 'b', 'c', 'd'].map((name) => inSlot(slots, work(name)));
  await turn();
  assert.deepEqual(begun, ['a', 'b']);
  end('b');
  await turn();
  assert.deepEqual(begun, ['a', 'b', 'c']);
  end('a');
  end('c');
  await turn();
  end('d');
  assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', 'd']);
  assert.deepEqual([slots.taken, slots.waiting.length], [0, 0]);
});

test('work that fails gives its place back', async () => {
  const slots = openSlots(1);
  const failing = inSlot(slots, () => Promise.reject(new RangeError('mine')));
  const throwing = inSlot(slots, () => {
    throw new TypeError('at once');
  });
  const next = inSlot(slots, () => Promise.resolve('done'));
  await assert.rejects(failing, RangeError);
  await assert.rejects(throwing, TypeError);
  assert.equal(await next, 'done');
});

test('places that are added while someone works are given to those who wait', async () => {
  const slots = openSlots(1);
  const { begun, work, end } = held();
  const first = inSlot(slots, work('a'));
  const others = ['b', 'c', 'd'].map((name) => inSlot(slots, work(name)));
  slots.max = 3;
  await turn();
  assert.deepEqual(begun, ['a']);
  end('a');
  await first;
  await turn();
  assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
  for (const name of ['b', 'c', 'd']) end(name);
  await Promise.all(others);
});

test('whatever comes and goes, never more than the places are taken, and everyone has a turn', async () => {
  const job = fc.record({ waits: fc.nat(12), lasts: fc.nat(12), fails: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(job, { maxLength: 20 }), async (max, jobs) => {
      const slots = openSlots(max);
      let underWay = 0;
      let done = 0;
      const work = jobs.map(async ({ waits, lasts, fails }) => {
        for (let count = 0; count < waits; count += 1) await Promise.resolve();
        await inSlot(slots, async () => {
          underWay += 1;
          assert.ok(underWay <= max);
          for (let count = 0; count < lasts; count += 1) await Promise.resolve();
          underWay -= 1;
          done += 1;
          if (fails) throw new RangeError('mine');
        }).catch((error: unknown) => {
          assert.ok(error instanceof RangeError);
        });
      });
      await Promise.all(work);
      assert.deepEqual([done, slots.taken, slots.waiting.length], [jobs.length, 0, 0]);
    }),
    { numRuns: 300 },
  );
});
