import { type App, freshState, type Row } from '../../../functions/app.ts';
import { dayOf } from '../../../functions/billing/day.ts';
import type { XRequest } from '../../../functions/collectors/collector.ts';
import { readConfig } from '../../../functions/config.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import { reconcile } from '../../../functions/jobs/reconcile.ts';
import type { Outcome } from '../../../functions/run/report.ts';
import type { Tick } from '../../../functions/run/run.ts';
import type { Measurement } from '../../../functions/measurement.ts';

/** A UTC day in milliseconds. */
export const dayMs = 86_400_000;
/** The day that ended `ago` midnights before now. */
export const day = (ago: number): string => dayOf(Date.now() - ago * dayMs);
const bearer = { TWITTER_BEARER_TOKEN: 'bearer-marker' };
/** Credentials without a bearer token. */
export const userContext = {
  TWITTER_API_KEY: 'key',
  TWITTER_API_SECRET: 'secret',
  TWITTER_ACCESS_TOKEN: 'token',
  TWITTER_ACCESS_SECRET: 'secret',
};

/** A reconciliation, and all it did. */
export interface World {
  readonly app: App;
  readonly asked: XRequest[];
  readonly queries: string[];
  readonly delivered: Measurement[];
  run(tick?: Partial<Tick>): Promise<Outcome>;
}

/** An app whose X counts `byX` posts by day (an error is thrown), and whose ledger has settled `byLedger`. */
export function openWorld(
  byX: Readonly<Record<string, unknown>> | Error,
  byLedger: Readonly<Record<string, number>> = {},
  credentials: Readonly<Record<string, string>> = bearer,
): World {
  const influxdb = { INFLUXDB_URL: 'http://influxdb:8086', INFLUXDB_TOKEN: 'token-marker' };
  const env = { CONFIG_DIR: '/nonexistent', TWITTER_USERS: 'jack', TWITTER_APP: 'acme', ...influxdb, ...credentials };
  const config = readConfig(env);
  const [asked, queries, delivered]: [XRequest[], string[], Measurement[]] = [[], [], []];
  const app: App = {
    version: '0.0.0-test',
    config,
    state: freshState(config),
    askX: (request) => {
      asked.push(request);
      return byX instanceof Error ? Promise.reject(byX) : Promise.resolve(answerOf(byX));
    },
    store: {
      query: (statement) => {
        queries.push(statement);
        return Promise.resolve(statement.includes('sum(') ? rowsOf(byLedger) : []);
      },
      write: () => Promise.resolve(),
    },
    log: () => undefined,
    redact: (text) => text,
  };
  const deliver = (batch: readonly Measurement[]): Promise<void> => Promise.resolve(void delivered.push(...batch));
  const now = Date.now();
  const tick = { time: Math.floor(now / 1000) * 1000, startedAt: now, isEvent: true, deadline: startDeadline(10_000) };
  return {
    app,
    asked,
    queries,
    delivered,
    run: (parts) => reconcile(app, { job: 'reconcile' }, { ...tick, ...parts }, deliver),
  };
}

function answerOf(byX: Readonly<Record<string, unknown>>): Awaited<ReturnType<App['askX']>> {
  const usage = Object.entries(byX).map(([date, posts]) => ({ date: `${date}T00:00:00.000Z`, usage: posts }));
  const body = { data: { daily_project_usage: { project_id: '1', usage } } };
  return { body, rateLimit: { limit: 50, remaining: 49, reset: 1 }, date: Date.now() };
}

function rowsOf(byLedger: Readonly<Record<string, number>>): Row[] {
  return Object.entries(byLedger).map(([date, posts]) => ({
    measurement: 'twitter_ledger',
    tags: {},
    columns: { time: Date.parse(date), posts },
  }));
}

/** The points of `twitter_usage`: tags, fields, time. */
export function usageIn(delivered: readonly Measurement[]): unknown[] {
  const points = delivered.filter(({ name }) => name === 'twitter_usage');
  return points.map(({ tags, fields, time }) => [tags, fields, new Date(time).toISOString()]);
}
