/** Posts of a day, and followers gained on a day; `undefined` where either is not known. */
export type Pair = readonly [posts: number | undefined, gained: number | undefined];

/**
 * How strongly both numbers go together, over the pairs of which both are known: Pearson's r from -1 to 1
 * (https://en.wikipedia.org/wiki/Pearson_correlation_coefficient). No r below 14 pairs, or where a number never varies.
 */
export function correlate(pairs: readonly Pair[]): { readonly r: number | undefined; readonly pairs: number } {
  const known = pairs.filter((pair): pair is [number, number] => pair[0] !== undefined && pair[1] !== undefined);
  const [xs, ys] = [known.map(([x]) => x), known.map(([, y]) => y)];
  if (known.length < 14 || !varies(xs) || !varies(ys)) return { r: undefined, pairs: known.length };
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const sums = { xy: 0, xx: 0, yy: 0 };
  for (const [x, y] of known) {
    sums.xy += (x - meanX) * (y - meanY);
    sums.xx += (x - meanX) ** 2;
    sums.yy += (y - meanY) ** 2;
  }
  const r = sums.xy / Math.sqrt(sums.xx * sums.yy);
  return { r: Math.min(1, Math.max(-1, r)), pairs: known.length };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** By the numbers themselves: the rounding of a mean can make a variance of equal ones differ from 0. */
function varies(numbers: readonly number[]): boolean {
  return numbers.some((number) => number !== numbers[0]);
}
