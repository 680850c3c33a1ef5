import assert from 'node:assert/strict';

import { snowflakeAt } from '../../support/billing-x.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
const begin = Date.parse('2026-01-15T00:00:00Z');
const end = Date.parse('2026-04-20T00:00:00Z');
/** Summer time begins in Berlin on 29 March: local midnight is 23:00 UTC before and 22:00 after. */
export const midnightOf = (date: string): number => Date.parse(date) - (date > '2026-03-29' ? 2 : 1) * hourMs;
/** The days that are summarised. */
export const dates = Array.from({ length: 17 }, (_, index) => new Date(Date.parse('2026-03-20') + index * dayMs)).map(
  (date) => date.toISOString().slice(0, 10),
);
/** The date after another. */
export const nextOf = (date: string): string => new Date(Date.parse(date) + dayMs).toISOString().slice(0, 10);

/** When `old_name` became `new_name`. */
const renamedAt = Date.parse('2026-03-24T10:00:00Z');
/** When nothing was read. */
const gap = { from: Date.parse('2026-03-31T09:00:00Z'), to: Date.parse('2026-04-02T15:00:00Z') };
/** When the account posted. */
export const posts = ['2026-03-21T08:00:00.123Z', '2026-03-26T12:34:56.789Z', '2026-03-27T01:00:00.500Z'].map(
  Date.parse,
);

/** What was read: time and followers. The account grows by 2 an hour, by 300 after its second post, and not evenly. */
const reads = Array.from({ length: (end - begin) / (15 * minuteMs) }, (_, index) => begin + index * 15 * minuteMs)
  .filter((time) => time <= gap.from || time >= gap.to)
  .map((time) => {
    const hours = Math.floor((time - begin) / hourMs);
    const planted = time > (posts[1] ?? 0) + 2 * hourMs ? 300 : 0;
    return { time, followers: 9000 + 2 * hours + ((hours * 7919) % 13) + planted };
  });
/** The last follower count read at or before a time, and when. */
export const lastAt = (time: number): { time: number; followers: number } => {
  const found = reads.filter((read) => read.time <= time).at(-1);
  assert.ok(found);
  return found;
};
/** Whether the followers at a time are known: not in the gap. */
export const isKnown = (time: number): boolean => time - lastAt(time).time <= 30 * minuteMs;

/** Likes of a post that is read at seven minutes past every hour for a week: one for each hour. */
export const tweetReads = posts.flatMap((time) =>
  Array.from({ length: 7 * 24 }, (_, hour) => ({
    post: time,
    hour,
    time: Math.ceil(time / hourMs + hour) * hourMs + 7 * minuteMs,
  })),
);

/** All of it as line protocol, and an account 13 that stands still. */
export function linesOfHistory(): string[] {
  const profiles = reads.map(({ time, followers }) => {
    const username = time < renamedAt ? 'old_name' : 'new_name';
    return `twitter_user,user_id=12,username=${username} followers_count=${followers}i,tweet_count=7i ${time}`;
  });
  const other = reads.map(({ time }) => `twitter_user,user_id=13,username=still followers_count=777i ${time}`);
  const published = posts.map(
    (time) =>
      `twitter_tweet_published,user_id=12 username="old_name",tweet_id="${snowflakeAt(time, 1)}",url="u" ${time}`,
  );
  const tweets = tweetReads.map(
    ({ post, hour, time }) =>
      `twitter_tweet,user_id=12,username=old_name,tweet_id=${snowflakeAt(post, 1)} like_count=${hour}i,impression_count=${hour * 10}i ${time}`,
  );
  return [...profiles, ...other, ...published, ...tweets];
}
