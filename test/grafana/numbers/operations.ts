import { isSerious, type NotedFailure } from '../../../functions/failure.ts';
import { apps, latch, nameAt } from '../seed/plan.ts';
import type { Night } from '../expected/nights.ts';
import { before, least, mean, most, only, perInterval, type Point, sum, within } from './influxql.ts';
import { type Expectation, type Look, profilePoints } from './look.ts';
import { money } from './money.ts';
import type { Expected, Pair } from './shown.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What the panels of the dashboard "Operations and cost" must show, by their ids. */
export const operations: Readonly<Record<number, Expectation>> = {
  ...money,
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
    const failures = countAlike(within(failuresOf(look), look.range));
    const newest = failures.sort((a, b) => b.time - a.time).slice(0, 100);
    return {
      columns: {
        Time: newest.map(({ time }) => time),
        Collector: newest.map(({ collector }) => collector),
        Reason: newest.map(({ reason }) => reason),
        Account: newest.map(({ account }) => account),
        Times: newest.map(({ times }) => times),
        'What happened': newest.map(({ detail }) => detail),
      },
    };
  },
  12: (look) => runLines(look, ({ requests }) => requests, sum, 'none'),
  13: (look) => runLines(look, ({ remaining }) => remaining, least, 'null'),
  14: (look) => ({ values: { credits_depleted: latchOf(look) } }),
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
    .filter((run) => run.app === app && run.facts.name === collector)
    .map(({ time, facts, failures }) => ({
      collector,
      time,
      success: failures.some(isSerious) ? 0 : 1,
      durationMs: facts.durationMs,
      missing: facts.accountsMissing,
      requests: facts.requests,
      remaining: facts.remaining,
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

/** Failures of one moment that differ at most in their sentence are one, which has happened several times. */
function countAlike(failures: Night['failures']): (Night['failures'][number] & { readonly times: number })[] {
  const isAlike = (a: NotedFailure, b: NotedFailure): boolean =>
    a.time === b.time && a.collector === b.collector && a.reason === b.reason && a.account === b.account;
  const firsts = failures.filter((failure, index) => failures.findIndex((other) => isAlike(other, failure)) === index);
  return firsts.map((first) => ({ ...first, times: failures.filter((other) => isAlike(other, first)).length }));
}

/** Asked once an hour, each refusal setting it for forty days; then cleared. */
function latchOf({ app, range }: Look): number[] {
  if (app !== apps[0] || range.to < latch.from || range.to >= latch.to + 40 * dayMs) return [];
  const probe = Math.floor(range.to / hourMs) * hourMs;
  return [range.to >= latch.to ? 0 : probe + 40 * dayMs];
}
