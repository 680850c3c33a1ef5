import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Point } from '../../../functions/measurement.ts';
import { type Account, dayMs, hourMs, minuteMs, pointsOf, spanOf } from './history.ts';

const date = '2026-05-20';
/** The post whose impact is asked for: at 10:07 of the summarised day. */
const posted = Date.parse(`${date}T10:07:00Z`);
/** One follower more with every hour, and 500 within an hour of the post. */
const grows = (time: number): number => 10_000 + Math.floor((time - posted) / hourMs);
const jumps = (time: number): number => grows(time) + (time > posted + hourMs / 2 ? 500 : 0);

/** The fields of that post's impact as known at `until`. */
function impactOf(account: Account, until = posted + 30 * dayMs): Point['fields'] {
  const points = pointsOf('twitter_tweet_impact', { postedAt: [posted], ...account }, spanOf(date, 1, { until }));
  return points.find(({ time }) => time === posted)?.fields ?? {};
}

describe('the impact of a post', () => {
  it('by hand: 24 a day anyway and 500 through the post', () => {
    assert.deepEqual(impactOf({ followersAt: jumps }), {
      username: 'jack',
      tweet_id: '0',
      followers_before: 9999,
      followers_gained_1h: 501,
      followers_gained_24h: 524,
      followers_gained_7d: 668,
      expected_24h: 24,
      lift_24h: 500,
      overlaps: 0,
    });
  });

  it('becomes known bit by bit', () => {
    const known = (until: number): string[] => Object.keys(impactOf({ followersAt: jumps }, until)).slice(2);
    const [before, always] = ['followers_before', ['expected_24h', 'overlaps']];
    assert.deepEqual(known(posted + hourMs - 1), [before, ...always]);
    assert.deepEqual(known(posted + hourMs), [before, 'followers_gained_1h', ...always]);
    assert.ok(!known(posted + dayMs - 1).includes('lift_24h'));
    assert.deepEqual(known(posted + dayMs).slice(1, 3), ['followers_gained_1h', 'followers_gained_24h']);
    assert.ok(known(posted + dayMs).includes('lift_24h'));
    assert.ok(!known(posted + 7 * dayMs - 1).includes('followers_gained_7d'));
    assert.ok(known(posted + 7 * dayMs).includes('followers_gained_7d'));
  });

  it('is written again while its longest window reaches into the days, and not after', () => {
    const postedAt = [8, 7, 1].map((days) => posted - days * dayMs);
    const agesFrom = (from: string, days: number): number[] =>
      pointsOf('twitter_tweet_impact', { followersAt: grows, postedAt }, spanOf(from, days)).map(
        ({ time }) => (posted - Number(time)) / dayMs,
      );
    assert.deepEqual(agesFrom(date, 1), [7, 1]);
    assert.deepEqual(agesFrom('2026-05-19', 1), [8, 7, 1]);
    assert.deepEqual(agesFrom('2026-05-21', 1), [1]);
    assert.deepEqual(agesFrom('2026-05-18', 1), [8, 7]);
  });

  it('is not known where the profile was read too rarely to tell', () => {
    const isRead = (time: number): boolean => time < posted || time > posted + 2 * hourMs;
    const { followers_gained_1h: in1h, followers_gained_24h: in24h } = impactOf({ followersAt: jumps, isRead });
    assert.deepEqual([in1h, in24h], [undefined, 524]);
    assert.equal(impactOf({ followersAt: jumps, isRead: () => false })['followers_before'], undefined);
  });

  it('has the first follower counts after it, not one from before', () => {
    const isRead = (time: number): boolean => Math.abs(time - posted - hourMs) > 65 * minuteMs;
    assert.equal(impactOf({ followersAt: jumps, isRead })['followers_gained_1h'], undefined);
  });
});

describe('what is expected anyway', () => {
  it('is the median over 24-hour windows in which nothing was published', () => {
    // Every post of the last weeks brought 300: the windows between them alone say what comes without.
    const earlier = [20, 16, 12, 8, 4].map((days) => posted - days * dayMs);
    const followersAt = (time: number): number => jumps(time) + 300 * earlier.filter((post) => time > post).length;
    const { expected_24h: expected, lift_24h: lift } = impactOf({ followersAt, postedAt: [...earlier, posted] });
    assert.deepEqual([expected, lift], [24, 500]);
  });

  it('is not known of an account that is never quiet for a day', () => {
    const postedAt = Array.from({ length: 80 }, (_, index) => posted - (79 - index) * 12 * hourMs);
    const fields = impactOf({ followersAt: jumps, postedAt });
    assert.deepEqual([fields['expected_24h'], fields['lift_24h'], fields['overlaps']], [undefined, undefined, 1]);
    assert.equal(fields['followers_gained_24h'], 524);
  });

  it('is not known before a day’s worth of windows has been seen', () => {
    const since = (hours: number) => (time: number) => time >= posted - hours * hourMs;
    assert.equal(impactOf({ followersAt: jumps, isRead: since(47) })['expected_24h'], undefined);
    assert.equal(impactOf({ followersAt: jumps, isRead: since(49) })['expected_24h'], 24);
  });

  it('looks four weeks back and no further', () => {
    const followersAt = (time: number): number => (time < posted - 28 * dayMs ? time / hourMs : grows(time) * 3);
    assert.equal(impactOf({ followersAt: (time) => Math.floor(followersAt(time)) })['expected_24h'], 72);
  });
});

it('posts within 24 hours of each other say with how many they overlap', () => {
  const postedAt = [-25, -23, -1, 0, 3, 24, 26].map((hours) => posted + hours * hourMs);
  const points = pointsOf('twitter_tweet_impact', { followersAt: grows, postedAt }, spanOf('2026-05-19', 3));
  const overlaps = new Map(points.map(({ time, fields }) => [(Number(time) - posted) / hourMs, fields['overlaps']]));
  assert.deepEqual(
    [-25, -23, -1, 0, 3, 24, 26].map((hour) => overlaps.get(hour)),
    [1, 3, 3, 3, 4, 2, 2],
  );
});
