import type { App } from '../app.ts';
import { dayOf } from '../billing/day.ts';
import { bookOf, spentOf } from '../billing/ledger.ts';
import type { MicroUsd } from '../billing/price.ts';
import type { RateLimit } from '../collectors/collector.ts';
import { type Failure, isSerious, type RunError } from '../failure.ts';
import type { Measurement } from '../measurement.ts';
import type { Tick } from './run.ts';

/** What one collector did in a run. */
export interface CollectorResult {
  readonly name: string;
  /** Accounts asked for. */
  readonly accounts: number;
  /** Accounts without a point. */
  readonly accountsMissing: number;
  readonly points: number;
  readonly requests: number;
  /** Resources X answered with, new on that day or not. */
  readonly resources: number;
  readonly rateLimit: RateLimit | undefined;
  readonly durationMs: number;
}

/** What a run leaves: the report, and the failures its status follows from. */
export interface Outcome {
  readonly report: Report;
  readonly failures: readonly Failure[];
  /** When X can be asked again, in Unix milliseconds, if it said so. */
  readonly retryAt: number | undefined;
}

/** What a run did, for the one who asked by hand; the log line of a run holds the same. */
export interface Report {
  readonly job: string;
  /** Why the run had nothing to do, though nothing is wrong. */
  readonly note?: string;
  /** ISO 8601, whole seconds: the time of the points. */
  readonly time: string;
  /** Points of collectors that the store has acknowledged, or that a dry run would have written. */
  readonly points: number;
  readonly accounts: number;
  readonly failures: readonly Omit<Failure, 'time'>[];
  readonly requests: number;
  readonly cost: {
    readonly newResources: number;
    readonly microUsd: MicroUsd;
    readonly spentTodayMicroUsd: MicroUsd;
    readonly budgetMicroUsd: MicroUsd;
  };
  /** Absent when X sent none. */
  readonly rateLimit?: RateLimit;
  readonly durationMs: number;
}

/** What a report says besides its collectors' results; times in Unix milliseconds. */
interface RunFacts {
  readonly job: string;
  readonly note: string | undefined;
  readonly time: number;
  readonly startedAt: number;
  readonly points: number;
  readonly accounts: number;
  readonly failures: readonly Failure[];
  readonly newResources: number;
  readonly microUsd: MicroUsd;
}

/** The report of a run. */
export function toReport(app: App, run: RunFacts, results: readonly CollectorResult[]): Report {
  const sum = (pick: (result: CollectorResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0);
  const { config, state } = app;
  const rateLimit = results.map((result) => result.rateLimit).findLast((limit) => limit !== undefined);
  return {
    job: run.job,
    ...(run.note === undefined ? {} : { note: run.note }),
    time: new Date(run.time).toISOString().replace('.000', ''),
    points: run.points,
    accounts: run.accounts,
    failures: run.failures.map(withoutTime),
    requests: sum((result) => result.requests),
    cost: {
      newResources: run.newResources,
      microUsd: run.microUsd,
      spentTodayMicroUsd: spentOf(bookOf(state.ledger, dayOf(Date.now()))),
      budgetMicroUsd: config.dailyBudget,
    },
    ...(rateLimit === undefined ? {} : { rateLimit }),
    durationMs: Date.now() - run.startedAt,
  };
}

/** What is left to say of a run that was cut short before it had an outcome. */
export function toCutShort(app: App, job: string, { time, startedAt }: Tick, error: RunError): Outcome {
  const { reason, retryable, retryAt } = error;
  const failures = [{ collector: 'tick', reason, detail: app.redact(error.message), retryable, time: Date.now() }];
  const nothing = { note: undefined, points: 0, accounts: 0, newResources: 0, microUsd: 0 };
  return { report: toReport(app, { ...nothing, job, time, startedAt, failures }, []), failures, retryAt };
}

function withoutTime(failure: Failure): Omit<Failure, 'time'> {
  const { collector, account, reason, detail, retryable } = failure;
  return { collector, ...(account === undefined ? {} : { account }), reason, detail, retryable };
}

/** The run's own points: one per collector, by which a dashboard sees which part failed. */
export function toRunMeasurement(
  app: string,
  time: number,
  result: CollectorResult,
  failures: readonly Failure[],
): Measurement {
  const failed = failures.some((failure) => failure.collector === result.name && isSerious(failure));
  const remaining = result.rateLimit === undefined ? {} : { rate_limit_remaining: result.rateLimit.remaining };
  return {
    name: 'twitter_collector_run',
    tags: { app, collector: result.name },
    fields: {
      success: failed ? 0 : 1,
      duration_ms: result.durationMs,
      points: result.points,
      accounts: result.accounts,
      accounts_missing: result.accountsMissing,
      requests: result.requests,
      resources: result.resources,
      ...remaining,
    },
    time,
  };
}

/** Failures as points; those alike in collector, reason and account become one that counts them. */
export function toFailureMeasurements(app: string, failures: readonly Failure[]): Measurement[] {
  const alike = new Map<string, Failure[]>();
  for (const failure of failures) {
    const key = JSON.stringify([failure.collector, failure.reason, failure.account]);
    alike.set(key, [...(alike.get(key) ?? []), failure]);
  }
  return [...alike.values()].map((group) => toFailureMeasurement(app, group));
}

function toFailureMeasurement(app: string, group: readonly Failure[]): Measurement {
  const [first] = group;
  if (first === undefined) throw new Error('a group of failures has at least one');
  const account = first.account === undefined ? {} : { account: first.account };
  return {
    name: 'twitter_collector_failure',
    tags: { app, collector: first.collector, reason: first.reason, ...account },
    fields: { count: group.length, detail: first.detail },
    time: first.time,
  };
}
