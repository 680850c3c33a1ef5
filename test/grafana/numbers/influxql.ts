import type { TimeRange } from '../plugin/interval.ts';
import type { Pair } from './shown.ts';

/** A number at a time. */
export interface Point {
  readonly time: number;
  readonly value: number;
}

/** The points of a range, both ends included, as `$timeFilter` has it. */
export function within<P extends { readonly time: number }>(
  points: readonly P[],
  { from, to }: TimeRange,
): readonly P[] {
  return points.filter(({ time }) => time >= from && time <= to);
}

/** The points of the time before `to`, up to it: `time > to - ms AND time <= to`. */
export function before<P extends { readonly time: number }>(
  points: readonly P[],
  to: number,
  ms: number,
): readonly P[] {
  return points.filter(({ time }) => time > to - ms && time <= to);
}

/**
 * The points of a range put together in intervals, which are counted from 1970: those without a point are null with
 * `null`, left out with `none`, 0 with `0`. Nothing at all without any point.
 */
export function perInterval(
  points: readonly Point[],
  range: TimeRange,
  intervalMs: number,
  reduce: (values: readonly number[]) => number,
  fill: 'null' | 'none' | '0' = 'none',
): Pair[] {
  const inside = within(points, range);
  if (inside.length === 0) return [];
  const buckets = new Map<number, number[]>();
  if (fill !== 'none')
    for (let start = floor(range.from, intervalMs); start <= range.to; start += intervalMs) buckets.set(start, []);
  for (const { time, value } of inside) {
    const start = floor(time, intervalMs);
    buckets.set(start, [...(buckets.get(start) ?? []), value]);
  }
  const empty = fill === '0' ? 0 : null;
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([start, values]) => [start, values.length === 0 ? empty : reduce(values)]);
}

export const last = (values: readonly number[]): number => values.at(-1) ?? NaN;
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;
export const most = (values: readonly number[]): number => Math.max(...values);
export const least = (values: readonly number[]): number => Math.min(...values);

/** A list of one, or of none where there is nothing. */
export function only<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

function floor(time: number, intervalMs: number): number {
  return Math.floor(time / intervalMs) * intervalMs;
}
