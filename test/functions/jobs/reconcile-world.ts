import { dayOf } from '../../../functions/billing/day.ts';
import type { XRequest } from '../../../functions/collectors/collector.ts';
import { reconcile } from '../../../functions/jobs/reconcile.ts';
import type { Point } from '../../../functions/measurement.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import type { Outcome } from '../../../functions/run/report.ts';
import type { Tick } from '../../../functions/run/run.ts';
import type { XReply } from '../../../functions/x/answer.ts';
import { instanceOf, replyOf } from '../fixtures.ts';
import { type CountedInfluxDb, countedInfluxDb, runOf } from '../run/world.ts';

/** A UTC day in milliseconds. */
export const dayMs = 86_400_000;
/** The day that ended `ago` midnights before now. */
export const day = (ago: number): string => dayOf(Date.now() - ago * dayMs);
/** Credentials without a bearer token. */
export const userContext = {
  TWITTER_BEARER_TOKEN: '',
  TWITTER_API_KEY: 'key',
  TWITTER_API_SECRET: 'secret',
  TWITTER_ACCESS_TOKEN: 'token',
  TWITTER_ACCESS_SECRET: 'secret',
};

/** Posts that the ledger has of a day: all, or all and those not at the owner's price. */
type Counts = number | readonly [all: number, others: number];

/** A reconciliation, and all it did. */
export interface World {
  readonly instance: Instance;
  readonly asked: XRequest[];
  /** How many requests InfluxDB had had when X was asked. */
  readonly readsBefore: number[];
  readonly influxdb: CountedInfluxDb;
  run(tick?: Partial<Tick>): Promise<Outcome>;
}

/** A world whose X counts `byX` posts by day (or answers with a reply), and whose ledger has settled `byLedger`. */
export function openWorld(
  byX: Readonly<Record<string, unknown>> | { readonly reply: XReply },
  byLedger: Readonly<Record<string, Counts>> = {},
  env: Readonly<Record<string, string>> = {},
): World {
  const influxdb = countedInfluxDb();
  influxdb.query = (text) => {
    influxdb.reads.push(text);
    const documents = text.split('; ').map((statement, index) => documentOf(statement, index, byLedger));
    return Promise.resolve({ status: 200, text: documents.map((each) => `${JSON.stringify(each)}\n`).join('') });
  };
  const [asked, readsBefore]: [XRequest[], number[]] = [[], []];
  const askX: Instance['askX'] = (request) => {
    asked.push(request);
    readsBefore.push(influxdb.reads.length);
    return Promise.resolve(isReply(byX) ? byX.reply : usageReply(byX));
  };
  const instance = instanceOf({ influxdb, askX, env: { TWITTER_APP: 'acme', ...env } });
  return {
    ...{ instance, asked, readsBefore, influxdb },
    run: (tick) => runOf(reconcile, { instance, tick: { isEvent: true, ...tick } }),
  };
}

function isReply(byX: Parameters<typeof openWorld>[0]): byX is { readonly reply: XReply } {
  return 'reply' in byX;
}

/** X's count of posts by day as `GET /2/usage/tweets` has it. */
function usageReply(byX: Readonly<Record<string, unknown>>): XReply {
  const usage = Object.entries(byX).map(([date, posts]) => ({ date: `${date}T00:00:00.000Z`, usage: posts }));
  const headers = { 'x-rate-limit-limit': '50', 'x-rate-limit-remaining': '49', 'x-rate-limit-reset': '1' };
  return replyOf({ data: { daily_project_usage: { project_id: '1', usage } } }, { headers });
}

function documentOf(statement: string, index: number, byLedger: Readonly<Record<string, Counts>>): object {
  const values = Object.entries(byLedger).map(([date, counts]) => {
    const [all, others] = typeof counts === 'number' ? [counts, counts] : counts;
    return [`${date}T00:00:00Z`, statement.includes('"owned" = 0') ? others : all];
  });
  const series = [{ name: 'twitter_ledger', columns: ['time', 'posts'], values }];
  return { results: [{ statement_id: index, ...(statement.includes('sum(') ? { series } : {}) }] };
}

/** The points of `twitter_usage`: tags, fields, time. */
export function usageIn(points: readonly Point[]): unknown[] {
  return points
    .filter(({ measurement }) => measurement === 'twitter_usage')
    .map(({ tags, fields, time }) => [tags, fields, new Date(time).toISOString()]);
}
