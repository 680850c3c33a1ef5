import type { AccountHistory, Facts, SummarySpan } from './history.ts';
import { longestAgeMs } from './series.ts';

/** What somebody did with a post. Clicks are left out: X shows them of own posts only. */
const engagements = ['like_count', 'retweet_count', 'reply_count', 'quote_count', 'bookmark_count'];
/** The counts of a post that a summary is made of. */
export const countFields = ['impression_count', ...engagements];
const zeros: Facts = Object.fromEntries(countFields.map((field) => [field, 0]));

/**
 * What the posts of an account gained on day `index`: from the last sample of each on the day before to that on the day.
 * A post published on the day began at 0. Nothing is known of a day at whose begin or end the posts were not being read:
 * what they gained in a gap is no one day's.
 */
export function tweetGainsOf(history: AccountHistory, { days, followedMs }: SummarySpan, index: number): Facts {
  const { samples, tweetsUsual } = history;
  const { date, start, end } = days[index] ?? { date: '', start: 0, end: 0 };
  const last = samples.get(date) ?? [];
  const lastBefore = new Map(samples.get(days[index - 1]?.date ?? '')?.map((sample) => [sample.tweetId, sample]));
  const oldest = start - longestAgeMs(tweetsUsual, start);
  const pairs = last.map(({ tweetId, publishedAt, counts: to }) => {
    const before = lastBefore.get(tweetId);
    if (before !== undefined && before.time >= oldest) return { from: before.counts, to };
    // Published later, or too shortly before to have been read.
    return { from: publishedAt >= oldest ? zeros : undefined, to };
  });
  const newest = Math.max(...last.map(({ time }) => time));
  const endedByAge = last.every(({ publishedAt }) => publishedAt + followedMs <= end);
  const endsInGap = !endedByAge && end - newest > longestAgeMs(tweetsUsual, end);
  if (last.length === 0 || endsInGap || pairs.some(({ from }) => from === undefined)) return {};
  const gainIn = (fields: readonly string[]): number | undefined =>
    sumOf(fields.flatMap((field) => pairs.map(({ from, to }) => minus(to[field], from?.[field]))));
  return { impressions_gained: gainIn(['impression_count']), engagements_gained: gainIn(engagements) };
}

function minus(to: number | undefined, from: number | undefined): number | undefined {
  return to === undefined || from === undefined ? undefined : to - from;
}

function sumOf(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0);
}
