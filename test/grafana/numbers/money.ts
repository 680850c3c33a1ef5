import { type DayMoney, moneyOfDays, startOfDay } from '../expected/money.ts';
import { dayMs } from '../seed/plan.ts';
import { mean, only, sum } from './influxql.ts';
import type { Expectation, Look } from './look.ts';
import type { Expected, Pair } from './shown.ts';

/** What the panels about money must show, by their ids: they are all in "Operations and cost". */
export const money: Readonly<Record<number, Expectation>> = {
  3: (look) => {
    const { known, budget } = todayOf(look) ?? {};
    return {
      values: {
        spent: only(known?.spent),
        held: only(known?.held),
        'set aside': only(known?.aside),
        left: only(known?.left),
        budget: only(budget),
      },
    };
  },
  4: (look) => {
    const { known, budget = NaN } = todayOf(look) ?? {};
    return { values: { used: known === undefined ? [] : [1 - known.left / budget] } };
  },
  5: thisMonth,
  15: ({ truth, app, range }) => {
    const days = moneyOfDays(truth, app, range);
    const line = (pick: (day: DayMoney) => number | undefined): Pair[] => days.map((each) => [each.day, pick(each)]);
    return {
      series: {
        spent: line(({ known }) => known?.spent),
        held: line(({ known }) => known?.held),
        budget: line(({ budget }) => budget),
      },
    };
  },
};

/** The UTC day on which the range ends. */
function todayOf({ truth, app, range: { to } }: Look): DayMoney | undefined {
  return moneyOfDays(truth, app, { from: startOfDay(to), to })[0];
}

/** A day without a run has cost nothing, as far as anybody knows; the pace is that of the days that are known. */
function thisMonth({ truth, app, range: { to } }: Look): Expected {
  const from = to - 31 * dayMs + 1;
  const days = moneyOfDays(truth, app, { from, to });
  const touched = Array.from({ length: 32 }, (_, index) => startOfDay(to) - index * dayMs).filter(
    (day) => day + dayMs > from,
  );
  const monthOf = (day: number): string => new Date(day).toISOString().slice(0, 7);
  const months = days.length === 0 ? [] : [...new Set(touched.reverse().map(monthOf))];
  const spentIn = (month: string): number =>
    sum(days.filter(({ day }) => monthOf(day) === month).map(({ known }) => known?.spent ?? 0));
  const week = moneyOfDays(truth, app, { from: startOfDay(to) - 6 * dayMs, to }).flatMap(({ known }) =>
    known === undefined ? [] : [known.spent],
  );
  return {
    values: {
      Time: months,
      'so far': months.map(spentIn),
      'per 30 days': week.length === 0 ? [] : [30 * mean(week)],
    },
  };
}
