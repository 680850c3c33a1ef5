import type { NotedFailure } from '../../../functions/failure.ts';
import { apps, dayMs, gap, isWithin, seedFrom, seedTo } from '../seed/plan.ts';
import { newIdsOf, type Purchase } from '../seed/books.ts';
import { miscounted } from '../seed/jobs.ts';
import type { Seed } from '../seed/seed.ts';

/** A run as its point tells of it. */
export interface Night {
  readonly collector: string;
  readonly time: number;
  readonly success: number;
  readonly durationMs: number;
  readonly missing: number;
  readonly requests: number;
  readonly remaining: number | undefined;
  readonly failures: readonly NotedFailure[];
}

/** A finished UTC day's posts by the ledger and by X. */
export interface Usage {
  readonly time: number;
  readonly ledger: number;
  readonly x: number | undefined;
}

const minuteMs = 60_000;
const comparedDays = 7;
const advice =
  "X counts all apps of the project: if no other reads posts, look in twitter_ledger for lines of that day still reserved, and in X's console for the bill";

/** The nightly jobs of an app: a clock that stands still makes them last no time. */
export function nightsOf(seed: Seed, app: string): readonly Night[] {
  const reconciled = nights.map((time): Night => {
    const common = { collector: 'reconcile', time, success: 1, durationMs: 0, missing: 0, requests: 1, remaining: 49 };
    return { ...common, failures: differencesAt(seed, app, time) };
  });
  const summary = { collector: 'summarize', time: seedTo, success: 1, durationMs: 0, missing: 0, requests: 0 };
  return app === apps[0] ? [...reconciled, { ...summary, remaining: undefined, failures: [] }] : reconciled;
}

/** What stands in `twitter_usage`: the week before every night. */
export function usageOf(seed: Seed, app: string): readonly Usage[] {
  const compared = new Set(nights.flatMap((night) => weekBefore(night)));
  return [...compared].sort((a, b) => a - b).map((time) => ({ time, ...countsOn(seed, app, time) }));
}

const nights: readonly number[] = Array.from(
  { length: Math.floor((seedTo - seedFrom) / dayMs) },
  (_, index) => seedFrom + (index + 1) * dayMs + 40 * minuteMs,
).filter((time) => time <= seedTo && !isWithin(time, gap));

function weekBefore(night: number): number[] {
  const today = Math.floor(night / dayMs) * dayMs;
  return Array.from({ length: comparedDays }, (_, index) => today - (index + 1) * dayMs);
}

function countsOn(seed: Seed, app: string, day: number): { readonly ledger: number; readonly x: number | undefined } {
  const today = boughtOn(seed, app, day);
  const ledger = today.flatMap(newIdsOf).length;
  const isMiscounted = app === miscounted.app && day === Date.parse(miscounted.day);
  return { ledger, x: today.length === 0 ? undefined : ledger + (isMiscounted ? miscounted.more : 0) };
}

function boughtOn(seed: Seed, app: string, day: number): readonly Purchase[] {
  const posts = seed.purchases.filter((purchase) => purchase.app === app && purchase.resource === 'tweet');
  return posts.filter(({ tick }) => tick >= day && tick < day + dayMs);
}

/** Said every night as long as the day is compared; its sentence has the arithmetic. */
function differencesAt(seed: Seed, app: string, night: number): Night['failures'] {
  const day = Date.parse(miscounted.day);
  if (app !== miscounted.app || !weekBefore(night).includes(day)) return [];
  const { ledger, x } = countsOn(seed, app, day);
  const others = boughtOn(seed, app, day).filter(({ owned }) => !owned);
  const apart = ((miscounted.more / ledger) * 100).toFixed(1);
  const counts = `the ledger ${ledger}, ${others.flatMap(newIdsOf).length} without own posts: ${apart} % apart`;
  const detail = `${miscounted.day}: X counts ${String(x)} posts, ${counts}; ${advice}`;
  return [{ collector: 'reconcile', reason: 'budget', detail, time: night }];
}
