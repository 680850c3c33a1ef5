import type { UserCounts } from '../../../local/simulator/history.ts';
import type { ExpectedDay } from '../expected/summary.ts';
import { within, before, last, only, perInterval, sum } from './influxql.ts';
import { daysOf, type Expectation, type Look, profilePoints } from './look.ts';
import type { Pair } from './shown.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What the panels of the dashboard "Overview" must show, by their ids. */
export const overview: Readonly<Record<number, Expectation>> = {
  1: (look) => ({ series: { Followers: newestOf(look, 'followers_count') } }),
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
    return { values: { 'a day': only(pace), 'in 30 d': after(30), 'in 90 d': after(90), 'in 365 d': after(365) } };
  },
  5: (look) => {
    const newest = profilePoints(look, look.account, 'followers_count').at(-1);
    return { columns: { Time: only(newest?.time), last: only(newest?.value) } };
  },
  6: (look) => ({ series: { Followers: lineOf(look, 'followers_count'), ...postsOf(look) } }),
  7: (look) => ({ series: { Gained: gainedOf(look) } }),
  ...countPanels(10, 'following_count', 'Following'),
  ...countPanels(12, 'listed_count', 'Listed'),
  ...countPanels(14, 'like_count', 'Likes given'),
  ...countPanels(16, 'tweet_count', 'Posts'),
  18: (look) => {
    const days = [...before(daysOf(look, look.account), look.range.to, 31 * dayMs)].reverse().slice(0, 30);
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
  19: (look) => ({ columns: monthsOf(before(daysOf(look, look.account), look.range.to, 396 * dayMs)) }),
};

/** A number as it is now and how it changed, and beside it its line. */
function countPanels(id: number, field: keyof UserCounts, title: string): Record<number, Expectation> {
  return {
    [id]: (look) => ({ values: { now: newestOf(look, field).map(([, value]) => value), ...changesOf(look, field) } }),
    [id + 1]: (look) => ({ series: { [title]: lineOf(look, field) } }),
  };
}

function newestOf(look: Look, field: keyof UserCounts): Pair[] {
  const newest = within(profilePoints(look, look.account, field), look.range).at(-1);
  return only(newest).map(({ time, value }) => [time, value]);
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

function postsOf({ truth, account, range }: Look): Record<string, Pair[]> {
  const impacts = within(truth.impactsOf.get(account) ?? [], range);
  return {
    Post: impacts.map(({ time, before: followers }) => [time, followers]),
    tweet_id: impacts.map(({ time, post }) => [time, post.id]),
  };
}

function gainedOf(look: Look): Pair[] {
  const known = within(daysOf(look, look.account), look.range).filter(({ gained }) => gained !== undefined);
  return known.map(({ time, gained }) => [time, gained]);
}

function monthsOf(days: readonly ExpectedDay[]): Record<string, readonly (string | number | undefined)[]> {
  const months = [...new Set(days.map(({ day }) => day.date.slice(0, 7)))].reverse();
  const of = (month: string, pick: (day: ExpectedDay) => number | undefined): number[] =>
    days
      .filter(({ day }) => day.date.startsWith(month))
      .map(pick)
      .filter((value) => value !== undefined);
  return {
    Month: months,
    Followers: months.map((month) => of(month, ({ close }) => close).at(-1)),
    Gained: months.map((month) => sum(of(month, ({ gained }) => gained))),
    Posts: months.map((month) => sum(of(month, ({ published }) => published))),
    Impressions: months.map((month) => sum(of(month, ({ impressions }) => impressions))),
  };
}

function weekdayOf(date: string): string {
  return new Date(date).toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' });
}
