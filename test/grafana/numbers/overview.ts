import type { UserCounts } from '../../../local/simulator/history.ts';
import type { ExpectedDay } from '../expected/summary.ts';
import { within, before, last, only, perInterval } from './influxql.ts';
import { daysOf, type Expectation, type Look, profilePoints } from './look.ts';
import { periodsOf, yearsOf } from './periods.ts';
import type { Expected, Pair } from './shown.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What the panels of the dashboard "Overview" must show, by their ids. */
export const overview: Readonly<Record<number, Expectation>> = {
  1: (look) => ({ values: tileOf(look, 'followers_count') }),
  2: (look) => ({ values: changesOf(look, 'followers_count') }),
  3: (look) => {
    const day = newestDay(look);
    const days = day?.daysToMilestone;
    const around = days === undefined ? undefined : (day?.time ?? NaN) + days * dayMs;
    return { values: { Followers: only(day?.milestone), 'in days': only(days), around: only(around) } };
  },
  4: (look) => {
    const recent = before(daysOf(look, look.account), look.range.to, 8 * dayMs);
    const { pace, close } = recent.findLast((day) => day.pace !== undefined || day.close !== undefined) ?? {};
    const after = (count: number): number[] =>
      pace === undefined || close === undefined ? [] : [close + count * pace];
    return { values: { 'a day': only(pace), 'in 30 d': after(30), 'in 365 d': after(365) } };
  },
  5: statusOf,
  6: (look) => ({ series: { Followers: lineOf(look, 'followers_count') } }),
  7: (look) => ({ series: { Gained: gainedOf(look) } }),
  10: (look) => ({ values: tileOf(look, 'following_count') }),
  11: (look) => ({ series: { Following: lineOf(look, 'following_count') } }),
  12: (look) => ({ values: tileOf(look, 'listed_count') }),
  13: (look) => ({ series: { Listed: lineOf(look, 'listed_count') } }),
  14: (look) => ({ values: tileOf(look, 'like_count') }),
  15: (look) => ({ series: { 'Likes given': lineOf(look, 'like_count') } }),
  16: (look) => ({ values: tileOf(look, 'tweet_count') }),
  17: (look) => ({ series: { Posts: lineOf(look, 'tweet_count') } }),
  18: (look) => {
    const days = before(daysOf(look, look.account), look.range.to, 31 * dayMs)
      .filter(isShown)
      .reverse()
      .slice(0, 30);
    return {
      columns: {
        Day: days.map(({ day }) => `${day.date} ${weekdayOf(day.date)}`),
        Followers: days.map(({ close }) => close),
        Gained: days.map(({ gained }) => gained),
        Posts: days.map(({ published }) => published),
        Impressions: days.map(({ impressions }) => impressions),
        Engagements: days.map(({ engagements }) => engagements),
      },
    };
  },
  19: (look) => periodsOf(look, 396, 'Month', (date) => date.slice(0, 7)),
  20: (look) => ({
    series: postsOf(look).length > 60 ? { 'Posts a day': publishedOf(look) } : { Impressions: postsOf(look) },
  }),
  21: projectionOf,
  22: calendarOf,
  24: yearsOf,
  23: (look) => periodsOf(look, 92, 'Week of', mondayOf),
};

/** A day of which nothing is known that is shown has no row. */
function isShown({ close, gained, published, impressions, engagements }: ReturnType<typeof daysOf>[number]): boolean {
  return [close, gained, published, impressions, engagements].some((fact) => fact !== undefined);
}

/** A count through the range, what came in it, and how much more that is than in the same time before. */
function tileOf(look: Look, field: keyof UserCounts): Record<string, number[]> {
  const { from, to } = look.range;
  const [span, points] = [to - from, profilePoints(look, look.account, field)];
  const lastBefore = (time: number, ms: number): number | undefined => before(points, time, ms).at(-1)?.value;
  const [now, then] = [lastBefore(to, span), lastBefore(from, span / 4)];
  const first = lastBefore(from - span, span / 4);
  const gained = now === undefined || then === undefined ? undefined : now - then;
  const earlier = then === undefined || first === undefined ? undefined : then - first;
  const isComparable = gained !== undefined && earlier !== undefined && earlier !== 0;
  return {
    now: perInterval(points, look.range, look.intervalMs, last).map(([, value]) => Number(value)),
    'in the range': only(gained),
    'vs the time before': isComparable ? [(gained - earlier) / Math.abs(earlier)] : [],
  };
}

/** Whether the account is read, what X says where it is not, and when it was read last. */
function statusOf(look: Look): Expected {
  const { truth, account, range } = look;
  const read = profilePoints(look, account, 'followers_count').filter(({ time }) => time <= range.to);
  const age = range.to - (read.at(-1)?.time ?? -Infinity);
  const failures = truth.seed.runs.flatMap((run) => (run.facts.name === 'user' ? run.failures : []));
  const own = failures.filter((failure) => failure.account === account.spelling);
  const newest = before(own, range.to, 45 * minuteMs).at(-1);
  return {
    columns: {
      ...(read.length > 0 && { data: [age < 45 * minuteMs ? 3 : age < 26 * hourMs ? 2 : 1] }),
      ...(newest !== undefined && { 'X says': [newest.reason] }),
      ...(read.length > 0 && { 'last read': only(read.at(-1)?.time) }),
    },
  };
}

/** A year ahead at the pace of now, and at those of a slow and of a fast month of the last half year. */
function projectionOf(look: Look): Expected {
  const days = before(daysOf(look, look.account), look.range.to, 180 * dayMs);
  const known = (pick: (day: ExpectedDay) => number | undefined): number[] =>
    days.map(pick).filter((value) => value !== undefined);
  const [close, paces] = [known((day) => day.close).at(-1), known((day) => day.pace)];
  const ahead = [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 365];
  const at = (pace: number | undefined): (number | undefined)[] =>
    ahead.map((count) => (close === undefined || pace === undefined ? undefined : close + count * pace));
  if (close === undefined && paces.length === 0) return { columns: {} };
  return {
    columns: {
      'Days ahead': ahead,
      'at this pace': at(paces.at(-1)),
      'slow months': at(percentileOf(paces, 25)),
      'fast months': at(percentileOf(paces, 75)),
    },
  };
}

/** As InfluxQL has it: one of the numbers, the one at the nearest rank. */
function percentileOf(numbers: readonly number[], percent: number): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length * percent) / 100 + 0.5) - 1];
}

/** The days of a quarter, a row for each week and a column for each day of the week. */
function calendarOf(look: Look): Expected {
  const days = before(daysOf(look, look.account), look.range.to, 92 * dayMs).filter(
    ({ gained }) => gained !== undefined,
  );
  const weeks = [...new Set(days.map(({ day }) => mondayOf(day.date)))].sort().reverse();
  const present = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].filter((name) =>
    days.some(({ day }) => weekdayOf(day.date) === name),
  );
  const column = (name: string): (number | undefined)[] =>
    weeks.map((week) => days.find(({ day }) => mondayOf(day.date) === week && weekdayOf(day.date) === name)?.gained);
  if (weeks.length === 0) return { columns: {} };
  return {
    columns: { Week: weeks.map(shortDate), ...Object.fromEntries(present.map((name) => [name, column(name)])) },
  };
}

/** `2026-11-02` as `2 Nov`, which leaves a phone room for the days. */
function shortDate(date: string): string {
  const month = new Date(date).toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return `${Number(date.slice(8))} ${month}`;
}

function lineOf(look: Look, field: keyof UserCounts): Pair[] {
  return perInterval(profilePoints(look, look.account, field), look.range, look.intervalMs, last, 'null');
}

/** The change up to the end of the range; none where nothing was read around its beginning. */
function changesOf(look: Look, field: keyof UserCounts): Record<string, number[]> {
  const points = profilePoints(look, look.account, field);
  const { to } = look.range;
  const change = (ms: number, toleranceMs: number): number[] => {
    const [now, then] = [before(points, to, toleranceMs).at(-1), before(points, to - ms, toleranceMs).at(-1)];
    return now === undefined || then === undefined ? [] : [now.value - then.value];
  };
  return { '24 h': change(dayMs, 6 * hourMs), '7 d': change(7 * dayMs, dayMs), '30 d': change(30 * dayMs, 2 * dayMs) };
}

function newestDay(look: Look): (ExpectedDay & { readonly time: number }) | undefined {
  return before(daysOf(look, look.account), look.range.to, 8 * dayMs).findLast(
    ({ milestone }) => milestone !== undefined,
  );
}

/** Each post of the range with the impressions it was last seen to have in it. */
function postsOf({ truth, account, range }: Look): Pair[] {
  const posts = within(truth.seed.posts, range).filter((post) => post.account === account && post.readings.length > 0);
  return posts
    .toSorted((a, b) => a.time - b.time)
    .map(({ time, readings }) => [time, within(readings, range).at(-1)?.counts.impression_count ?? null]);
}

function publishedOf(look: Look): Pair[] {
  const known = within(daysOf(look, look.account), look.range).filter(({ published }) => published !== undefined);
  return known.map(({ time, published }) => [time, published]);
}

function gainedOf(look: Look): Pair[] {
  const known = within(daysOf(look, look.account), look.range).filter(({ gained }) => gained !== undefined);
  return known.map(({ time, gained }) => [time, gained]);
}

/** The Monday of a date's week. */
function mondayOf(date: string): string {
  const day = new Date(date);
  return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * dayMs).toISOString().slice(0, 10);
}

function weekdayOf(date: string): string {
  return new Date(date).toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' });
}
