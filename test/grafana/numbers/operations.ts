import { nameAt } from '../seed/plan.ts';
import { moneyOfDays, startOfDay } from '../expected/money.ts';
import type { Night } from '../expected/nights.ts';
import { before, least, mean, most, only, perInterval, type Point, sum, within } from './influxql.ts';
import { type Expectation, type Look, profilePoints } from './look.ts';
import { latchOf } from './latches.ts';
import { money } from './money.ts';
import { resultsOf } from './results.ts';
import { collectorsOf, runsOf } from './runs.ts';
import type { Expected, Pair } from './shown.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
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
  6: everyRun,
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
  11: failuresByKind,
  12: (look) => runLines(look, ({ requests }) => requests, sum, 'none'),
  13: (look) => runLines(look, ({ remaining }) => remaining, least, 'null'),
  14: (look) => ({ values: { credits_depleted: latchOf(look) } }),
  18: resultsOf,
  17: lightsOf,
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

/** One row for what is alike in collector, reason and account, the one that happened last on top. */
function failuresByKind(look: Look): Expected {
  const kinds = new Map<string, Night['failures'][number][]>();
  for (const failure of within(failuresOf(look), look.range).toSorted((a, b) => a.time - b.time)) {
    const kind = JSON.stringify([failure.collector, failure.reason, failure.account]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), failure]);
  }
  const rows = [...kinds.values()].flatMap((each) => {
    const [first, newest] = [each[0], each.at(-1)];
    return first === undefined || newest === undefined ? [] : [{ ...newest, first: first.time, times: each.length }];
  });
  // Of one moment they come by account: so InfluxDB orders its series.
  rows.sort((a, b) => b.time - a.time || ((a.account ?? '') < (b.account ?? '') ? -1 : 1));
  if (rows.length === 0) return { columns: {} };
  return {
    columns: {
      Last: rows.map(({ time }) => time),
      Reason: rows.map(({ reason }) => reason),
      Account: rows.map(({ account = '' }) => account),
      Times: rows.map(({ times }) => times),
      First: rows.map(({ first }) => first),
      Collector: rows.map(({ collector }) => collector),
      'What happened': rows.map(({ detail }) => detail),
    },
  };
}

/** A run in each hour; of the nightly jobs those that there were. */
function everyRun(look: Look): Expected {
  const nightly = ['reconcile', 'summarize'];
  const lines = collectorsOf(look).map((name) => {
    const points = runsOf(look, name).map(({ time, success }) => ({ time, value: success }));
    return [
      name,
      perInterval(points, look.range, look.intervalMs, least, nightly.includes(name) ? 'none' : 'null'),
    ] as const;
  });
  return { series: Object.fromEntries(lines) };
}

/** What the lights say, in the numbers that stand for their words: tens for the light, one more for "yes". */
function lightsOf(look: Look): Expected {
  const { to } = look.range;
  const lit = (light: number, times: readonly number[]): number[] => {
    const newest = Math.max(...times.filter((time) => time <= to));
    return newest === -Infinity ? [] : [newest > to - 45 * minuteMs ? light + 1 : light];
  };
  const runs = collectorsOf(look).flatMap((name) => runsOf(look, name));
  const profiles = [...look.truth.seed.profiles.values()].flat();
  const newestRun = runsOf(look, 'user').findLast(({ time }) => time <= to);
  const { known, budget } = moneyOfDays(look.truth, look.app, { from: startOfDay(to), to })[0] ?? {};
  return {
    values: {
      'Ticks come': lit(
        10,
        runs.map(({ time }) => time),
      ),
      Stored: lit(
        20,
        profiles.map(({ time }) => time),
      ),
      'X answers': newestRun === undefined ? [] : [30 + newestRun.success],
      'Budget left': known === undefined || budget === undefined ? [] : [known.left / budget],
    },
  };
}
