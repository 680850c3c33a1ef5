import type { AccountHistory, Post, SummarySpan, TweetSample } from '../../../functions/insights/history.ts';
import { addDays, localDaysFrom } from '../../../functions/insights/local-day.ts';
import { openSeries, usualIntervalsOf } from '../../../functions/insights/series.ts';
import { daysNeededBefore, summarizeHistory } from '../../../functions/insights/summary.ts';
import type { Point } from '../../../functions/measurement.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Followers as read every quarter of an hour, of an account that is made up. */
export interface Account {
  /** Followers at a time in Unix milliseconds. */
  readonly followersAt: (time: number) => number;
  /** Whether the profile was read at a time; always where not given. */
  readonly isRead?: (time: number) => boolean;
  /** When it posted, in Unix milliseconds, rising. */
  readonly postedAt?: readonly number[];
  readonly names?: AccountHistory['names'];
  readonly samples?: AccountHistory['samples'];
  readonly tweetsUsual?: AccountHistory['tweetsUsual'];
}

/** Days of a zone from `date` on, with all that a summary of them needs before. */
export function spanOf(date: string, count: number, parts: { timezone?: string; until?: number } = {}): SummarySpan {
  const first = daysNeededBefore;
  const days = localDaysFrom(addDays(date, -first), first + count, parts.timezone ?? 'UTC');
  const until = parts.until ?? (days.at(-1)?.end ?? 0) + 8 * dayMs;
  return { days, first, until, followedMs: 7 * dayMs };
}

/** What is stored of the account for a summary of these days. */
export function historyOf(account: Account, { days, until }: SummarySpan): AccountHistory {
  const times: number[] = [];
  for (let time = days[0]?.start ?? 0; time <= until; time += 15 * minuteMs)
    if (account.isRead?.(time) ?? true) times.push(time);
  const posts = (account.postedAt ?? []).map((time, index): Post => ({
    tweetId: String(index),
    username: 'jack',
    time,
  }));
  return {
    userId: '12',
    followers: openSeries(times, times.map(account.followersAt)),
    names: account.names ?? [{ time: times[0] ?? 0, username: 'jack' }],
    posts,
    samples: account.samples ?? new Map<string, TweetSample[]>(),
    tweetsUsual: account.tweetsUsual ?? usualIntervalsOf([]),
  };
}

/** The summary's points of one measurement, in the order of their time. */
export function pointsOf(measurement: Point['measurement'], account: Account, span: SummarySpan): Point[] {
  const points = summarizeHistory(historyOf(account, span), span).filter((point) => point.measurement === measurement);
  return points.sort((a, b) => Number(a.time) - Number(b.time));
}

/** The fields of the summary of one day. */
export function dailyOf(account: Account, date: string, timezone = 'UTC'): Point['fields'] {
  return pointsOf('twitter_user_daily', account, spanOf(date, 1, { timezone }))[0]?.fields ?? {};
}

/** A summary of a month in which everything is known: every measurement, tag and field of it. */
export function completeSummary(): Point[] {
  const span = spanOf('2026-05-01', 30);
  const [begin, open, close] = [span.days[0], span.days[span.first - 1], span.days[span.first]];
  const readAt = (time: number, count: number): TweetSample => ({
    tweetId: '0',
    publishedAt: begin?.start ?? 0,
    time,
    counts: { impression_count: count, like_count: count },
  });
  const account: Account = {
    followersAt: (time) => 1000 + Math.floor((time - (begin?.start ?? 0)) / hourMs) + Math.round(Math.sin(time)),
    postedAt: span.days.filter((_day, index) => index % 3 === 0).map(({ start }) => start + 12 * hourMs),
    samples: new Map([
      [open?.date ?? '', [readAt(open?.end ?? 0, 10)]],
      [close?.date ?? '', [readAt(close?.end ?? 0, 30)]],
    ]),
  };
  return summarizeHistory(historyOf(account, span), span);
}
