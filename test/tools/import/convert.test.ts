import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import {
  convertNumbers,
  FIELD_OF,
  mergePoints,
  SOURCE_MEASUREMENTS,
  type SourceNumber,
  toUserPoints,
} from '../../../tools/import/convert.ts';
import { addTallies, countNames, emptyTally, sumOf } from '../../../tools/import/tally.ts';
import { MEASUREMENTS } from '../../../functions/measurement.ts';

const second = 1_547_479_872_000;
const followers = (value: unknown, time = second): SourceNumber => ({ measurement: 'followers_count', time, value });

test('the five numbers of a second become one point, under the names they have here', () => {
  const numbers = SOURCE_MEASUREMENTS.map((measurement, index) => ({ measurement, time: second, value: index }));
  const { points, skipped } = convertNumbers(numbers);
  assert.deepEqual(toUserPoints('12', 'jack', points), [
    {
      measurement: 'twitter_user',
      tags: { user_id: '12', username: 'jack' },
      fields: { followers_count: 0, following_count: 1, listed_count: 2, like_count: 3, tweet_count: 4 },
      time: second,
    },
  ]);
  assert.deepEqual(skipped, {});
});

test('every field it writes is an integer field of twitter_user', () => {
  const { fields } = MEASUREMENTS.twitter_user;
  assert.deepEqual(
    Object.values(FIELD_OF).map((field) => fields[field]),
    Array.from({ length: 5 }, () => 'integer'),
  );
});

test('a number that is missing is an absent field', () => {
  assert.deepEqual([...convertNumbers([followers(7)]).points], [[second, { followers_count: 7 }]]);
});

test('a whole number is one however it was stored, what is no count is left out and counted', () => {
  const values = [5.0, 5.5, -1, 'many', true, null, 2 ** 60, 0];
  const { points, skipped } = convertNumbers(values.map((value, index) => followers(value, second + index)));
  assert.deepEqual(
    [...points.values()].map((fields) => fields['followers_count']),
    [5, 0],
  );
  assert.deepEqual(skipped, { fraction: 2, negative: 1, notANumber: 3 });
});

test('of two numbers for one moment the later one stands', () => {
  const { points, skipped } = convertNumbers([followers(1), followers(2)]);
  assert.deepEqual([points.get(second), skipped], [{ followers_count: 2 }, { repeated: 1 }]);
});

test('what the target holds is neither written again nor overwritten', () => {
  const points = new Map([[second, { followers_count: 7, like_count: 1, tweet_count: 3 }]]);
  const existing = new Map([[second, { followers_count: 8, like_count: 1, media_count: 4 }]]);
  assert.deepEqual(mergePoints(points, existing), {
    points: new Map([[second, { tweet_count: 3 }]]),
    written: { tweet_count: 1 },
    alreadyThere: { like_count: 1 },
    keptOut: { followers_count: 1 },
  });
});

const aNumber: fc.Arbitrary<SourceNumber> = fc.record({
  measurement: fc.constantFrom(...SOURCE_MEASUREMENTS),
  time: fc.integer({ min: 0, max: 20 }).map((index) => second + index * 1000),
  value: fc.oneof(fc.integer(), fc.nat(), fc.double(), fc.string(), fc.boolean()),
});
const held = fc.dictionary(fc.constantFrom(...Object.values(FIELD_OF)), fc.nat(3));
const aTarget = fc.array(fc.tuple(fc.nat(20), held)).map((entries) => {
  return new Map(entries.map(([index, fields]) => [second + index * 1000, fields]));
});

test('every number that goes in comes out once: written, there, kept out or skipped', () => {
  fc.assert(
    fc.property(fc.array(aNumber, { maxLength: 200 }), aTarget, (numbers, existing) => {
      const { points, skipped } = convertNumbers(numbers);
      const { points: toWrite, written, alreadyThere, keptOut } = mergePoints(points, existing);
      const out = sumOf(written) + sumOf(alreadyThere) + sumOf(keptOut) + sumOf(skipped);
      assert.equal(out, numbers.length);
      const fields = [...toWrite.values()].flatMap((point) => Object.keys(point));
      assert.deepEqual(countNames(fields), written);
    }),
  );
});

test('what is written after the merge is the source where the target had nothing, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(aNumber, { maxLength: 200 }), aTarget, (numbers, existing) => {
      const { points } = convertNumbers(numbers);
      const merged = mergePoints(points, existing).points;
      for (const [time, fields] of points)
        for (const [field, value] of Object.entries(fields)) {
          const there = existing.get(time)?.[field as keyof object];
          assert.equal(merged.get(time)?.[field], there === undefined ? value : undefined);
        }
      assert.ok(
        [...merged.values()].every((fields) => Object.keys(fields).length > 0),
        'no point without a field',
      );
    }),
  );
});

test('cut into pages anywhere, the numbers are counted as in one', () => {
  fc.assert(
    fc.property(fc.array(aNumber, { maxLength: 100 }), fc.nat(20), (numbers, cut) => {
      const tallyOf = (part: readonly SourceNumber[]): typeof emptyTally => {
        const { points, skipped } = convertNumbers(part);
        const { written, alreadyThere, keptOut } = mergePoints(points, new Map());
        const read = countNames(part.map(({ measurement }) => measurement));
        return { read, skipped, written, alreadyThere, keptOut, points: { made: points.size } };
      };
      const end = second + cut * 1000;
      const pages = [numbers.filter(({ time }) => time <= end), numbers.filter(({ time }) => time > end)];
      const none = { ...emptyTally, points: { made: 0 } };
      assert.deepEqual(pages.map(tallyOf).reduce(addTallies, none), addTallies(none, tallyOf(numbers)));
    }),
  );
});
