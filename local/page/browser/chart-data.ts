import type { Account, PageData } from '../page-state.ts';

export type Mode = 'change' | 'value';

/** The follower count an account's change is counted from: the last at or before the range's start, else its first. */
export function findBaseline(account: Account): number {
  return account.points[0]?.[1] ?? 0;
}

/** The newest count. */
export function findCurrent(account: Account): number {
  return account.points.at(-1)?.[1] ?? 0;
}

/** Columns as uPlot wants them: seconds, then a column per account; undefined where an account has no point of that time. */
export function alignSeries(
  accounts: readonly Account[],
  mode: Mode,
): [seconds: number[], ...values: (number | undefined)[][]] {
  const times = [...new Set(accounts.flatMap(({ points }) => points.map(([timeMs]) => timeMs)))];
  times.sort((left, right) => left - right);
  const indexOf = new Map(times.map((timeMs, at) => [timeMs, at]));
  const columns = accounts.map((account) => {
    const column = new Array<number | undefined>(times.length).fill(undefined);
    const zero = mode === 'change' ? findBaseline(account) : 0;
    for (const [timeMs, followers] of account.points) column[indexOf.get(timeMs) ?? 0] = followers - zero;
    return column;
  });
  return [times.map((timeMs) => timeMs / 1000), ...columns];
}

/** Counts of very different size only fit one chart on a logarithmic scale. */
export function needsLogScale(accounts: readonly Account[]): boolean {
  const counts = accounts.flatMap(({ points }) => points.map(([, followers]) => followers));
  const min = counts.reduce((left, right) => Math.min(left, right), Infinity);
  const max = counts.reduce((left, right) => Math.max(left, right), 0);
  return min > 0 && max / min > 20;
}

/** Bounds of a linear axis with some air, never narrower than the counts' own unit. */
export function padRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const air = Math.max((max - min) * 0.08, 1);
  return [min >= 0 ? Math.max(0, min - air) : min - air, max + air];
}

/** Where the time axis begins: at the range's start, or shortly before the first point where all points are younger. */
export function chooseStartMs({ accounts, fromMs, toMs }: PageData): number {
  const firstMs = accounts.reduce((first, { points }) => Math.min(first, points[0]?.[0] ?? toMs), toMs);
  return Math.max(fromMs, firstMs - Math.max(60_000, (toMs - firstMs) * 0.03));
}
