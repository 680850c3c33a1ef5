import { presentName, type SeededAccount } from '../seed/plan.ts';
import { last, perInterval, type Point, sum, within } from './influxql.ts';
import { daysOf, type Expectation, type Look, profilePoints } from './look.ts';
import type { Expected, Pair } from './shown.ts';

const dayMs = 86_400_000;

/** What the panels of the dashboard "Compare" must show, by their ids. */
export const compare: Readonly<Record<number, Expectation>> = {
  1: (look) => ({ series: linesOf(look, indexOf) }),
  2: (look) => {
    const grown = growthOf(look).toSorted((a, b) => b.growth - a.growth);
    return {
      columns: { username: grown.map(({ name }) => name), 'growth (lastNotNull)': grown.map(({ growth }) => growth) },
    };
  },
  3: leaderBoard,
  4: (look) => ({
    series: linesOf(look, (account) => perInterval(valuesOf(look, account), look.range, look.intervalMs, last)),
  }),
  5: (look) => ({
    series: linesOf(look, (account) => {
      const days = within(daysOf(look, account), look.range);
      return days.flatMap(({ time, gained, open }): Pair[] =>
        gained === undefined && open === undefined ? [] : [[time, (gained ?? NaN) / (open ?? NaN)]],
      );
    }),
  }),
};

function linesOf(look: Look, lineOf: (account: SeededAccount, look: Look) => Pair[]): Record<string, Pair[]> {
  return Object.fromEntries(look.chosen.map((account) => [presentName(account), lineOf(account, look)]));
}

/** One value at each local midnight, and every reading of the last two days. */
function valuesOf(look: Look, account: SeededAccount): readonly Point[] {
  const recent = look.range.to - 2 * dayMs;
  const midnights = daysOf(look, account).flatMap(({ time, open }) =>
    open === undefined ? [] : [{ time, value: open }],
  );
  const points = [
    ...midnights.filter(({ time }) => time <= recent),
    ...profilePoints(look, account, 'followers_count').filter(({ time }) => time > recent),
  ];
  return within(points, look.range);
}

function indexOf(account: SeededAccount, look: Look): Pair[] {
  const values = valuesOf(look, account);
  const start = values[0]?.value ?? NaN;
  return perInterval(values, look.range, look.intervalMs, last).map(([time, value]) => [
    time,
    (100 * Number(value)) / start,
  ]);
}

interface Growth {
  readonly account: SeededAccount;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly gained: number;
  readonly growth: number;
}

function growthOf(look: Look): Growth[] {
  return look.chosen.flatMap((account) => {
    const values = valuesOf(look, account);
    const [first, newest] = [values[0]?.value, values.at(-1)?.value];
    if (first === undefined || newest === undefined) return [];
    const gained = newest - first;
    return [{ account, name: presentName(account), start: first, end: newest, gained, growth: gained / first }];
  });
}

function leaderBoard(look: Look): Expected {
  const rows = growthOf(look).toSorted((a, b) => b.gained - a.gained);
  const inRange = rows.map(({ account }) => within(daysOf(look, account), look.range));
  const total = (field: 'impressions'): (number | undefined)[] =>
    inRange.map((days) => {
      const known = days.map((day) => day[field]).filter((value) => value !== undefined);
      return known.length === 0 ? undefined : sum(known);
    });
  const columns = {
    Account: rows.map(({ name }) => name),
    'At the start': rows.map(({ start }) => start),
    'At the end': rows.map(({ end }) => end),
    Gained: rows.map(({ gained }) => gained),
    Growth: rows.map(({ growth }) => growth),
  };
  const ratio = (over: 'gained' | 'engagements', by: 'published' | 'impressions'): (number | undefined)[] =>
    inRange.map((days) => {
      const counted = days.filter((day) => (day[by] ?? 0) > 0);
      const known = counted.filter((day) => day[over] !== undefined);
      if (known.length === 0) return undefined;
      return sum(known.map((day) => day[over] ?? NaN)) / sum(counted.map((day) => day[by] ?? NaN));
    });
  const summed = {
    'A day': inRange.map((days) => days.findLast(({ pace }) => pace !== undefined)?.pace),
    'Posts a week': inRange.map((days) => {
      const known = days.flatMap(({ published }) => (published === undefined ? [] : [published]));
      return known.length === 0 ? undefined : (sum(known) * 7) / known.length;
    }),
    'Per post': ratio('gained', 'published'),
    Impressions: total('impressions'),
    Engagement: ratio('engagements', 'impressions'),
  };
  const lastRead = {
    'Last read': rows.map(({ account }) => profilePoints(look, account, 'followers_count').at(-1)?.time),
  };
  // Without a finished day in the range there are no such columns.
  return {
    columns: inRange.every(({ length }) => length === 0)
      ? { ...columns, ...lastRead }
      : { ...columns, ...summed, ...lastRead },
  };
}
