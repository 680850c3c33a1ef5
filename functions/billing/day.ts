/** 24 hours, which every UTC day has. */
export const dayMs = 86_400_000;
/** Our clock and X's may differ by this much. */
const edgeMs = 60_000;

/** A UTC day as `YYYY-MM-DD`: X bills each resource once in it. */
export type Day = string;

/** The UTC day of a time in Unix milliseconds. */
export function dayOf(time: number): Day {
  return new Date(time).toISOString().slice(0, 10);
}

/** The first millisecond of the UTC day of `time`. */
export function startOfDay(time: number): number {
  return Math.floor(time / dayMs) * dayMs;
}

/** A time at which a purchase goes into the ledger, in Unix milliseconds, and its UTC day. */
export interface Side {
  readonly time: number;
  readonly day: Day;
}

/**
 * Where a purchase at `time` goes into the ledger: at its own time and, within a minute of midnight, at one on the other
 * side as well, since the day that counts is that of X's clock. Each time has another mirror image, so that no two
 * purchases meet there.
 */
export function sidesOf(time: number): readonly Side[] {
  const midnight = Math.round(time / dayMs) * dayMs;
  const times = Math.abs(time - midnight) > edgeMs ? [time] : [time, 2 * midnight - time - 1];
  return times.map((each) => ({ time: each, day: dayOf(each) }));
}

/** Until when these days are all that a purchase can be billed on, in Unix milliseconds. */
export function lastSafeMoment(sides: readonly Side[]): number {
  return startOfDay(Math.max(...sides.map(({ time }) => time))) + dayMs - edgeMs - 1;
}

/** The days that a run from `from` to `to` can touch, one after the other. */
export function daysTouched(from: number, to: number): readonly Day[] {
  const days: Day[] = [];
  for (let start = startOfDay(from - edgeMs); start <= to + edgeMs; start += dayMs) days.push(dayOf(start));
  return days;
}
