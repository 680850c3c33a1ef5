const dayMs = 86_400_000;
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

/**
 * The times at which a purchase at `time` goes into the ledger: its own and, within a minute of midnight, one on the
 * other side as well, since the day that counts is that of X's clock. Each time has another mirror image, so that no
 * two purchases meet there.
 */
export function sidesOf(time: number): readonly number[] {
  const midnight = Math.round(time / dayMs) * dayMs;
  if (Math.abs(time - midnight) > edgeMs) return [time];
  return [time, 2 * midnight - time - 1];
}

/** From the first to the last time whose day a run from `from` to `to` can touch. */
export function daysTouched(from: number, to: number): { start: number; end: number } {
  return { start: startOfDay(from - edgeMs), end: startOfDay(to + edgeMs) + dayMs };
}
