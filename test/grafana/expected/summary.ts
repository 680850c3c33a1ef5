/**
 * The daily summary computed from the seed itself, without the product's code and without InfluxDB. It may be simpler:
 * profiles come every quarter hour and posts are read every hour, so what counts is at most two of those old.
 */
import type { UserCounts } from '../../../local/simulator/history.ts';
import type { SeededAccount } from '../seed/plan.ts';
import type { Seed } from '../seed/seed.ts';
import type { Reading, SeededPost } from '../seed/truth.ts';
import { days, type Day, firstSummarised } from './days.ts';
import { correlate, gainsOfPosts, milestoneAfter } from './formulas.ts';

/** A day of an account; what is not known is not there. */
export interface ExpectedDay {
  readonly day: Day;
  readonly open: number | undefined;
  readonly close: number | undefined;
  readonly gained: number | undefined;
  readonly published: number | undefined;
  readonly impressions: number | undefined;
  readonly engagements: number | undefined;
  readonly pace: number | undefined;
  readonly milestone: number | undefined;
  readonly daysToMilestone: number | undefined;
  readonly r: number | undefined;
  readonly rLag1: number | undefined;
  /** Pairs of days behind the correlation. */
  readonly pairs: number;
}

const dayMs = 86_400_000;
const tickMs = 15 * 60_000;
/** So long after a post an account's posts are taken to be followed. */
const followedMs = 28 * dayMs;

/** An account's count at a time, as last read; `undefined` when that is more than two quarter hours old. */
export function countAt(
  seed: Seed,
  account: SeededAccount,
  time: number,
  field: keyof UserCounts = 'followers_count',
): number | undefined {
  const tick = Math.floor(time / tickMs) * tickMs;
  const ticks = [tick, tick - tickMs, tick - 2 * tickMs].filter((each) => time - each <= 2 * tickMs);
  return ticks.map((each) => seed.profileAt(account, each)).find((profile) => profile !== undefined)?.counts[field];
}

/** How many followers an account gained from one time to another. */
export function gainOf(seed: Seed, account: SeededAccount, from: number, to: number): number | undefined {
  const [before, after] = [countAt(seed, account, from), countAt(seed, account, to)];
  return before === undefined || after === undefined ? undefined : after - before;
}

/** Every summarised day of an account, whether or not anything is known of it. */
export function summaryOf(seed: Seed, account: SeededAccount): readonly ExpectedDay[] {
  const posts = seed.posts.filter((post) => post.account === account);
  const known = days.map((day, index) => factsOf(seed, account, posts, day, index));
  const all = known.map((facts, index) => {
    const month = known.slice(Math.max(0, index - 29), index + 1);
    const same = correlate(month.map(({ published, gained }) => [published, gained]));
    const later = correlate(month.slice(1).map(({ gained }, at) => [month[at]?.published, gained]));
    return { ...facts, r: same.r, rLag1: later.r, pairs: same.pairs };
  });
  return all.filter(({ day }) => day.date >= firstSummarised);
}

type Facts = Omit<ExpectedDay, 'r' | 'rLag1' | 'pairs'>;

function factsOf(seed: Seed, account: SeededAccount, posts: readonly SeededPost[], day: Day, index: number): Facts {
  const close = countAt(seed, account, day.end);
  const pace = paceOf(seed, account, index);
  const milestone = close === undefined ? undefined : milestoneAfter(close);
  const isReached = milestone !== undefined && close !== undefined && pace !== undefined && pace > 0;
  return {
    day,
    open: countAt(seed, account, day.start),
    close,
    gained: gainOf(seed, account, day.start, day.end),
    published: publishedOn(posts, day, close !== undefined),
    ...gainsOfPosts(day, postsReadBy(posts, day.end)),
    pace,
    milestone,
    daysToMilestone: isReached ? (milestone - close) / pace : undefined,
  };
}

/** Followers a day over the most days, 28 at most and 7 at least, whose beginning is known. */
function paceOf(seed: Seed, account: SeededAccount, index: number): number | undefined {
  for (let count = 28; count >= 7; count -= 1) {
    const gain = gainOf(seed, account, days[index + 1 - count]?.start ?? NaN, days[index]?.end ?? NaN);
    if (gain !== undefined) return gain / count;
  }
  return undefined;
}

/** Of a day on which nobody looked, as with a suspended account, 0 is not known. */
function publishedOn(posts: readonly SeededPost[], { start, end }: Day, isRead: boolean): number | undefined {
  if (!posts.some(({ time }) => time >= start - followedMs && time < end)) return undefined;
  const { length: count } = posts.filter(({ time }) => time >= start && time < end);
  return count === 0 && !isRead ? undefined : count;
}

function postsReadBy(
  posts: readonly SeededPost[],
  end: number,
): { readonly time: number; readonly readings: readonly Reading[] }[] {
  return posts.map(({ time, readings }) => ({ time, readings: readings.filter((reading) => reading.time <= end) }));
}
