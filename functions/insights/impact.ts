import { median } from './median.ts';
import { firstAtOrAfter, gainBetween, type Series, valueAt } from './series.ts';

/** A post as far as its impact needs it; `time` is its publication in Unix milliseconds. */
export interface Post {
  readonly tweetId: string;
  readonly username: string;
  readonly time: number;
}

/** What came of a post; `undefined` where it is not known, or not yet. */
export interface Impact {
  readonly before: number | undefined;
  readonly gained1h: number | undefined;
  readonly gained24h: number | undefined;
  readonly gained7d: number | undefined;
  /** What the account gains in 24 hours anyway. */
  readonly expected24h: number | undefined;
  readonly lift24h: number | undefined;
  /** Other posts of the account within 24 hours before or after, whose effect cannot be told apart. */
  readonly overlaps: number;
}

/** 24 hours in which nothing was published. */
interface QuietWindow {
  readonly start: number;
  readonly gain: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Quiet windows are taken from so long before a post. */
const comparableMs = 28 * dayMs;
/** Windows begin at every full hour: fewer than a day's of them are one window over and over. */
const fewestWindows = 24;

/**
 * The impact of each of the `concerned` posts as known at `until`. `posts` are all of the account's, in the order of their
 * time, and reach back as far as windows are compared.
 */
export function impactsOf(
  followers: Series,
  posts: readonly Post[],
  concerned: readonly Post[],
  until: number,
): { readonly post: Post; readonly impact: Impact }[] {
  if (concerned.length === 0) return [];
  const times = posts.map(({ time }) => time);
  const quiet = quietWindowsOf(followers, times);
  const starts = quiet.map(({ start }) => start);
  return concerned.map((post) => {
    const { time } = post;
    const gainedIn = (durationMs: number): number | undefined =>
      time + durationMs > until ? undefined : gainBetween(followers, time, time + durationMs);
    const gained24h = gainedIn(dayMs);
    // A window that begins later than 24 hours before the post has the post in it, and so is none.
    const comparable = quiet.slice(firstAtOrAfter(starts, time - comparableMs), firstAtOrAfter(starts, time));
    const expected24h = comparable.length < fewestWindows ? undefined : median(comparable.map(({ gain }) => gain));
    const impact: Impact = {
      before: valueAt(followers, time)?.value,
      gained1h: gainedIn(hourMs),
      gained24h,
      gained7d: gainedIn(7 * dayMs),
      expected24h,
      lift24h: gained24h === undefined || expected24h === undefined ? undefined : gained24h - expected24h,
      overlaps: firstAtOrAfter(times, time + dayMs) - firstAtOrAfter(times, time - dayMs + 1) - 1,
    };
    return { post, impact };
  });
}

function quietWindowsOf(followers: Series, posts: readonly number[]): QuietWindow[] {
  const windows: QuietWindow[] = [];
  const end = (followers.times.at(-1) ?? 0) - dayMs;
  for (let start = Math.ceil((followers.times[0] ?? 0) / hourMs) * hourMs; start <= end; start += hourMs) {
    const isQuiet = firstAtOrAfter(posts, start) === firstAtOrAfter(posts, start + dayMs);
    const gain = isQuiet ? gainBetween(followers, start, start + dayMs) : undefined;
    if (gain !== undefined) windows.push({ start, gain });
  }
  return windows;
}
