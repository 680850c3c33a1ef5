import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { summarizeHistory } from '../../../functions/insights/summary.ts';
import { type Account, dayMs, historyOf, hourMs, minuteMs, pointsOf, spanOf } from './history.ts';

const date = '2026-03-20';
const span = spanOf(date, 14, { timezone: 'Europe/Berlin' });
const begin = span.days[0]?.start ?? 0;
const end = span.days.at(-1)?.end ?? 0;

/** Followers that go up and down by chance, the same for the same seed. */
function wanderer(seed: number): (time: number) => number {
  return (time) => {
    const hour = Math.floor((time - begin) / hourMs);
    return 50_000 + 3 * hour + Math.round(40 * Math.sin(hour / 5 + seed) + 20 * Math.cos(hour * seed));
  };
}

const seeds = fc.integer({ min: 1, max: 1000 });
const someTimes = fc
  .uniqueArray(fc.integer({ min: 0, max: Math.floor((end - begin) / minuteMs) }), { maxLength: 60 })
  .map((minutes) => minutes.sort((a, b) => a - b).map((minute) => begin + minute * minuteMs));

describe('whatever the posts', () => {
  it('an account that stands still gains 0, in every window and on every day', () => {
    fc.assert(
      fc.property(someTimes, (postedAt) => {
        for (const { fields } of summarizeHistory(historyOf({ followersAt: () => 777, postedAt }, span), span)) {
          const gains = Object.entries(fields).filter(([field]) => /gained|expected|lift|per_day/.test(field));
          for (const [field, value] of gains) assert.equal(value, 0, field);
          assert.ok(!('days_to_milestone' in fields) && !('posts_followers_r' in fields));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('a shift of all values shifts the followers alone', () => {
    const levels = ['followers_open', 'followers_close', 'followers_before'];
    const dependent = ['next_milestone', 'days_to_milestone'];
    fc.assert(
      fc.property(someTimes, seeds, fc.integer({ min: 1, max: 1_000_000 }), (postedAt, seed, shift) => {
        const followersAt = wanderer(seed);
        const summaryOf = (account: Account): ReturnType<typeof summarizeHistory> =>
          summarizeHistory(historyOf(account, span), span);
        const plain = summaryOf({ followersAt, postedAt });
        const shifted = summaryOf({ followersAt: (time) => followersAt(time) + shift, postedAt });
        const moved = plain.map((point) => ({
          ...point,
          fields: Object.fromEntries(
            Object.entries(point.fields).map(([field, value]) => [
              field,
              levels.includes(field) ? Number(value) + shift : value,
            ]),
          ),
        }));
        const without = ({ fields }: { fields: object }): object =>
          Object.fromEntries(Object.entries(fields).filter(([field]) => !dependent.includes(field)));
        assert.deepEqual(shifted.map(without), moved.map(without));
      }),
      { numRuns: 25 },
    );
  });

  it('the gains of consecutive days add up to the difference of the ends', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const points = pointsOf('twitter_user_daily', { followersAt: wanderer(seed) }, span);
        const sum = points.reduce((total, { fields }) => total + Number(fields['followers_gained']), 0);
        assert.equal(points.length, 14);
        assert.equal(
          sum,
          Number(points.at(-1)?.fields['followers_close']) - Number(points[0]?.fields['followers_open']),
        );
      }),
      { numRuns: 25 },
    );
  });
});

it('a planted jump after one post is found as that post’s lift, and as nobody else’s', () => {
  const jumps = fc.record({
    post: fc.integer({ min: 0, max: 6 }),
    jump: fc.integer({ min: 1, max: 100_000 }),
    hours: fc.integer({ min: 1, max: 23 }),
  });
  fc.assert(
    fc.property(jumps, ({ post, jump, hours }) => {
      const postedAt = Array.from({ length: 7 }, (_, index) => (span.days[span.first]?.start ?? 0) + 2 * index * dayMs);
      const jumpAt = (postedAt[post] ?? 0) + hours * hourMs;
      const followersAt = (time: number): number =>
        1000 + Math.floor((time - begin) / hourMs) + (time >= jumpAt ? jump : 0);
      const lifts = pointsOf('twitter_tweet_impact', { followersAt, postedAt }, span).map(
        ({ fields }) => fields['lift_24h'],
      );
      assert.deepEqual(
        lifts,
        postedAt.map((_time, index) => (index === post ? jump : 0)),
      );
    }),
    { numRuns: 50 },
  );
});

describe('a change of name in the middle of a month', () => {
  const renamedAt = (span.days[span.first + 5]?.start ?? 0) + 10 * hourMs;
  const names = [
    { time: begin, username: 'old_name' },
    { time: renamedAt, username: 'new_name' },
  ];
  const followersAt = (time: number): number => Math.floor((time - begin) / hourMs);
  const points = pointsOf('twitter_user_daily', { followersAt, names }, span);

  it('gives each day the name that was in force when it began', () => {
    assert.deepEqual(
      points.map(({ tags }) => tags['username']),
      Array.from({ length: 14 }, (_, index) => (index <= 5 ? 'old_name' : 'new_name')),
    );
    assert.deepEqual(new Set(points.map(({ tags }) => tags['user_id'])), new Set(['12']));
  });

  it('is in no number', () => {
    const gains = points.map(({ fields }) => fields['followers_gained']);
    assert.deepEqual(gains, [...Array.from({ length: 9 }, () => 24), 23, ...Array.from({ length: 4 }, () => 24)]);
  });
});

describe('the correlation of a day', () => {
  /** A post at noon of every third day, and 100 followers more an hour later. */
  const postedAt = span.days.filter((_day, index) => index % 3 === 0).map(({ start }) => start + 12 * hourMs);
  const followersAt = (time: number): number =>
    1000 + 100 * postedAt.filter((post) => time >= post + hourMs).length + Math.floor((time - begin) / (24 * hourMs));
  const [first] = pointsOf('twitter_correlation', { followersAt, postedAt }, span);

  it('is 1 where followers come on days with a post alone, over the last 30 days', () => {
    const { posts_followers_r: r, days } = first?.fields ?? {};
    assert.ok(Number(r) > 0.999, String(r));
    assert.equal(days, 30);
  });

  it('is that of posts with the gain a day later under its own name', () => {
    // 29 pairs, posts on every third day, gains one day before the next but one: -0.5 but for the ends.
    assert.ok(Math.abs(Number(first?.fields['posts_followers_r_lag1']) + 0.5) < 0.05);
  });

  it('has its number of days and no r while there are less than 14', () => {
    const isRead = (time: number): boolean => time >= (span.days[span.first - 5]?.start ?? 0);
    const fields = pointsOf('twitter_correlation', { followersAt, postedAt, isRead }, span).map(
      (point) => point.fields,
    );
    assert.deepEqual(fields.slice(0, 2), [{ days: 6 }, { days: 7 }]);
    assert.deepEqual(
      fields.map((field) => 'posts_followers_r' in field),
      Array.from({ length: 14 }, (_, index) => index >= 8),
    );
  });

  it('is not written of an account whose posts are not followed', () => {
    assert.deepEqual(pointsOf('twitter_correlation', { followersAt }, span), []);
  });
});
