import type { TestContext } from 'node:test';

import type { Collecting, Collector } from '../../../functions/collectors/collector.ts';
import { user } from '../../../functions/collectors/user.ts';
import type { Deadline } from '../../../functions/deadline.ts';
import { collect, type CollectRequest } from '../../../functions/jobs/collect.ts';
import type { Point } from '../../../functions/measurement.ts';
import { runJob } from '../../../functions/run/frame.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import type { Job } from '../../../functions/run/job.ts';
import type { Outcome } from '../../../functions/run/report.ts';
import type { Journal, Run, Tick } from '../../../functions/run/run.ts';
import type { InfluxDb, InfluxReply } from '../../../functions/store/influxdb.ts';
import { instanceOf, openDeadline, type StoredRow, stubInfluxDb, tickOf } from '../fixtures.ts';

/** What InfluxDB answers to a write; nothing where it takes it. */
export type AnswerWrite = (points: readonly Point[], index: number) => InfluxReply | undefined;

/** An InfluxDB whose questions and writes can be counted; `answer` may refuse a write, or throw. */
export interface CountedInfluxDb extends InfluxDb {
  readonly reads: string[];
  readonly writes: (readonly Point[])[];
  answer: AnswerWrite;
}

/** An InfluxDB with these rows that takes every write. */
export function countedInfluxDb(
  rows: readonly StoredRow[] = [],
  answer: AnswerWrite = () => undefined,
): CountedInfluxDb {
  const inner = stubInfluxDb(rows);
  const influxdb: CountedInfluxDb = {
    reads: [],
    writes: [],
    answer,
    query(statements, epoch, deadline) {
      influxdb.reads.push(statements);
      return inner.query(statements, epoch, deadline);
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- what `answer` throws is a rejection
    async write(points) {
      influxdb.writes.push(points);
      return influxdb.answer(points, influxdb.writes.length - 1) ?? { status: 204, text: '' };
    },
  };
  return influxdb;
}

/** A row of the ledger as it is read: a settled purchase of profiles of this moment, unless a part is given. */
export function ledgerRow(columns: Readonly<Record<string, unknown>>): StoredRow {
  const { ids = '', price = 10_000, ...others } = columns;
  const count = ids === '' ? 0 : String(ids).split(',').length;
  const paid = { ids, new_resources: count, cost_microusd: count * Number(price), owned: 0 };
  const common = { time: new Date().toISOString(), resource: 'user', state: 'settled', purchase: 'p1', keys: '' };
  return { measurement: 'twitter_ledger', columns: { ...common, ...paid, ...others } };
}

/** InfluxDB's refusal of some of the points of a write. */
export const partialWrite: InfluxReply = {
  status: 400,
  text: '{"error":"partial write: field type conflict: input field \\"followers_count\\" on measurement \\"twitter_user\\" is type integer, already exists as type float dropped=1"}',
};

/** A job of one account that does this. */
export function jobOf(work: (run: Run) => Promise<void>): Job {
  return { name: 'made-up', parse: (_data, watched) => ({ selected: watched.slice(0, 1) }), plan: () => [], work };
}

/** A collector made by hand, with the limits of `user`. */
export function collectorOf(name: string, work: Collector['collect']): Collector {
  const rules = { byDefault: true, limits: user.limits, needsIdentities: false } as const;
  return { name, description: '', ...rules, plan: () => ({ counts: {}, max: 0 }), collect: work };
}

/** A point of a profile. */
export function pointOf(time: number, id = '12', fields: Point['fields'] = { followers_count: 1 }): Point {
  return { measurement: 'twitter_user', tags: { user_id: id, username: 'jack' }, fields, time };
}

/** Delivers one point of one account. */
export function bring(collecting: Collecting, id = '12'): void {
  collecting.deliver({ points: [pointOf(collecting.time, id)], served: 1, resources: 1 });
}

/** What a run is made with. */
export interface RunParts {
  readonly instance?: Instance;
  readonly tick?: Partial<Tick>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly deadline?: Deadline;
}

/** A run of this job. */
export function runOf(
  job: Job,
  { instance = instanceOf(), tick, data = {}, deadline }: RunParts = {},
): Promise<Outcome> {
  return runJob(instance, { job, data, tick: tickOf(tick), dryRun: undefined }, deadline ?? openDeadline());
}

/** A run of `collect` with these collectors in the place of the product's own. */
export function collectWith(collectors: readonly Collector[], parts: RunParts = {}): Promise<Outcome> {
  const job: Job<CollectRequest> = {
    ...collect,
    parse: (data, watched) => ({
      ...collect.parse(data, watched),
      collectors,
      needsIdentities: collectors.some(({ needsIdentities }) => needsIdentities),
    }),
  };
  return runOf(job, parts);
}

/** What a run has to say of itself before it has said anything. */
export function openJournal(instance: Instance = instanceOf(), tick: Partial<Tick> = {}): Journal {
  return {
    ...{ job: 'collect', accounts: 1, instance, tick: tickOf(tick) },
    ...{ failures: [], said: new Set(), note: undefined },
  };
}

/** The points of one measurement in all writes. */
export function pointsIn({ writes }: Pick<CountedInfluxDb, 'writes'>, measurement: Point['measurement']): Point[] {
  return writes.flat().filter((point) => point.measurement === measurement);
}

/** Who failed and why. */
export function reasonsOf({ failures }: Outcome): (readonly [collector: string, reason: string])[] {
  return failures.map(({ collector, reason }) => [collector, reason]);
}

/** Sets the clock of a test, and stops it: far from midnight there is one day only. */
export function stopClock(t: TestContext, now = Date.parse('2026-11-23T12:00:00Z')): void {
  t.mock.timers.enable({ apis: ['Date'], now });
}

/** A promise and the way to settle it. */
export function openPromise(): { readonly promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Resolves once everything that waits for nobody has been done. */
export async function soon(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
