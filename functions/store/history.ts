import type { App } from '../app.ts';
import type { Deadline } from '../deadline.ts';
import type { Post } from '../insights/impact.ts';
import { openSeries } from '../insights/series.ts';
import type { AccountHistory, SummarySpan } from '../insights/summary.ts';
import { countOf, isXId, textOf, timeOf } from './row.ts';
import { noReads, readSamples } from './samples.ts';

/** An account of which something is stored, by the names it had, the newest last. */
export interface KnownAccount {
  readonly userId: string;
  readonly usernames: readonly string[];
}

const dayMs = 86_400_000;
/** Rows of one answer: 45 days at a value a minute are 65,000, a few megabytes. */
const daysPerPage = 45;

/** Every account of which a profile is stored around the days of a summary, that seen last at the end. */
export async function listKnownAccounts(
  { store }: App,
  { days, until }: SummarySpan,
  deadline: Deadline,
): Promise<KnownAccount[]> {
  const range = `time >= ${days[0]?.start ?? until}ms AND time <= ${until}ms`;
  const rows = await store.query(
    `SELECT last("followers_count") FROM "twitter_user" WHERE ${range} GROUP BY "user_id", "username"`,
    deadline,
  );
  const byId = new Map<string, string[]>();
  for (const { tags } of [...rows].sort((a, b) => timeOf(a) - timeOf(b))) {
    const userId = tags['user_id'] ?? '';
    if (!isXId(userId)) continue;
    const usernames = [...(byId.get(userId) ?? []), tags['username'] ?? ''];
    byId.delete(userId);
    byId.set(userId, usernames);
  }
  return [...byId].map(([userId, usernames]) => ({ userId, usernames }));
}

/** What is stored of one account around the days of a summary, a page after the other. Throws a `RunError`. */
export async function readHistory(
  app: App,
  userId: string,
  span: SummarySpan,
  deadline: Deadline,
): Promise<AccountHistory> {
  const followers = await readFollowers(app, userId, span, deadline);
  const posts = await readPosts(app, userId, span, deadline);
  const reads = posts.length === 0 ? noReads : await readSamples(app, userId, span, deadline);
  return { userId, ...followers, posts, ...reads };
}

async function readFollowers(
  app: App,
  userId: string,
  { days, until }: SummarySpan,
  deadline: Deadline,
): Promise<Pick<AccountHistory, 'followers' | 'names'>> {
  const [times, values]: [number[], number[]] = [[], []];
  const names: { time: number; username: string }[] = [];
  for (let from = days[0]?.start ?? until; from <= until; from += daysPerPage * dayMs) {
    const range = `time >= ${from}ms AND time < ${Math.min(from + daysPerPage * dayMs, until + 1)}ms`;
    const statement = `SELECT "followers_count" FROM "twitter_user" WHERE "user_id" = '${userId}' AND ${range} GROUP BY "username"`;
    const rows = [...(await app.store.query(statement, deadline))].sort((a, b) => timeOf(a) - timeOf(b));
    for (const row of rows) {
      const [username, count] = [row.tags['username'] ?? '', countOf(row, 'followers_count')];
      if (count === undefined) continue;
      if (names.at(-1)?.username !== username) names.push({ time: timeOf(row), username });
      times.push(timeOf(row));
      values.push(count);
    }
  }
  return { followers: openSeries(times, values), names };
}

async function readPosts(
  app: App,
  userId: string,
  { days, until }: SummarySpan,
  deadline: Deadline,
): Promise<readonly Post[]> {
  // A month more than the days: whether an account's posts are followed is told by those before.
  const from = (days[0]?.start ?? until) - 28 * dayMs;
  const rows = await app.store.query(
    `SELECT "tweet_id", "username" FROM "twitter_tweet_published" WHERE "user_id" = '${userId}' AND time >= ${from}ms AND time <= ${until}ms`,
    deadline,
  );
  return rows.map((row) => ({
    time: timeOf(row),
    tweetId: textOf(row, 'tweet_id'),
    username: textOf(row, 'username'),
  }));
}
