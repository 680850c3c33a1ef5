/** Fewer pairs say nothing. */
export const fewestPairs = 14;

/** Posts of a day, and followers gained on a day; `undefined` where either is not known. */
export type Pair = readonly [posts: number | undefined, gained: number | undefined];

/** How strongly two numbers go together. */
export interface Correlation {
  /** Pearson's r from -1 to 1; absent below 14 pairs, or where one of the two never varies. */
  readonly r: number | undefined;
  /** Pairs of which both numbers are known. */
  readonly pairs: number;
}

/** Pearson's r: https://en.wikipedia.org/wiki/Pearson_correlation_coefficient */
export function correlate(pairs: readonly Pair[]): Correlation {
  const known = pairs.filter((pair): pair is [number, number] => pair[0] !== undefined && pair[1] !== undefined);
  if (known.length < fewestPairs) return { r: undefined, pairs: known.length };
  const [meanX, meanY] = [mean(known.map(([x]) => x)), mean(known.map(([, y]) => y))];
  const sums = { xy: 0, xx: 0, yy: 0 };
  for (const [x, y] of known) {
    sums.xy += (x - meanX) * (y - meanY);
    sums.xx += (x - meanX) ** 2;
    sums.yy += (y - meanY) ** 2;
  }
  const r = varies(known, 0) && varies(known, 1) ? sums.xy / Math.sqrt(sums.xx * sums.yy) : undefined;
  return { r: r === undefined ? undefined : Math.min(1, Math.max(-1, r)), pairs: known.length };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** By the numbers themselves: the rounding of a mean can make a variance of equal ones differ from 0. */
function varies(pairs: readonly (readonly [number, number])[], side: 0 | 1): boolean {
  return pairs.some((pair) => pair[side] !== pairs[0]?.[side]);
}
