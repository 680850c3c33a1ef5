import { dayMs } from './local-day.ts';

/** A count over time: times in Unix milliseconds, rising, and a value at each. */
export interface Series {
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly usual: UsualIntervals;
}

/** The usual distance between two values of an account by UTC day (days since 1970), in milliseconds. */
export type UsualIntervals = ReadonlyMap<number, number>;

/** The usual interval is the median of so many days before and the day itself. */
const daysBefore = 7;

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
    // An account that is read less than once a day has no daily numbers.
    if (interval !== undefined) usual.set(day, Math.min(interval, dayMs));
  }
  return usual;
}

/** How old a value may be at `time` and still count: two of the usual intervals, or a day where none is known. */
export function longestAgeMs(usual: UsualIntervals, time: number): number {
  return 2 * (usual.get(dayIndex(time)) ?? dayMs / 2);
}

/** The last value at or before `time` and when it was read, unless it is too old to say anything of that time. */
export function valueAt({ times, values, usual }: Series, time: number): { time: number; value: number } | undefined {
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

/** The middle of the numbers, the mean of the two middle ones of an even count; `undefined` of none. */
export function median(numbers: readonly number[]): number | undefined {
  const sorted = Float64Array.from(numbers).sort();
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function dayIndex(time: number): number {
  return Math.floor(time / dayMs);
}
