import type { AccountHistory, Facts, Post, SummarySpan } from './history.ts';
import { dayMs, type LocalDay } from './local-day.ts';
import { firstAtOrAfter, gainBetween, type Series, valueAt } from './series.ts';

/** The followers and posts of day `index` of the span. */
export function factsOfDay({ followers, posts }: AccountHistory, { days }: SummarySpan, index: number): Facts {
  const { start, end } = days[index] ?? { start: 0, end: 0 };
  const closing = valueAt(followers, end);
  const close = closing === undefined || closing.time <= start ? undefined : closing.value;
  const pace = paceAt(days, index, followers);
  return {
    followers_open: valueAt(followers, start)?.value,
    followers_close: close,
    followers_gained: gainBetween(followers, start, end),
    tweets_published: countPublished(posts, start, end, close !== undefined),
    followers_per_day_28d: pace,
    next_milestone: close === undefined ? undefined : nextMilestone(close),
    days_to_milestone: close === undefined ? undefined : daysTo(nextMilestone(close), close, pace),
  };
}

/** Over the days since the oldest midnight of the last 28 at which the followers are known, seven days at least. */
function paceAt(days: readonly LocalDay[], index: number, followers: Series): number | undefined {
  const end = days[index]?.end ?? 0;
  for (let count = 28; count >= 7; count -= 1) {
    const first = days[index + 1 - count];
    const gain = first === undefined ? undefined : gainBetween(followers, first.start, end);
    if (gain !== undefined) return gain / count;
  }
  return undefined;
}

/** 0 only of an account that was read on the day and whose posts are followed: one without any for four weeks may not be. */
function countPublished(posts: readonly Post[], start: number, end: number, isRead: boolean): number | undefined {
  const times = posts.map(({ time }) => time);
  const before = firstAtOrAfter(times, end);
  if (before === firstAtOrAfter(times, start - 28 * dayMs)) return undefined;
  const count = before - firstAtOrAfter(times, start);
  return count === 0 && !isRead ? undefined : count;
}

/** The next round number of followers, in steps of half its leading unit, at least 10: after 14,389 comes 15,000, then 20,000. */
export function nextMilestone(followers: number): number {
  const step = 10 ** (String(Math.max(0, followers)).length - 1) / 2;
  return Math.max(10, (Math.floor(followers / step) + 1) * step);
}

/** Days until an account of so many followers reaches a number at a daily pace; `undefined` at one that never does. */
export function daysTo(milestone: number, followers: number, followersPerDay: number | undefined): number | undefined {
  if (followersPerDay === undefined || followersPerDay <= 0) return undefined;
  return (milestone - followers) / followersPerDay;
}
