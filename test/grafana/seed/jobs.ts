import { mock } from 'node:test';

import { connectInfluxDb } from '../../../functions/adapters/influxdb.ts';
import { dayOf } from '../../../functions/billing/day.ts';
import { within } from '../../../functions/deadline.ts';
import { JOBS } from '../../../functions/jobs/index.ts';
import { findJob } from '../../../functions/run/job.ts';
import { runJob } from '../../../functions/run/frame.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import type { AskX } from '../../../functions/x/answer.ts';
import { instanceOf, replyOf, tickOf } from '../../functions/fixtures.ts';
import type { Influxd } from '../../support/influxd.ts';
import { newIdsOf, type Purchase } from './books.ts';
import { apps, dayMs, nightTicks, seedFrom, seedTo } from './plan.ts';
import { environmentAt } from './settings.ts';

/** On one day X has counted three posts more than the first app's ledger. */
export const miscounted = { app: apps[0], day: '2026-10-21', more: 3 } as const;

/**
 * The function's nightly jobs, run by its own code: the comparison with X's count each night, when nothing later is
 * stored yet, then the summary of all days. `storeUntil` stores what else was written up to a time.
 */
export async function runNightlyJobs(
  influxd: Influxd,
  purchases: readonly Purchase[],
  storeUntil: (time: number) => Promise<void>,
): Promise<void> {
  const influxdb = connectInfluxDb(influxd);
  const ways = apps.map((app) => ({ app, askX: askUsage(app, purchases) }));
  mock.timers.enable({ apis: ['Date'], now: seedFrom });
  try {
    for (const time of nightTicks) {
      mock.timers.setTime(time);
      await storeUntil(time);
      for (const { app, askX } of ways)
        await run(instanceOf({ env: environmentAt(app, time), influxdb, askX }), { job: 'reconcile' }, time);
    }
    mock.timers.setTime(seedTo);
    await storeUntil(Infinity);
    const days = Math.ceil((seedTo - seedFrom) / dayMs);
    const instance = instanceOf({ env: environmentAt(apps[0], seedTo), influxdb });
    await run(instance, { job: 'summarize', from: dayOf(seedFrom), days }, seedTo);
  } finally {
    mock.timers.reset();
  }
}

/** Throws when the job failed. */
async function run(instance: Instance, body: unknown, time: number): Promise<void> {
  const wanted = { ...findJob(JOBS, body), tick: tickOf({ time, startedAt: time }), dryRun: undefined };
  const { failures } = await within(undefined, 60_000, (deadline) => runJob(instance, wanted, deadline));
  const [unexpected] = failures.filter(({ reason }) => reason !== 'budget');
  if (unexpected !== undefined) throw new Error(`${JSON.stringify(body)}: ${unexpected.detail}`);
}

/** X's own count of the days before: https://docs.x.com/x-api/usage/get-usage */
function askUsage(app: string, purchases: readonly Purchase[]): AskX {
  const counts = new Map<string, number>();
  for (const purchase of purchases.filter((each) => each.app === app && each.resource === 'tweet')) {
    const day = dayOf(purchase.tick);
    counts.set(day, (counts.get(day) ?? 0) + newIdsOf(purchase).length);
  }
  if (app === miscounted.app) counts.set(miscounted.day, (counts.get(miscounted.day) ?? 0) + miscounted.more);
  const headers = { 'x-rate-limit-limit': '50', 'x-rate-limit-remaining': '49', 'x-rate-limit-reset': '1' };
  return () => {
    const known = [...counts].filter(([day]) => Date.parse(day) < Date.now());
    const usage = known.map(([day, count]) => ({ date: `${day}T00:00:00.000Z`, usage: String(count) }));
    return Promise.resolve(replyOf({ data: { daily_project_usage: { project_id: '1', usage } } }, { headers }));
  };
}
