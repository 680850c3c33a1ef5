import { before, after } from 'node:test';

import { connectInfluxDb } from '../../../functions/adapters/influxdb.ts';
import { within } from '../../../functions/deadline.ts';
import type { Failure } from '../../../functions/failure.ts';
import type { Point } from '../../../functions/measurement.ts';
import { writeStore } from '../../../functions/store/influxdb.ts';
import { storeOf } from '../../functions/fixtures.ts';
import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import type { Labels } from '../plugin/frames.ts';
import { type RunFacts, toFailurePoints, toRunPoint } from '../seed/points.ts';
import { type Result, evaluateRule } from './evaluate.ts';
import { ruleOf } from './rule.ts';
import { type Alert, watchRule } from './watch.ts';

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
/** Noon of the day on which every case begins. */
export const noon = Date.UTC(2026, 9, 5, 12);

/** A database of its own in the test file's InfluxDB. */
export interface Case {
  /** Stores points by the product's own adapter. */
  readonly write: (points: readonly Point[]) => Promise<void>;
  /** What a rule says as of a time. */
  readonly evaluate: (uid: string, at: number) => Promise<Result[]>;
  /** The alerts a rule sends from one time to another. */
  readonly watch: (uid: string, from: number, to: number) => Promise<Alert[]>;
}

/** The InfluxDB of a test file: the function gives each test a database of its own. */
export function useInfluxd(): { open: () => Promise<Case>; influxd: () => Influxd } {
  let server: Influxd | undefined;
  let count = 0;
  const influxd = (): Influxd => {
    if (server === undefined) throw new Error('InfluxDB has not been started yet');
    return server;
  };
  before(async () => {
    server = await startInfluxd();
  });
  after(() => server?.close());
  const open = async (): Promise<Case> => {
    count += 1;
    const database = `case${count}`;
    await influxd().adminQuery(`CREATE DATABASE "${database}"`);
    await influxd().adminQuery(`GRANT ALL ON "${database}" TO "${influxd().username}"`);
    return openCase(influxd(), database);
  };
  return { open, influxd };
}

function openCase(influxd: Influxd, database: string): Case {
  const store = storeOf(connectInfluxDb({ ...influxd, database }));
  return {
    write: (points) => within(undefined, 10_000, (deadline) => writeStore(store, points, deadline)),
    evaluate: (uid, at) => evaluateRule(influxd, ruleOf(uid), at, database),
    watch: (uid, from, to) => watchRule(influxd, ruleOf(uid), { from, to }, database),
  };
}

/** Ticks of a schedule from one time to another. */
export function ticks(from: number, to: number, everyMs: number): number[] {
  return Array.from({ length: Math.floor((to - from) / everyMs) + 1 }, (_, index) => from + index * everyMs);
}

/** A run of one collector at a time, as the product writes it down. */
export function runAt(
  time: number,
  collector: string,
  parts: { readonly app?: string; readonly failures?: readonly Pick<Failure, 'reason' | 'account'>[] } = {},
): Point[] {
  const { app = 'default', failures = [] } = parts;
  const counts = { accounts: 1, accountsMissing: failures.length, points: 1, requests: 1, resources: 1 };
  const facts: RunFacts = { name: collector, ...counts, remaining: undefined, durationMs: 80 };
  const noted = failures.map((failure) => ({
    ...failure,
    collector,
    detail: 'X says',
    retryable: true,
    time: time + 90,
  }));
  return [toRunPoint(app, time, facts, noted), ...toFailurePoints(app, noted)];
}

/** The labels of results in a state, to be compared. */
export function labelsIn(results: readonly Result[], state: Result['state']): Labels[] {
  return results.filter((result) => result.state === state).map(({ labels }) => labels);
}

/** Alerts as minutes after `noon`, to be compared. */
export function minutesOf(alerts: readonly Alert[]): { labels: Labels; fired: number; resolved: number | undefined }[] {
  const minutes = (time: number): number => (time - noon) / minuteMs;
  return alerts.map(({ labels, firedAt, resolvedAt }) => ({
    labels,
    fired: minutes(firedAt),
    resolved: resolvedAt === undefined ? undefined : minutes(resolvedAt),
  }));
}
