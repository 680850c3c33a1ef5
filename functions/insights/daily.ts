import type { LocalDay } from './local-day.ts';
import { daysTo, nextMilestone } from './milestone.ts';
import { firstAtOrAfter, gainBetween, type Series, valueAt } from './series.ts';

/** What is known of an account's followers and posts on one day; `undefined` where it is not. */
export interface DayFacts {
  readonly open: number | undefined;
  readonly close: number | undefined;
  readonly gained: number | undefined;
  readonly published: number | undefined;
  /** Followers a day, over 28 days. */
  readonly pace: number | undefined;
  readonly milestone: number | undefined;
  readonly daysToMilestone: number | undefined;
}

const dayMs = 86_400_000;
/** The pace is that of so many days, or of as many as are known, this one included. */
const paceDays = 28;
const fewestPaceDays = 7;
/** For so long after a post it is taken for known that the account's posts are followed. */
const silenceMs = 28 * dayMs;

/** The facts of day `index` of consecutive `days`; `published` are the times of the account's known posts, rising. */
export function factsOfDay(
  days: readonly LocalDay[],
  index: number,
  followers: Series,
  published: readonly number[],
): DayFacts {
  const { start, end } = days[index] ?? { start: 0, end: 0 };
  const closing = valueAt(followers, end);
  const close = closing === undefined || closing.time <= start ? undefined : closing.value;
  const milestone = close === undefined ? undefined : nextMilestone(close);
  const pace = paceAt(days, index, followers);
  return {
    open: valueAt(followers, start)?.value,
    close,
    gained: gainBetween(followers, start, end),
    published: publishedOn(published, start, end),
    pace,
    milestone,
    daysToMilestone: milestone === undefined || close === undefined ? undefined : daysTo(milestone, close, pace),
  };
}

/** Over the days since the oldest midnight of the last 28 at which the followers are known. */
function paceAt(days: readonly LocalDay[], index: number, followers: Series): number | undefined {
  const end = days[index]?.end ?? 0;
  for (let count = paceDays; count >= fewestPaceDays; count -= 1) {
    const first = days[index + 1 - count];
    const gain = first === undefined ? undefined : gainBetween(followers, first.start, end);
    if (gain !== undefined) return gain / count;
  }
  return undefined;
}

/** 0 only of an account whose posts are followed: one that published none for weeks may as well not be. */
function publishedOn(times: readonly number[], start: number, end: number): number | undefined {
  const before = firstAtOrAfter(times, end);
  if (before === firstAtOrAfter(times, start - silenceMs)) return undefined;
  return before - firstAtOrAfter(times, start);
}
