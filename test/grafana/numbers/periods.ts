import type { ExpectedDay } from '../expected/summary.ts';
import { before, sum } from './influxql.ts';
import { daysOf, type Look } from './look.ts';
import type { Expected } from './shown.ts';

const dayMs = 86_400_000;

/** What weeks or months brought: only those at whose beginning and end the followers are known. */
export function periodsOf(look: Look, spanDays: number, label: string, periodOf: (date: string) => string): Expected {
  const days = before(daysOf(look, look.account), look.range.to, spanDays * dayMs);
  const periods = [...new Set(days.map(({ day }) => periodOf(day.date)))].sort().reverse();
  const known = (period: string, pick: (day: ExpectedDay) => number | undefined): number[] =>
    days
      .filter(({ day }) => periodOf(day.date) === period)
      .map(pick)
      .filter((value) => value !== undefined);
  const total = (period: string, pick: (day: ExpectedDay) => number | undefined): number | undefined => {
    const values = known(period, pick);
    return values.length === 0 ? undefined : sum(values);
  };
  const rows = periods.flatMap((period) => {
    const [open, close] = [known(period, (day) => day.open)[0], known(period, (day) => day.close).at(-1)];
    const impressions = total(period, (day) => day.impressions);
    const engagements = total(period, (day) => day.engagements) ?? NaN;
    const posts = total(period, ({ published }) => published);
    if (open === undefined || close === undefined) return [];
    return [{ period, close, gained: close - open, posts, impressions, rate: engagements / (impressions ?? NaN) }];
  });
  if (rows.length === 0) return { columns: {} };
  return {
    columns: {
      [label]: rows.map(({ period }) => period),
      Followers: rows.map(({ close }) => close),
      Gained: rows.map(({ gained }) => gained),
      Posts: rows.map(({ posts }) => posts),
      Impressions: rows.map(({ impressions }) => impressions),
      Engagement: rows.map(({ rate }) => rate),
    },
  };
}

/** What months brought, a row for each month of the calendar and a column for each year: the seed is of one year. */
export function yearsOf(look: Look): Expected {
  const shown = periodsOf(look, 1826, 'Month', (date) => date.slice(0, 7));
  const { Month: months = [], Gained: gained = [] } = 'columns' in shown ? shown.columns : {};
  if (months.length === 0) return { columns: {} };
  const nameOf = (month: unknown): string =>
    new Date(`${String(month)}-01`).toLocaleDateString('en-US', { month: 'short', timeZone: 'UTC' });
  const names = months.map((month) => `${String(month).slice(5)} ${nameOf(month)}`).toReversed();
  return { columns: { Month: names, [String(months[0]).slice(0, 4)]: gained.toReversed() } };
}
