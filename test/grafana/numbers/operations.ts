import { isSerious } from '../../../functions/failure.ts';
import { apps, latch, nameAt } from '../seed/plan.ts';
import type { Night } from '../expected/nights.ts';
import { before, last, least, mean, most, only, perInterval, type Point, sum, within } from './influxql.ts';
import { type Expectation, type Look, profilePoints } from './look.ts';
import type { Expected, Pair } from './shown.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What the panels of the dashboard "Operations and cost" must show, by their ids. */
export const operations: Readonly<Record<number, Expectation>> = {
  1: (look) => {
    const shares = collectorsOf(look).map((name) => {
      const inside = within(runsOf(look, name), look.range);
      return [name, inside.length === 0 ? [] : [mean(inside.map(({ success }) => success))]] as const;
    });
    return { values: Object.fromEntries(shares) };
  },
  2: (look) => {
    const succeeded = collectorsOf(look).flatMap((collector) => {
      const newest = runsOf(look, collector).findLast(({ success }) => success === 1);
      return newest === undefined ? [] : [{ collector, time: newest.time }];
    });
    return {
      columns: { collector: succeeded.map(({ collector }) => collector), Time: succeeded.map(({ time }) => time) },
    };
  },
  3: (look) => ({ series: { bought: todayOf(look, ['settled']), 'held back': todayOf(look, ['reserved']) } }),
  4: (look) => {
    const share = todayOf(look, ['settled', 'reserved']).map(([time, usd]): Pair => [time, Number(usd) / look.budget]);
    return { series: { 'of the budget': share } };
  },
  5: thisMonth,
  6: (look) => runLines(look, ({ success }) => success, least, 'none'),
  7: (look) => {
    const read = look.chosen.flatMap((account) => {
      const newest = before(profilePoints(look, account, 'followers_count'), look.range.to, 40 * dayMs).at(-1);
      return newest === undefined ? [] : [{ account, ...newest }];
    });
    const rows = read.toSorted((a, b) => (a.account.userId < b.account.userId ? -1 : 1));
    return {
      columns: {
        Account: rows.map(({ account, time }) => nameAt(account, time)),
        'Last read': rows.map(({ time }) => time),
        Followers: rows.map(({ value }) => value),
      },
    };
  },
  8: (look) => runLines(look, ({ durationMs }) => durationMs, most, 'null'),
  9: (look) => runLines(look, ({ missing }) => missing, most, 'null'),
  10: (look) => {
    const failures = failuresOf(look);
    const reasons = [...new Set(failures.map(({ reason }) => reason))];
    const lines = reasons.map((reason) => {
      const points = failures.filter((failure) => failure.reason === reason).map(({ time }) => ({ time, value: 1 }));
      return [reason, perInterval(points, look.range, look.intervalMs, sum)] as const;
    });
    return { series: Object.fromEntries(lines) };
  },
  11: (look) => {
    const newest = [...within(failuresOf(look), look.range)].sort((a, b) => b.time - a.time).slice(0, 100);
    return {
      columns: {
        Time: newest.map(({ time }) => time),
        Collector: newest.map(({ collector }) => collector),
        Reason: newest.map(({ reason }) => reason),
        Account: newest.map(({ account }) => account),
        Times: newest.map(() => 1),
        'What happened': newest.map(({ detail }) => detail),
      },
    };
  },
  12: (look) => runLines(look, ({ requests }) => requests, sum, 'none'),
  13: (look) => runLines(look, ({ remaining }) => remaining, least, 'null'),
  14: (look) => ({ values: { credits_depleted: latchOf(look) } }),
  15: (look) => {
    const spent = (resource: string): Pair[] => perInterval(usdOf(look, ['settled'], resource), look.range, dayMs, sum);
    const days = perInterval(usdOf(look, ['settled', 'reserved']), look.range, dayMs, last);
    return {
      series: { user: spent('user'), tweet: spent('tweet'), budget: days.map(([time]) => [time, look.budget]) },
    };
  },
  16: (look) => {
    const usage = within(look.truth.usageOf.get(look.app) ?? [], look.range);
    return {
      series: {
        ledger: usage.map(({ time, ledger }) => [time, ledger]),
        "X's count": usage.flatMap(({ time, x }): Pair[] => (x === undefined ? [] : [[time, x]])),
      },
    };
  },
};

/** Runs of the collectors and of the nightly jobs, as far as they are stored. */
function runsOf({ truth, app }: Look, collector: string): readonly Night[] {
  const collected = truth.seed.runs
    .filter((run) => run.app === app && run.result.name === collector)
    .map(({ time, result, failures }) => ({
      collector,
      time,
      success: failures.some(isSerious) ? 0 : 1,
      durationMs: result.durationMs,
      missing: result.accountsMissing,
      requests: result.requests,
      remaining: result.rateLimit?.remaining,
      failures,
    }));
  return [...collected, ...(truth.nightsOf.get(app) ?? []).filter((night) => night.collector === collector)];
}

function collectorsOf({ app }: Look): readonly string[] {
  return app === apps[0] ? ['reconcile', 'summarize', 'tweet', 'user'] : ['reconcile', 'tweet', 'user'];
}

function runLines(
  look: Look,
  pick: (run: Night) => number | undefined,
  reduce: (values: readonly number[]) => number,
  fill: 'null' | 'none',
): Expected {
  const lines = collectorsOf(look).map((name) => {
    const points = runsOf(look, name).flatMap((run): Point[] =>
      only(pick(run)).map((value) => ({ time: run.time, value })),
    );
    return [name, perInterval(points, look.range, look.intervalMs, reduce, fill)] as const;
  });
  return { series: Object.fromEntries(lines) };
}

function failuresOf(look: Look): Night['failures'] {
  return collectorsOf(look).flatMap((name) => runsOf(look, name).flatMap(({ failures }) => failures));
}

/** Dollars of the ledger's lines. */
function usdOf({ truth, app }: Look, states: readonly string[], resource?: string): readonly Point[] {
  return truth.seed.ledger
    .filter((entry) => entry.app === app && states.includes(entry.line.state))
    .filter(({ line }) => resource === undefined || line.resource === resource)
    .map(({ line }) => ({ time: line.time, value: line.cost / 1_000_000 }));
}

/** Asked once an hour, each refusal setting it for forty days; then cleared. */
function latchOf({ app, range }: Look): number[] {
  if (app !== apps[0] || range.to < latch.from || range.to >= latch.to + 40 * dayMs) return [];
  const probe = Math.floor(range.to / hourMs) * hourMs;
  return [range.to >= latch.to ? 0 : probe + 40 * dayMs];
}

/** The two UTC days that the last 24 hours touch. */
function todayOf(look: Look, states: readonly string[]): Pair[] {
  const { to } = look.range;
  return perInterval(usdOf(look, states), { from: to - dayMs + 1, to }, dayMs, sum, '0');
}

function thisMonth(look: Look): Expected {
  const { to } = look.range;
  const settled = usdOf(look, ['settled']);
  const days = perInterval(settled, { from: to - 31 * dayMs + 1, to }, dayMs, sum, '0');
  const monthOf = ([time]: Pair): string => new Date(time).toISOString().slice(0, 7);
  const months = [...new Set(days.map(monthOf))];
  const soFar = months.map((month) => sum(days.filter((day) => monthOf(day) === month).map(([, usd]) => Number(usd))));
  const week = sum(before(settled, to, 7 * dayMs).map(({ value }) => value));
  return { values: { Time: months, 'so far': soFar, '30 days at this pace': [(week / 7) * 30] } };
}
