import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { addRanges, costOf, cutToBudget, postsBilled, profilesBilled } from '../../tools/cost/expected.ts';

const settings = { tweetsPerUser: 20, tweetDays: 7 };

test('a profile is billed once a day, however often it is read', () => {
  for (const readsPerDay of [1, 24, 96]) assert.deepEqual(profilesBilled(readsPerDay), { typical: 1, max: 1 });
  assert.deepEqual(profilesBilled(0.25), { typical: 0.25, max: 0.25 });
  assert.deepEqual(profilesBilled(0), { typical: 0, max: 0 });
});

const rows: readonly (readonly [what: string, reads: number, posts: number, typical: number, max: number])[] = [
  ['one read a day finds the posts of the last days', 1, 2, 14, 20],
  ['one read a day finds the newest ones where there are more', 1, 3, 20, 20],
  ['later reads find in addition what was published since', 24, 2, 14 + 2 * (23 / 24), 480],
  ['an account that publishes all day long fills every read', 24, 1000, 480, 480],
  ['a silent account costs nothing', 24, 0, 0, 480],
  ['an account read every other day costs half of a read', 0.5, 3, 10, 10],
  ['nothing is read without a schedule', 0, 3, 0, 0],
];
for (const [what, readsPerDay, postsPerDay, typical, max] of rows) {
  test(what, () => {
    assert.deepEqual(postsBilled(settings, readsPerDay, postsPerDay), { typical, max });
  });
}

test('what is typical is never more than the maximum, and more reads or posts are never cheaper', () => {
  const amount = fc.double({ min: 0, max: 200, noNaN: true });
  const given = fc.record({
    tweetsPerUser: fc.integer({ min: 5, max: 100 }),
    tweetDays: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(given, amount, amount, amount, (config, reads, posts, more) => {
      const { typical, max } = postsBilled(config, reads, posts);
      assert.ok(typical <= max);
      assert.ok(typical <= postsBilled(config, reads, posts + more).typical + 1e-9);
      assert.ok(max <= postsBilled(config, reads + more, posts).max);
    }),
  );
});

test('money is whole micro-dollars, never less than the resources cost', () => {
  assert.deepEqual(costOf({ typical: 22.875, max: 480 }, 5_000), { typical: 114_375, max: 2_400_000 });
  assert.deepEqual(costOf({ typical: 1 / 3, max: 0.1 + 0.2 }, 10), { typical: 4, max: 3 });
});

test('the budget cuts posts before profiles, and keeps the money of all profiles from them', () => {
  const costs = { profiles: { typical: 30, max: 30 }, posts: { typical: 50, max: 900 } };
  assert.deepEqual(cutToBudget(costs, 30, 100), { profiles: costs.profiles, posts: { typical: 50, max: 70 } });
  assert.deepEqual(cutToBudget(costs, 60, 100).posts, { typical: 40, max: 40 }, 'also for profiles nobody reads');
  assert.deepEqual(cutToBudget(costs, 30, 20), {
    profiles: { typical: 20, max: 20 },
    posts: { typical: 0, max: 0 },
  });
});

test('ranges are added end by end', () => {
  assert.deepEqual(
    addRanges([
      { typical: 1, max: 2 },
      { typical: 10, max: 20 },
    ]),
    { typical: 11, max: 22 },
  );
  assert.deepEqual(addRanges([]), { typical: 0, max: 0 });
});
