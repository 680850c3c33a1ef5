/** A calendar day of a time zone, 23 to 25 hours long: its first instant and that of the next, in Unix milliseconds. */
export interface LocalDay {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly start: number;
  readonly end: number;
}

export const dayMs = 86_400_000;

/** `count` days of a zone from `date` on. Days of a clock change have their own length, right over both changes. */
export function localDaysFrom(date: string, count: number, timezone: string): LocalDay[] {
  const dateAt = openCalendar(timezone);
  const dates = Array.from({ length: count + 1 }, (_, index) => addDays(date, index));
  const starts = dates.map((each) => startOf(each, dateAt));
  return starts.slice(1).map((end, index) => ({ date: dates[index] ?? '', start: starts[index] ?? end, end }));
}

/** The date it is in a zone at a time in Unix milliseconds. */
export function localDateOf(time: number, timezone: string): string {
  return openCalendar(timezone)(time);
}

/** The date so many days later, or earlier where negative. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

function openCalendar(timeZone: string): (time: number) => string {
  // This locale writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (time) => format.format(time);
}

/** The first second at which the zone's calendar shows `date`: not every day has a 00:00. */
function startOf(date: string, dateAt: (time: number) => string): number {
  const utc = Date.parse(date) / 1000;
  // No zone is further from UTC than 14 hours.
  let [before, reached] = [utc - 15 * 3600, utc + 15 * 3600];
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (dateAt(middle * 1000) < date) before = middle;
    else reached = middle;
  }
  return reached * 1000;
}
