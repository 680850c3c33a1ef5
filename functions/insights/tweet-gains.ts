import type { LocalDay } from './local-day.ts';
import { longestAgeMs, type UsualIntervals } from './series.ts';

/** Counts of one post as last read in some period. */
export interface TweetSample {
  readonly tweetId: string;
  /** When the post was published, in Unix milliseconds. */
  readonly publishedAt: number;
  /** When it was read. */
  readonly time: number;
  /** X's counts by field; what X did not give is not there. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What the posts of an account gained on a day; `undefined` where it is not known. */
export interface TweetGains {
  readonly impressions: number | undefined;
  readonly engagements: number | undefined;
}

const impressionFields = ['impression_count'];
/** What somebody did with a post. Clicks are left out: X shows them of own posts only. */
export const engagementFields = ['like_count', 'retweet_count', 'reply_count', 'quote_count', 'bookmark_count'];
const nothingKnown: TweetGains = { impressions: undefined, engagements: undefined };

/**
 * The gains of a day from the last sample of each post in the day before and in the day itself. A post published on the
 * day began at 0. Nothing is known of a day at whose begin or end the posts were not being read: what they gained in a
 * gap is no one day's.
 */
export function tweetGainsOf(
  day: LocalDay,
  before: readonly TweetSample[],
  samples: readonly TweetSample[],
  usual: UsualIntervals,
  followedMs: number,
): TweetGains {
  const atOpen = new Map(before.map((sample) => [sample.tweetId, sample]));
  const spans = samples.map((end) => ({ end, start: startOf(end, atOpen.get(end.tweetId), day, usual) }));
  const newest = Math.max(...samples.map(({ time }) => time));
  const endedByAge = samples.every(({ publishedAt }) => publishedAt + followedMs <= day.end);
  const endsInGap = !endedByAge && day.end - newest > longestAgeMs(usual, day.end);
  if (samples.length === 0 || endsInGap || spans.some(({ start }) => start === undefined)) return nothingKnown;
  const gainOf = (fields: readonly string[]): number | undefined =>
    sumOf(fields.flatMap((field) => spans.map(({ start, end }) => gainIn(field, start, end))));
  return { impressions: gainOf(impressionFields), engagements: gainOf(engagementFields) };
}

/** The counts at the begin of the day; `none` of a post that was published later, or too shortly before to have been read. */
function startOf(
  { publishedAt }: TweetSample,
  known: TweetSample | undefined,
  day: LocalDay,
  usual: UsualIntervals,
): TweetSample | 'none' | undefined {
  const oldest = day.start - longestAgeMs(usual, day.start);
  if (known !== undefined && known.time >= oldest) return known;
  return publishedAt >= oldest ? 'none' : undefined;
}

function gainIn(field: string, start: TweetSample | 'none' | undefined, end: TweetSample): number | undefined {
  const to = end.counts[field];
  const from = start === 'none' ? 0 : start?.counts[field];
  return to === undefined || from === undefined ? undefined : to - from;
}

function sumOf(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0);
}
