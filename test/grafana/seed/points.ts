import { isSerious, type NotedFailure } from '../../../functions/failure.ts';
import type { Point } from '../../../functions/measurement.ts';
import type { UserCounts } from '../../../local/simulator/history.ts';

/** What one collector did in a run. */
export interface RunFacts {
  readonly name: string;
  /** Accounts asked for. */
  readonly accounts: number;
  readonly accountsMissing: number;
  readonly points: number;
  readonly requests: number;
  /** Resources X answered with, new on that day or not. */
  readonly resources: number;
  /** Requests left in X's window, where X said so. */
  readonly remaining: number | undefined;
  readonly durationMs: number;
}

/** The money of a UTC day in micro-dollars, as a run knows it. */
export interface Money {
  readonly spent: number;
  readonly held: number;
  readonly aside: number;
  readonly budget: number;
}

/** A run's point of `twitter_collector_run`. */
export function toRunPoint(app: string, time: number, facts: RunFacts, failures: readonly NotedFailure[]): Point {
  const { name, accounts, accountsMissing, points, requests, resources, remaining, durationMs } = facts;
  const counts = { duration_ms: durationMs, points, accounts, accounts_missing: accountsMissing, requests, resources };
  const fields = {
    success: failures.some(isSerious) ? 0 : 1,
    ...counts,
    ...(remaining !== undefined && { rate_limit_remaining: remaining }),
  };
  return { measurement: 'twitter_collector_run', tags: { app, collector: name }, fields, time };
}

/** A run's points of `twitter_collector_failure`: those alike in collector, reason and account are one, which counts them. */
export function toFailurePoints(app: string, failures: readonly NotedFailure[]): Point[] {
  return groupAlike(failures).map(([first, count]) => {
    const { collector, reason, account, detail, time } = first;
    const tags = { app, collector, reason, ...(account !== undefined && { account }) };
    return { measurement: 'twitter_collector_failure', tags, fields: { count, detail }, time };
  });
}

/** The first of all failures of a run that are alike in collector, reason and account, and how many those are. */
export function groupAlike(failures: readonly NotedFailure[]): [first: NotedFailure, count: number][] {
  const groups = new Map<string, [NotedFailure, number]>();
  for (const failure of failures) {
    const key = JSON.stringify([failure.collector, failure.reason, failure.account]);
    const [first, count] = groups.get(key) ?? [failure, 0];
    groups.set(key, [first, count + 1]);
  }
  return [...groups.values()];
}

/** A point of `twitter_budget`. A run that could not read its ledger, and whose points are stored all the same, knows the budget alone. */
export function toBudgetPoint(app: string, time: number, money: Money | Pick<Money, 'budget'>): Point {
  const fields = { ...('spent' in money && knownFields(money)), budget_microusd: money.budget };
  return { measurement: 'twitter_budget', tags: { app }, fields, time };
}

function knownFields({ spent, held, aside, budget }: Money): Readonly<Record<string, number>> {
  const left = budget - spent - held - aside;
  return { spent_microusd: spent, held_microusd: held, set_aside_microusd: aside, left_microusd: left };
}

/** A point of `twitter_user`. */
export function toProfilePoint(
  userId: string,
  username: string,
  counts: Readonly<Partial<UserCounts>>,
  time: number,
): Point {
  return { measurement: 'twitter_user', tags: { user_id: userId, username }, fields: { ...counts }, time };
}
