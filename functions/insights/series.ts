import { median } from './median.ts';

/** A count over time: times in Unix milliseconds, rising, and a value at each. */
export interface Series {
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** The usual interval by UTC day, in milliseconds. */
  readonly usual: UsualIntervals;
}

/** The usual distance between two values of an account by UTC day (days since 1970), in milliseconds. */
export type UsualIntervals = ReadonlyMap<number, number>;

/** A value that was in force at some time, and when it was read. */
export interface Known {
  readonly time: number;
  readonly value: number;
}

const dayMs = 86_400_000;
/** The usual interval is the median of so many days before and the day itself. */
const daysBefore = 7;
/** Where there are less than two values to tell. */
const unknownIntervalMs = dayMs / 2;
/** Whoever asks more rarely has no daily numbers. */
const longestIntervalMs = dayMs;

/** A series of these values. */
export function openSeries(times: readonly number[], values: readonly number[]): Series {
  return { times, values, usual: usualIntervalsOf(times) };
}

/** The usual interval on each UTC day from that of the first time on, as long as there are times to tell it by. */
export function usualIntervalsOf(times: readonly number[]): UsualIntervals {
  const usual = new Map<number, number>();
  if (times.length === 0) return usual;
  const lastDay = dayIndex(times.at(-1) ?? 0) + daysBefore;
  for (let day = dayIndex(times[0] ?? 0); day <= lastDay; day += 1) {
    const first = firstAtOrAfter(times, (day - daysBefore) * dayMs);
    const inWindow = times.slice(first, firstAtOrAfter(times, (day + 1) * dayMs));
    const interval = median(inWindow.slice(1).map((time, index) => time - (inWindow[index] ?? time)));
    if (interval !== undefined) usual.set(day, Math.min(interval, longestIntervalMs));
  }
  return usual;
}

/** How old a value may be at `time` and still count: two of the usual intervals. */
export function longestAgeMs(usual: UsualIntervals, time: number): number {
  return 2 * (usual.get(dayIndex(time)) ?? unknownIntervalMs);
}

/** The last value at or before `time`, unless it is too old to say anything of that time. */
export function valueAt({ times, values, usual }: Series, time: number): Known | undefined {
  const index = firstAtOrAfter(times, time + 1) - 1;
  const [readAt, value] = [times[index], values[index]];
  if (readAt === undefined || value === undefined || time - readAt > longestAgeMs(usual, time)) return undefined;
  return { time: readAt, value };
}

/**
 * How much the count grew from one time to another; `undefined` where one end is not known, which is so in a gap of the
 * collection, or where no value was read after the first.
 */
export function gainBetween(series: Series, from: number, to: number): number | undefined {
  const [before, after] = [valueAt(series, from), valueAt(series, to)];
  return before === undefined || after === undefined || after.time <= from ? undefined : after.value - before.value;
}

/** Index of the first of rising `times` that is not before `time`; their number where all are. */
export function firstAtOrAfter(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? time) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function dayIndex(time: number): number {
  return Math.floor(time / dayMs);
}
