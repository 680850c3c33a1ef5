import type { UserCounts } from '../../../local/simulator/history.ts';
import { type ExpectedImpact, impactsOf } from '../expected/impact.ts';
import { type ExpectedDay, summaryOf } from '../expected/summary.ts';
import type { TimeRange } from '../plugin/interval.ts';
import { type Night, nightsOf, type Usage, usageOf } from '../expected/nights.ts';
import { accounts, apps, type SeededAccount } from '../seed/plan.ts';
import type { Seed } from '../seed/seed.ts';
import type { SeededPost } from '../seed/truth.ts';
import type { Point } from './influxql.ts';
import type { Expected } from './shown.ts';

/** Everything expectations are computed from: the seed, and its summaries. */
export interface Truth {
  readonly seed: Seed;
  readonly daysOf: ReadonlyMap<SeededAccount, readonly (ExpectedDay & { readonly time: number })[]>;
  readonly impactsOf: ReadonlyMap<SeededAccount, readonly (ExpectedImpact & { readonly time: number })[]>;
  /** By the app. */
  readonly nightsOf: ReadonlyMap<string, readonly Night[]>;
  readonly usageOf: ReadonlyMap<string, readonly Usage[]>;
}

/** A dashboard looked at: what was chosen above it, the range, and a panel's `$__interval` in milliseconds. */
export interface Look {
  readonly truth: Truth;
  readonly account: SeededAccount;
  /** Where several can be chosen. */
  readonly chosen: readonly SeededAccount[];
  readonly app: string;
  /** None where the range has none. */
  readonly post: SeededPost | undefined;
  readonly range: TimeRange;
  readonly intervalMs: number;
}

/** What a panel must show, computed without asking InfluxDB anything. */
export type Expectation = (look: Look) => Expected;

/** The summaries of all accounts. */
export function makeTruth(seed: Seed): Truth {
  return {
    seed,
    daysOf: new Map(
      accounts.map((account) => [account, summaryOf(seed, account).map((day) => ({ ...day, time: day.day.start }))]),
    ),
    impactsOf: new Map(
      accounts.map((account) => [account, impactsOf(seed, account).map((each) => ({ ...each, time: each.post.time }))]),
    ),
    nightsOf: new Map(apps.map((app) => [app, nightsOf(seed, app)])),
    usageOf: new Map(apps.map((app) => [app, usageOf(seed, app)])),
  };
}

/** What X said of one number of an account's profile. */
export function profilePoints({ truth }: Look, account: SeededAccount, field: keyof UserCounts): readonly Point[] {
  return (truth.seed.profiles.get(account) ?? []).map(({ time, counts }) => ({ time, value: counts[field] }));
}

/** The days of the chosen account of which anything is stored. */
export function daysOf({ truth }: Look, account: SeededAccount): readonly (ExpectedDay & { readonly time: number })[] {
  const all = truth.daysOf.get(account) ?? [];
  return all.filter(({ open, close, published, impressions, pace }) =>
    [open, close, published, impressions, pace].some((value) => value !== undefined),
  );
}
