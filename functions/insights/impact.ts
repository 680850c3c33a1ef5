import type { AccountHistory, Facts, Post, SummarySpan } from './history.ts';
import { dayMs } from './local-day.ts';
import { firstAtOrAfter, gainBetween, median, type Series, valueAt } from './series.ts';

const hourMs = 3_600_000;

/** What came of each post published on the days to be summarised, or in the seven days before: followers gained are counted for as long. */
export function impactsOf(
  { followers, posts }: AccountHistory,
  { days, first, until }: SummarySpan,
): { readonly post: Post; readonly impact: Facts }[] {
  const times = posts.map(({ time }) => time);
  const from = firstAtOrAfter(times, (days[first]?.start ?? 0) - 7 * dayMs);
  const concerned = posts.slice(from, firstAtOrAfter(times, days.at(-1)?.end ?? 0));
  if (concerned.length === 0) return [];
  const quiet = quietWindowsOf(followers, times);
  const starts = quiet.map(({ start }) => start);
  return concerned.map((post) => {
    const { time } = post;
    const gainedIn = (durationMs: number): number | undefined =>
      time + durationMs > until ? undefined : gainBetween(followers, time, time + durationMs);
    const gained = gainedIn(dayMs);
    // A window that begins later than 24 hours before the post has the post in it, and so is none.
    const windows = quiet.slice(firstAtOrAfter(starts, time - 28 * dayMs), firstAtOrAfter(starts, time));
    // Windows begin at every full hour: fewer than a day's of them are one window over and over.
    const expected = windows.length < 24 ? undefined : median(windows.map(({ gain }) => gain));
    const impact = {
      followers_before: valueAt(followers, time)?.value,
      followers_gained_1h: gainedIn(hourMs),
      followers_gained_24h: gained,
      followers_gained_7d: gainedIn(7 * dayMs),
      // What the account gains in 24 hours anyway.
      expected_24h: expected,
      lift_24h: gained === undefined || expected === undefined ? undefined : gained - expected,
      // Other posts of the account within 24 hours before or after, whose effect cannot be told apart.
      overlaps: firstAtOrAfter(times, time + dayMs) - firstAtOrAfter(times, time - dayMs + 1) - 1,
    };
    return { post, impact };
  });
}

/** All spans of 24 hours from a full hour on in which nothing was published. */
function quietWindowsOf(followers: Series, posts: readonly number[]): { start: number; gain: number }[] {
  const windows: { start: number; gain: number }[] = [];
  const end = (followers.times.at(-1) ?? 0) - dayMs;
  for (let start = Math.ceil((followers.times[0] ?? 0) / hourMs) * hourMs; start <= end; start += hourMs) {
    const isQuiet = firstAtOrAfter(posts, start) === firstAtOrAfter(posts, start + dayMs);
    const gain = isQuiet ? gainBetween(followers, start, start + dayMs) : undefined;
    if (gain !== undefined) windows.push({ start, gain });
  }
  return windows;
}
