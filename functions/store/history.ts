import { isXId } from '../config/accounts.ts';
import type { Deadline } from '../deadline.ts';
import type { AccountHistory, Post, SummarySpan } from '../insights/history.ts';
import { dayMs } from '../insights/local-day.ts';
import { openSeries } from '../insights/series.ts';
import { queryStore, type Store } from './influxdb.ts';
import { identityQuestion } from './preflight.ts';
import { byTime, countOf, type Rows, textOf, timeOf } from './rows.ts';
import { readSamples } from './samples.ts';

/** Whose history is read, and around which days. */
export interface Reading {
  readonly store: Store;
  readonly userId: string;
  readonly span: SummarySpan;
  readonly deadline: Deadline;
}

/** 45 days at a value a minute are 65,000 rows, a few megabytes. */
const pageMs = 45 * dayMs;

/** The ids of accounts with the names they had: of both, that seen last is at the end. */
export type KnownAccounts = ReadonlyMap<string, readonly string[]>;

/** Every account of which a profile is stored around the days of a summary. Throws a `RunError`. */
export async function readAccounts({ store, span, deadline }: Omit<Reading, 'userId'>): Promise<KnownAccounts> {
  const question = identityQuestion(`time >= ${startOf(span)}ms AND time <= ${span.until}ms`);
  const [rows = []] = await queryStore(store, [question], deadline, 'ms');
  const accounts = new Map<string, string[]>();
  for (const { tags } of byTime(rows)) {
    const { user_id: userId, username = '' } = tags;
    if (!isXId(userId)) continue;
    const usernames = [...(accounts.get(userId) ?? []), username];
    accounts.delete(userId);
    accounts.set(userId, usernames);
  }
  return accounts;
}

/** What is stored of one account around the days of a summary, a page after the other. Throws a `RunError`. */
export async function readHistory(reading: Reading): Promise<AccountHistory> {
  const { userId, span } = reading;
  const followers = await readFollowers(reading);
  const posts = await readPosts(reading);
  const followed = posts.length === 0 ? [] : span.days.slice(Math.max(0, span.first - 1));
  return { userId, ...followers, posts, ...(await readSamples(reading, followed)) };
}

async function readFollowers(reading: Reading): Promise<Pick<AccountHistory, 'followers' | 'names'>> {
  const { until } = reading.span;
  const [times, values]: [number[], number[]] = [[], []];
  const names: { time: number; username: string }[] = [];
  for (let from = startOf(reading.span); from <= until; from += pageMs) {
    const range = `time >= ${from}ms AND time < ${Math.min(from + pageMs, until + 1)}ms`;
    const rows = await ask(reading, 'SELECT "followers_count" FROM "twitter_user"', `${range} GROUP BY "username"`);
    for (const row of byTime(rows)) {
      const [username, count] = [row.tags['username'] ?? '', countOf(row, 'followers_count')];
      if (count === undefined) continue;
      if (names.at(-1)?.username !== username) names.push({ time: timeOf(row), username });
      times.push(timeOf(row));
      values.push(count);
    }
  }
  return { followers: openSeries(times, values), names };
}

/** A month more than the days: whether an account's posts are followed is told by those before. */
async function readPosts(reading: Reading): Promise<readonly Post[]> {
  const range = `time >= ${startOf(reading.span) - 28 * dayMs}ms AND time <= ${reading.span.until}ms`;
  const rows = await ask(reading, 'SELECT "tweet_id", "username" FROM "twitter_tweet_published"', range);
  return rows.map((row) => {
    return { time: timeOf(row), tweetId: textOf(row, 'tweet_id'), username: textOf(row, 'username') };
  });
}

async function ask({ store, userId, deadline }: Reading, selection: string, rest: string): Promise<Rows> {
  const question = `${selection} WHERE "user_id" = '${userId}' AND ${rest}`;
  const [rows = []] = await queryStore(store, [question], deadline, 'ms');
  return rows;
}

function startOf({ days, until }: SummarySpan): number {
  return days[0]?.start ?? until;
}
