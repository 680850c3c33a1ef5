import { mock } from 'node:test';

import { connectStore } from '../../../functions/adapters/influxdb.ts';
import { type App, freshState } from '../../../functions/app.ts';
import { dayOf } from '../../../functions/billing/day.ts';
import type { AskX } from '../../../functions/collectors/collector.ts';
import { readConfig } from '../../../functions/config.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import { runJob } from '../../../functions/jobs/dispatch.ts';
import { parseJobRequest } from '../../../functions/jobs/request.ts';
import type { Influxd } from '../../support/influxd.ts';
import type { SeededLine } from './books.ts';
import { apps, dayMs, gap, isWithin, seedFrom, seedTo, timezone } from './plan.ts';

const minuteMs = 60_000;
/** On one day X has counted three posts more than the first app's ledger. */
export const miscounted = { app: apps[0], day: '2026-10-21', more: 3 } as const;

/** The function's nightly jobs, run by its own code: the comparison with X's count each night, then the summary of all days. */
export async function runNightlyJobs(influxd: Influxd, ledger: readonly SeededLine[]): Promise<void> {
  mock.timers.enable({ apis: ['Date'], now: seedFrom });
  try {
    for (const app of apps) await reconcileNights(openApp(influxd, app, askUsage(app, ledger)));
    mock.timers.setTime(seedTo);
    const days = Math.ceil((seedTo - seedFrom) / dayMs);
    await run(openApp(influxd, apps[0], refuse), { job: 'summarize', from: dayOf(seedFrom), days }, seedTo);
  } finally {
    mock.timers.reset();
  }
}

async function reconcileNights(app: App): Promise<void> {
  for (let time = seedFrom + dayMs + 40 * minuteMs; time <= seedTo; time += dayMs) {
    if (isWithin(time, gap)) continue;
    mock.timers.setTime(time);
    await run(app, { job: 'reconcile' }, time);
  }
}

/** Throws when the job failed. */
async function run(app: App, body: unknown, time: number): Promise<void> {
  const tick = { time, startedAt: time, isEvent: false, deadline: startDeadline(60_000) };
  const deliver: Parameters<typeof runJob>[3] = (batch) => app.store.write(batch, tick.deadline);
  const { failures } = await runJob(app, parseJobRequest(body), tick, deliver);
  const [unexpected] = failures.filter(({ reason }) => reason !== 'budget');
  if (unexpected !== undefined) throw new Error(`${JSON.stringify(body)}: ${unexpected.detail}`);
}

function openApp(influxd: Influxd, name: string, askX: AskX): App {
  const config = readConfig({
    CONFIG_DIR: '/nonexistent',
    TWITTER_APP: name,
    TWITTER_USERS: 'jack',
    TWITTER_BEARER_TOKEN: 'bearer',
    INFLUXDB_URL: influxd.url,
    INFLUXDB_USERNAME: influxd.username,
    INFLUXDB_PASSWORD: influxd.password,
    TIMEZONE: timezone,
    RUN_TIMEOUT_SECONDS: '60',
  });
  const [log, redact] = [(): void => undefined, (text: string): string => text];
  return { version: '0.0.0', config, state: freshState(config), askX, store: connectStore(config.store), log, redact };
}

const refuse: AskX = () => Promise.reject(new Error('X was asked'));

/** X's own count of the days before: https://docs.x.com/x-api/usage/get-usage */
function askUsage(app: string, ledger: readonly SeededLine[]): AskX {
  const counts = new Map<string, number>();
  for (const { line } of ledger.filter((entry) => entry.app === app && entry.line.resource === 'tweet')) {
    const posts = line.state === 'settled' ? line.newResources : 0;
    counts.set(dayOf(line.time), (counts.get(dayOf(line.time)) ?? 0) + posts);
  }
  if (app === miscounted.app) counts.set(miscounted.day, (counts.get(miscounted.day) ?? 0) + miscounted.more);
  return () => {
    const known = [...counts].filter(([day]) => Date.parse(day) < Date.now());
    const usage = known.map(([day, count]) => ({ date: `${day}T00:00:00.000Z`, usage: String(count) }));
    const body = { data: { daily_project_usage: { project_id: '1', usage } } };
    return Promise.resolve({ body, rateLimit: { limit: 50, remaining: 49, reset: 1 }, date: Date.now() });
  };
}
