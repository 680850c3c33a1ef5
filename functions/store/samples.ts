import type { App, Row } from '../app.ts';
import { publishedAt } from '../collectors/tweet/answer.ts';
import type { Deadline } from '../deadline.ts';
import type { LocalDay } from '../insights/local-day.ts';
import { usualIntervalsOf } from '../insights/series.ts';
import type { AccountHistory, SummarySpan } from '../insights/summary.ts';
import { engagementFields, type TweetSample } from '../insights/tweet-gains.ts';
import { countOf, isXId, timeOf } from './row.ts';

/** The statements travel in the URL, and 8 KiB is where proxies begin to refuse. */
const daysPerRequest = 16;
/** Reads of an account's posts in the same five minutes are one. */
const readSlot = '5m';
const countFields = ['impression_count', ...engagementFields];

/** What is known of an account's posts. */
export type Reads = Pick<AccountHistory, 'samples' | 'tweetsUsual'>;
/** That of an account without posts. */
export const noReads: Reads = { samples: new Map(), tweetsUsual: new Map() };

/** The last sample of each post on each day from the one before the first summarised, in one statement a day. */
export async function readSamples(
  app: App,
  userId: string,
  { days, first }: SummarySpan,
  deadline: Deadline,
): Promise<Reads> {
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
      else if (day !== undefined && isXId(tweetId))
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
