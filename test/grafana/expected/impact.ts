import { type SeededAccount, seedTo } from '../seed/plan.ts';
import type { Seed } from '../seed/seed.ts';
import type { SeededPost } from '../seed/truth.ts';
import { days } from './days.ts';
import { medianOf } from './formulas.ts';
import { countAt, gainOf } from './summary.ts';

/** What came of a post; what is not known is not there. */
export interface ExpectedImpact {
  readonly post: SeededPost;
  readonly before: number | undefined;
  readonly gained1h: number | undefined;
  readonly gained24h: number | undefined;
  readonly gained7d: number | undefined;
  readonly expected: number | undefined;
  readonly lift: number | undefined;
  readonly overlaps: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The impact of each post that an account published before the last summarised day ended, the oldest first. */
export function impactsOf(seed: Seed, account: SeededAccount): readonly ExpectedImpact[] {
  const posts = seed.posts.filter((post) => post.account === account);
  const quiet = quietWindows(seed, account, posts);
  const lastMidnight = days.at(-1)?.end ?? 0;
  return posts
    .filter(({ time }) => time < lastMidnight)
    .map((post) => {
      const { time } = post;
      const gained = (ms: number): number | undefined =>
        time + ms > seedTo ? undefined : gainOf(seed, account, time, time + ms);
      const windows = quiet.filter(({ start }) => start >= time - 28 * dayMs && start + dayMs <= time);
      const expected = windows.length < 24 ? undefined : medianOf(windows.map(({ gain }) => gain));
      const gained24h = gained(dayMs);
      return {
        post,
        before: countAt(seed, account, time),
        gained1h: gained(hourMs),
        gained24h,
        gained7d: gained(7 * dayMs),
        expected,
        lift: gained24h === undefined || expected === undefined ? undefined : gained24h - expected,
        overlaps: posts.filter((other) => other !== post && Math.abs(other.time - time) < dayMs).length,
      };
    });
}

/** Days that begin at a full hour and in which the account published nothing, with what it gained in them. */
function quietWindows(
  seed: Seed,
  account: SeededAccount,
  posts: readonly SeededPost[],
): { readonly start: number; readonly gain: number }[] {
  const first = Math.ceil((seed.profiles.get(account)?.[0]?.time ?? Infinity) / hourMs) * hourMs;
  const windows: { start: number; gain: number }[] = [];
  for (let start = first; start + dayMs <= seedTo; start += hourMs) {
    if (posts.some(({ time }) => time >= start && time < start + dayMs)) continue;
    const gain = gainOf(seed, account, start, start + dayMs);
    if (gain !== undefined) windows.push({ start, gain });
  }
  return windows;
}
