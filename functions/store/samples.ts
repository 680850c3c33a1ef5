import { isXId } from '../config/accounts.ts';
import { publishedAt } from '../collectors/tweet/answer.ts';
import type { AccountHistory, TweetSample } from '../insights/history.ts';
import type { LocalDay } from '../insights/local-day.ts';
import { usualIntervalsOf } from '../insights/series.ts';
import { countFields } from '../insights/tweet-gains.ts';
import { batchesOf } from '../slots.ts';
import type { Reading } from './history.ts';
import { queryStore } from './influxdb.ts';
import { countOf, type Row, timeOf } from './rows.ts';

/** The statements travel in the URL, and 8 KiB is where proxies begin to refuse. */
const daysPerRequest = 16;

/** The last sample of each post on each of the days, in one statement a day, and how often there were any. */
export async function readSamples(
  { store, userId, deadline }: Reading,
  days: readonly LocalDay[],
): Promise<Pick<AccountHistory, 'samples' | 'tweetsUsual'>> {
  const samples = new Map<string, TweetSample[]>();
  const readTimes: number[] = [];
  for (const page of batchesOf(days, daysPerRequest)) {
    const [reads = [], ...lastOfDays] = await queryStore(store, samplesQuestions(userId, page), deadline, 'ms');
    for (const row of reads) readTimes.push(timeOf(row));
    page.forEach(({ date }, index) => samples.set(date, (lastOfDays[index] ?? []).flatMap(toSample)));
  }
  return { samples, tweetsUsual: usualIntervalsOf(readTimes) };
}

/** When there were any samples at all, of which those of the same five minutes are one, and each day's last ones. */
function samplesQuestions(userId: string, days: readonly LocalDay[]): readonly string[] {
  const fields = countFields.map((field) => `"${field}"`).join(', ');
  const whereIn = (start = 0, end = 0): string =>
    `FROM "twitter_tweet" WHERE "user_id" = '${userId}' AND time > ${start}ms AND time <= ${end}ms`;
  const lastOfDays = days.map(
    ({ start, end }) => `SELECT ${fields} ${whereIn(start, end)} GROUP BY "tweet_id" ORDER BY time DESC LIMIT 1`,
  );
  const all = whereIn(days[0]?.start, days.at(-1)?.end);
  return [`SELECT count("like_count") ${all} GROUP BY time(5m) fill(none)`, ...lastOfDays];
}

function toSample(row: Row): readonly TweetSample[] {
  const tweetId = row.tags['tweet_id'];
  if (!isXId(tweetId)) return [];
  const counts = Object.fromEntries(countFields.map((field) => [field, countOf(row, field)]));
  return [{ tweetId, publishedAt: publishedAt(tweetId), time: timeOf(row), counts }];
}
