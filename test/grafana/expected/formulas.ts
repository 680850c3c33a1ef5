import type { PostCounts } from '../../../local/simulator/posts.ts';
import type { Reading } from '../seed/truth.ts';
import type { Day } from './days.ts';

const dayMs = 86_400_000;
const followedMs = 7 * dayMs;
/** Two of the hours between two readings of a post. */
const staleMs = 2 * 3_600_000;

/** The next number of followers with one digit and zeros, or with a five between them. */
export function milestoneAfter(followers: number): number {
  const digits = String(followers);
  const unit = 10 ** (digits.length - 1);
  const candidates = [1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10].map(
    (each) => each * unit,
  );
  return Math.max(10, candidates.find((each) => each > followers) ?? NaN);
}

/** Pearson's r of the pairs whose both numbers are known; none below 14 of them, or where one never varies. */
export function correlate(pairs: readonly (readonly [number | undefined, number | undefined])[]): {
  readonly r: number | undefined;
  readonly pairs: number;
} {
  const known = pairs.filter((pair): pair is [number, number] => pair[0] !== undefined && pair[1] !== undefined);
  const n = known.length;
  const sum = (pick: (pair: readonly [number, number]) => number): number =>
    known.reduce((total, pair) => total + pick(pair), 0);
  const [x, y] = [sum(([a]) => a), sum(([, b]) => b)];
  const covariance = n * sum(([a, b]) => a * b) - x * y;
  const variances = (n * sum(([a]) => a * a) - x * x) * (n * sum(([, b]) => b * b) - y * y);
  return { r: n < 14 || variances <= 0 ? undefined : covariance / Math.sqrt(variances), pairs: n };
}

/** What somebody can do with a post that everybody is told of. */
export function engagementsOf(counts: PostCounts): number {
  return counts.like_count + counts.retweet_count + counts.reply_count + counts.quote_count + counts.bookmark_count;
}

/** What an account's posts gained on a day; unknown when one of them was not being read as it began or ended. */
export function gainsOfPosts(
  { start, end }: Day,
  posts: readonly { readonly time: number; readonly readings: readonly Reading[] }[],
): { readonly impressions: number | undefined; readonly engagements: number | undefined } {
  const unknown = { impressions: undefined, engagements: undefined };
  const read = posts.flatMap(({ time, readings }) => {
    const last = readings.at(-1);
    return last === undefined || last.time <= start
      ? []
      : [{ time, last, first: readings.findLast((each) => each.time <= start) }];
  });
  const newest = Math.max(...read.map(({ last }) => last.time));
  const isOver = read.every(({ time }) => time + followedMs <= end);
  if (read.length === 0 || (!isOver && end - newest > staleMs)) return unknown;
  const total = { impressions: 0, engagements: 0 };
  for (const { time, last, first } of read) {
    const isFresh = first !== undefined && start - first.time <= staleMs;
    if (!isFresh && start - time > staleMs) return unknown;
    total.impressions += last.counts.impression_count - (isFresh ? first.counts.impression_count : 0);
    total.engagements += engagementsOf(last.counts) - (isFresh ? engagementsOf(first.counts) : 0);
  }
  return total;
}

/** The middle of some numbers; `undefined` of none. */
export function medianOf(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
