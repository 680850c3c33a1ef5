import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { TweetSample } from '../../../functions/insights/history.ts';
import { usualIntervalsOf } from '../../../functions/insights/series.ts';
import type { Point } from '../../../functions/measurement.ts';
import { dailyOf, dayMs, hourMs } from './history.ts';

const start = Date.parse('2026-05-20T00:00:00Z');
/** Posts are read every hour. */
const hourly = usualIntervalsOf(Array.from({ length: 24 * 9 }, (_, hour) => start - 7 * dayMs + hour * hourMs));
const longAgo = start - 3 * dayMs;

/** A sample read so many hours after midnight, with so many impressions and twice as many likes. */
function sample(tweetId: string, hour: number, impressions: number, publishedAt = longAgo): TweetSample {
  const counts = { impression_count: impressions, like_count: 2 * impressions };
  return { tweetId, publishedAt, time: start + hour * hourMs, counts };
}

/** The summary of an account without profiles, of which there are these samples. */
function gainsOf(before: readonly TweetSample[], samples: readonly TweetSample[]): Point['fields'] {
  const byDay = new Map([
    ['2026-05-19', before],
    ['2026-05-20', samples],
  ]);
  const account = { followersAt: () => 0, isRead: () => false, samples: byDay, tweetsUsual: hourly };
  return dailyOf(account, '2026-05-20');
}
const unknown = {};

describe('what the posts of an account gain on a day', () => {
  it('by hand: two old posts and a new one', () => {
    const before = [sample('1', -0.5, 100), sample('2', -0.5, 1000)];
    const samples = [sample('1', 23.5, 110), sample('2', 23.5, 1300), sample('3', 23.5, 50, start + 5 * hourMs)];
    assert.deepEqual(gainsOf(before, samples), {
      impressions_gained: 10 + 300 + 50,
      engagements_gained: 20 + 600 + 100,
    });
  });

  it('counts a post from the last minutes before midnight, which nobody had read, from 0', () => {
    assert.deepEqual(gainsOf([], [sample('1', 23.5, 7, start - hourMs)]), {
      impressions_gained: 7,
      engagements_gained: 14,
    });
  });

  it('is not known when a post was not being read at midnight: a gap', () => {
    assert.deepEqual(gainsOf([], [sample('1', 23.5, 110)]), unknown);
    assert.deepEqual(gainsOf([sample('1', -3, 100)], [sample('1', 23.5, 110)]), unknown);
  });

  it('is not known when reading stopped in the course of the day', () => {
    assert.deepEqual(gainsOf([sample('1', 0, 100)], [sample('1', 20, 110)]), unknown);
  });

  it('is known when all posts had become too old to be followed', () => {
    const old = start - 7 * dayMs + 20 * hourMs;
    assert.deepEqual(gainsOf([sample('1', 0, 100, old)], [sample('1', 20, 110, old)]), {
      impressions_gained: 10,
      engagements_gained: 20,
    });
  });

  it('is not known without any sample', () => {
    assert.deepEqual(gainsOf([sample('1', 0, 100)], []), unknown);
  });

  it('leaves a number out that X did not give, and is not 0 for it', () => {
    const likes = (hour: number, like_count: number): TweetSample => ({
      ...sample('1', hour, 0),
      counts: { like_count, reply_count: 1 },
    });
    assert.deepEqual(gainsOf([likes(0, 5)], [likes(23.5, 3)]), { engagements_gained: -2 });
  });
});
