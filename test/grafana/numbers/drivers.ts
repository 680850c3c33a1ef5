import type { ExpectedImpact } from '../expected/impact.ts';
import type { ExpectedDay } from '../expected/summary.ts';
import { before, mean, sum, within } from './influxql.ts';
import { daysOf, type Expectation, type Look } from './look.ts';
import { sharesOf } from './shares.ts';
import type { Expected, Pair } from './shown.ts';

const dayMs = 86_400_000;

/** What the panels of the dashboard "What made followers come" must show, by their ids. */
export const drivers: Readonly<Record<number, Expectation>> = {
  1: (look) => {
    const newest = before(look.truth.daysOf.get(look.account) ?? [], look.range.to, 8 * dayMs).findLast(isCorrelated);
    if (newest === undefined) return { values: {} };
    const { r, rLag1, pairs } = newest;
    return { values: { 'same day': [r], 'one day later': [rLag1], 'days compared': [pairs] } };
  },
  2: (look) => {
    const days = within(daysOf(look, look.account), look.range);
    const [published, gained] = [known(days, 'published'), known(days, 'gained')];
    return {
      values: {
        posts: published.length === 0 ? [] : [sum(published)],
        'followers gained': gained.length === 0 ? [] : [sum(gained)],
        'gained a day': gained.length === 0 ? [] : [mean(gained)],
      },
    };
  },
  4: (look) => ({ series: { 'Followers gained': lineOf(look, 'gained') } }),
  5: byNumberOfPosts,
  6: (look) => liftTable(look, 1),
  7: (look) => liftTable(look, -1),
  8: (look) => {
    const days = within(look.truth.daysOf.get(look.account) ?? [], look.range);
    const of = (pick: (day: ExpectedDay) => number | undefined): Pair[] =>
      days.filter((day) => pick(day) !== undefined).map((day) => [day.time, pick(day)]);
    return { series: { 'same day': of(({ r }) => r), 'one day later': of(({ rLag1 }) => rLag1) } };
  },
  10: (look) => ({ series: { Posts: lineOf(look, 'published') } }),
  11: sharesOf,
};

/** A day without a single pair has no point. */
function isCorrelated({ pairs }: ExpectedDay): boolean {
  return pairs > 0;
}

function known(days: readonly ExpectedDay[], field: 'published' | 'gained'): number[] {
  return days.map((day) => day[field]).filter((value) => value !== undefined);
}

function lineOf(look: Look, field: 'published' | 'gained'): Pair[] {
  const days = within(daysOf(look, look.account), look.range).filter((day) => day[field] !== undefined);
  return days.map((day) => [day.time, day[field]]);
}

/** The days on which equally many posts were published, with what they brought. */
function byNumberOfPosts(look: Look): Expected {
  const days = within(daysOf(look, look.account), look.range).flatMap(({ published, gained }) =>
    published === undefined || gained === undefined ? [] : [{ published, gained }],
  );
  const numbers = [...new Set(days.map(({ published }) => published))].sort((a, b) => a - b);
  const gains = numbers.map((number) =>
    days
      .filter(({ published }) => published === number)
      .map(({ gained }) => gained)
      .sort((a, b) => a - b),
  );
  if (numbers.length === 0) return { columns: {} };
  return {
    columns: {
      Posts: numbers,
      Days: gains.map(({ length }) => length),
      Median: gains.map((each) => each[Math.round((each.length - 1) / 2)]),
      Mean: gains.map(mean),
    },
  };
}

/** Ten posts with a lift of that sign, the furthest from 0 first; of two with the same lift the older one goes in. */
function liftTable({ truth, account, range }: Look, sign: 1 | -1): Expected {
  const rated = within(truth.impactsOf.get(account) ?? [], range).filter(({ lift = 0 }) => lift * sign > 0);
  const chosen = rated.toSorted((a, b) => sign * ((b.lift ?? NaN) - (a.lift ?? NaN))).slice(0, 10);
  if (chosen.length === 0) return { columns: {} };
  const of = (
    pick: (impact: ExpectedImpact & { readonly time: number }) => number | string | undefined,
  ): (number | string | undefined)[] => chosen.map(pick);
  return {
    columns: {
      Published: of(({ time }) => time),
      Lift: of(({ lift }) => lift),
      '+24 h': of(({ gained24h }) => gained24h),
      Expected: of(({ expected }) => expected),
      '+1 h': of(({ gained1h }) => gained1h),
      '+7 d': of(({ gained7d }) => gained7d),
      Overlaps: of(({ overlaps }) => overlaps),
      Post: of(({ post }) => post.id),
    },
  };
}
