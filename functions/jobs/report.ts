import type { App } from '../app.ts';
import { countBought } from '../billing/bought.ts';
import type { MicroUsd } from '../billing/price.ts';
import type { RateLimit } from '../collectors/collector.ts';
import { type Failure, isSerious } from '../failure.ts';
import type { Measurement } from '../measurement.ts';

/** What one collector did in a run. */
export interface CollectorResult {
  readonly name: string;
  /** Accounts asked for. */
  readonly accounts: number;
  /** Accounts without a point. */
  readonly accountsMissing: number;
  readonly points: number;
  readonly requests: number;
  /** Resources X answered with, and those of them that were not bought before on X's day. */
  readonly resources: number;
  readonly newResources: number;
  readonly rateLimit: RateLimit | undefined;
  readonly durationMs: number;
}

/** What a run did, for the one who asked by hand; the log line of a run holds the same. */
export interface Report {
  readonly job: string;
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

/** The report of a run over its collectors' results. `time` and `startedAt` in Unix milliseconds. */
export function toReport(
  app: App,
  run: { time: number; startedAt: number; points: number; accounts: number; failures: readonly Failure[] },
  results: readonly CollectorResult[],
): Report {
  const sum = (pick: (result: CollectorResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0);
  const { config, state } = app;
  const newResources = sum((result) => result.newResources);
  const rateLimit = results.map((result) => result.rateLimit).findLast((limit) => limit !== undefined);
  return {
    job: 'collect',
    time: new Date(run.time).toISOString().replace('.000', ''),
    points: run.points,
    accounts: run.accounts,
    failures: run.failures.map(withoutTime),
    requests: sum((result) => result.requests),
    cost: {
      newResources,
      microUsd: newResources * config.prices.user,
      spentTodayMicroUsd: countBought(state.bought, Date.now()) * config.prices.user,
      budgetMicroUsd: config.dailyBudget,
    },
    ...(rateLimit === undefined ? {} : { rateLimit }),
    durationMs: Date.now() - run.startedAt,
  };
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
