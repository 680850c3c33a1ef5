import type { App, Row } from '../app.ts';
import { publishedAt } from '../collectors/tweet-answer.ts';
import type { Deadline } from '../deadline.ts';
import { RunError } from '../failure.ts';
import type { Post } from '../insights/impact.ts';
import type { LocalDay } from '../insights/local-day.ts';
import { openSeries, usualIntervalsOf } from '../insights/series.ts';
import type { AccountHistory, SummarySpan } from '../insights/summary.ts';
import { engagementFields, type TweetSample } from '../insights/tweet-gains.ts';

/** An account of which something is stored, by the names it had, the newest last. */
export interface KnownAccount {
  readonly userId: string;
  readonly usernames: readonly string[];
}

const dayMs = 86_400_000;
/** Rows of one answer: 45 days at a value a minute are 65,000, a few megabytes. */
const daysPerPage = 45;
/** The statements travel in the URL, and 8 KiB is where proxies begin to refuse. */
const daysPerRequest = 16;
/** Reads of an account's posts in the same five minutes are one. */
const readSlot = '5m';
const idPattern = /^\d{1,19}$/;
const countFields = ['impression_count', ...engagementFields];

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
    if (!idPattern.test(userId)) continue;
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

type Reads = Pick<AccountHistory, 'samples' | 'tweetsUsual'>;
const noReads: Reads = { samples: new Map(), tweetsUsual: new Map() };

/** The last sample of each post on each day from the one before the first summarised, in one statement a day. */
async function readSamples(app: App, userId: string, { days, first }: SummarySpan, deadline: Deadline): Promise<Reads> {
  const needed = days.slice(Math.max(0, first - 1));
  const samples = new Map<string, TweetSample[]>();
  const readTimes: number[] = [];
  for (let index = 0; index < needed.length; index += daysPerRequest) {
    const page = needed.slice(index, index + daysPerRequest);
    const rows = await app.store.query(samplesQuestion(userId, page), deadline);
    for (const row of rows) {
      const day = page.find(({ start, end }) => timeOf(row) > start && timeOf(row) <= end);
      const tweetId = row.tags['tweet_id'];
      if (tweetId === undefined) readTimes.push(timeOf(row));
      else if (day !== undefined && idPattern.test(tweetId))
        samples.set(day.date, [...(samples.get(day.date) ?? []), toSample(tweetId, row)]);
    }
  }
  return { samples, tweetsUsual: usualIntervalsOf(readTimes) };
}

/** Every day's last samples, and when there were any at all. */
function samplesQuestion(userId: string, days: readonly LocalDay[]): string {
  const fields = countFields.map((field) => `"${field}"`).join(', ');
  const whereIn = (start: number, end: number): string =>
    `FROM "twitter_tweet" WHERE "user_id" = '${userId}' AND time > ${start}ms AND time <= ${end}ms`;
  const lastOfDays = days.map(
    ({ start, end }) => `SELECT ${fields} ${whereIn(start, end)} GROUP BY "tweet_id" ORDER BY time DESC LIMIT 1`,
  );
  const [start, end] = [days[0]?.start ?? 0, days.at(-1)?.end ?? 0];
  const reads = `SELECT count("like_count") ${whereIn(start, end)} GROUP BY time(${readSlot}) fill(none)`;
  return [...lastOfDays, reads].join('; ');
}

function toSample(tweetId: string, row: Row): TweetSample {
  const known = countFields.map((field) => [field, countOf(row, field)] as const);
  const counts = Object.fromEntries(known.filter((entry): entry is [string, number] => entry[1] !== undefined));
  return { tweetId, publishedAt: publishedAt(tweetId), time: timeOf(row), counts };
}

function timeOf({ columns }: Row): number {
  return Number(columns['time']);
}

/** A count of an answer; `undefined` where the point has none. Throws a `RunError` for anything else. */
function countOf({ measurement, columns }: Row, column: string): number | undefined {
  const value = columns[column] ?? undefined;
  if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined;
  const message = `InfluxDB has ${JSON.stringify(value).slice(0, 40)} as ${column} of ${measurement}, where twittergraph writes whole numbers: does another program write there?`;
  throw new RunError('store_refused', message, { retryable: false });
}

function textOf({ columns }: Row, column: string): string {
  const value = columns[column];
  return typeof value === 'string' ? value : '';
}
