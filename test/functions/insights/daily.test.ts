import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { dailyOf, dayMs, hourMs, pointsOf, spanOf } from './history.ts';

const date = '2026-05-20';
const midnight = Date.parse(date);
/** One follower more with every hour. */
const followersAt = (time: number): number => 1000 + Math.floor((time - midnight) / hourMs);

describe('the summary of a day', () => {
  it('by hand: an account that gains one follower an hour, 1000 at midnight', () => {
    assert.deepEqual(dailyOf({ followersAt }, date), {
      followers_open: 1000,
      followers_close: 1024,
      followers_gained: 24,
      followers_per_day_28d: 24,
      next_milestone: 1500,
      days_to_milestone: (1500 - 1024) / 24,
    });
  });

  it('takes the value of midnight itself for close and for the open of the next day', () => {
    const jump = (time: number): number => (time >= midnight + dayMs ? 5000 : 1000);
    assert.equal(dailyOf({ followersAt: jump }, date)['followers_close'], 5000);
    assert.equal(dailyOf({ followersAt: jump }, '2026-05-21')['followers_open'], 5000);
    assert.equal(dailyOf({ followersAt: jump }, '2026-05-21')['followers_gained'], 0);
  });

  it('has 23 and 25 hours’ gain when the clocks change', () => {
    const gains = (day: string): unknown => dailyOf({ followersAt }, day, 'Europe/Berlin')['followers_gained'];
    assert.deepEqual(['2026-03-28', '2026-03-29', '2026-03-30'].map(gains), [24, 23, 24]);
    assert.deepEqual(['2026-10-24', '2026-10-25', '2026-10-26'].map(gains), [24, 25, 24]);
  });

  it('is stamped with the first instant of the local day', () => {
    const [point] = pointsOf('twitter_user_daily', { followersAt }, spanOf(date, 1, { timezone: 'Asia/Kolkata' }));
    assert.equal(new Date(point?.time ?? 0).toISOString(), '2026-05-19T18:30:00.000Z');
  });

  it('says nothing of a day on which nothing was read', () => {
    assert.deepEqual(dailyOf({ followersAt, isRead: (time) => time > midnight + 3 * dayMs }, date), {});
  });
});

it('an account read once a day has no close on a day it was not read, though yesterday’s number is not too old', () => {
  const noons = (time: number): boolean => (time - midnight - 12 * hourMs) % dayMs === 0;
  const missed = { followersAt, isRead: (time: number) => noons(time) && time !== midnight + 12 * hourMs };
  const { followers_open: open, followers_close: close, followers_gained: gained } = dailyOf(missed, date);
  assert.deepEqual([open, close, gained], [988, undefined, undefined]);
});

describe('a gap in the collection', () => {
  const gapFrom = midnight + 10 * hourMs;
  const gapTo = midnight + 3 * dayMs + 14 * hourMs;
  const gap = { followersAt, isRead: (time: number) => time <= gapFrom || time >= gapTo };
  const days = ['2026-05-19', '2026-05-20', '2026-05-21', '2026-05-22', '2026-05-23', '2026-05-24'];
  const column = (field: string): unknown[] => days.map((day) => dailyOf(gap, day)[field]);

  it('is no day’s gain', () => {
    assert.deepEqual(column('followers_gained'), [24, undefined, undefined, undefined, undefined, 24]);
  });

  it('leaves known what was known: the open before and the close after it', () => {
    assert.deepEqual(column('followers_open'), [976, 1000, undefined, undefined, undefined, 1096]);
    assert.deepEqual(column('followers_close'), [1000, undefined, undefined, undefined, 1096, 1120]);
  });

  it('does not change the pace, which reaches over it', () => {
    assert.deepEqual(column('followers_per_day_28d'), [24, undefined, undefined, undefined, 24, 24]);
  });

  it('of less than two intervals at midnight is none', () => {
    const short = { followersAt, isRead: (time: number) => Math.abs(time - midnight - dayMs) > 29 * 60_000 };
    assert.equal(dailyOf(short, date)['followers_gained'], 23);
    assert.equal(dailyOf(short, '2026-05-21')['followers_gained'], 25);
  });
});

describe('the first days of an account', () => {
  const first = { followersAt, isRead: (time: number) => time >= midnight + 12 * hourMs };

  it('have no gain before there is an earlier value, never 0', () => {
    const { followers_close: close, followers_gained: gained, followers_open: open } = dailyOf(first, date);
    assert.deepEqual([open, close, gained], [undefined, 1024, undefined]);
    assert.equal(dailyOf(first, '2026-05-21')['followers_gained'], 24);
  });

  it('have a pace from the seventh whole day on', () => {
    const pace = (day: string): unknown => dailyOf(first, day)['followers_per_day_28d'];
    assert.deepEqual([pace('2026-05-26'), pace('2026-05-27')], [undefined, 24]);
  });
});

describe('the posts of a day', () => {
  const count = (postedAt: readonly number[], day = date): unknown =>
    dailyOf({ followersAt, postedAt }, day)['tweets_published'];

  it('are those from its first instant to its last', () => {
    const times = [-1, 0, 5 * hourMs, dayMs - 1, dayMs].map((offset) => midnight + offset);
    assert.equal(count(times), 3);
  });

  it('are 0 where posts are known to be followed, and unknown where nothing tells', () => {
    assert.equal(count([midnight - dayMs]), 0);
    assert.equal(count([]), undefined);
    assert.equal(count([midnight + 2 * dayMs]), undefined);
    assert.equal(count([midnight - 28 * dayMs - 1]), undefined);
  });

  it('are unknown and not 0 on a day on which nobody looked, as with a suspended account', () => {
    const suspended = { followersAt, isRead: (time: number): boolean => time <= midnight };
    const countOf = (offset: number): unknown =>
      dailyOf({ ...suspended, postedAt: [midnight - dayMs, midnight + offset] }, date)['tweets_published'];
    assert.equal(countOf(2 * dayMs), undefined);
    assert.equal(countOf(hourMs), 1);
  });
});
