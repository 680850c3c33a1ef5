import { dayMs, seedFrom, seedTo, timezone } from '../seed/plan.ts';

/** A local day, in Unix milliseconds: its midnight and the next. */
export interface Day {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly start: number;
  readonly end: number;
}

const hourMs = 3_600_000;
const clock = new Intl.DateTimeFormat('en-CA', {
  timeZone: timezone,
  dateStyle: 'short',
  timeStyle: 'short',
  hourCycle: 'h23',
});

/** The first day that the seed's summary is made of. */
export const firstSummarised = new Date(seedFrom).toISOString().slice(0, 10);
/** The local days that were over at the end of the seed, from a week before it on: found hour by hour on a clock. */
export const days: readonly Day[] = findDays();

function findDays(): Day[] {
  const hours = Array.from(
    { length: (seedTo - seedFrom) / hourMs + 10 * 24 },
    (_, index) => seedFrom - 8 * dayMs + index * hourMs,
  );
  const midnights = hours.filter((time) => time <= seedTo && clock.format(time).endsWith('00:00'));
  return midnights.slice(0, -1).map((start, index) => {
    const end = midnights[index + 1] ?? NaN;
    return { date: clock.format(start).slice(0, 10), start, end };
  });
}
