import type { Failure } from '../../../functions/failure.ts';
import { apps, dayMs, gap, isWithin, seedFrom, seedTo } from '../seed/plan.ts';
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
  readonly failures: readonly (Omit<Failure, 'detail'> & { readonly detail: string })[];
}

/** A finished UTC day's posts by the ledger and by X. */
export interface Usage {
  readonly time: number;
  readonly ledger: number;
  readonly x: number | undefined;
}

const minuteMs = 60_000;
const comparedDays = 7;

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
  const lines = seed.ledger.filter((entry) => entry.app === app && entry.line.resource === 'tweet');
  const today = lines.filter(({ line }) => line.time >= day && line.time < day + dayMs);
  const ledger = today.reduce((sum, { line }) => sum + (line.state === 'settled' ? line.newResources : 0), 0);
  const isMiscounted = app === miscounted.app && day === Date.parse(miscounted.day);
  return { ledger, x: today.length === 0 ? undefined : ledger + (isMiscounted ? miscounted.more : 0) };
}

/** Said every night as long as the day is compared; its sentence has the arithmetic. */
function differencesAt(seed: Seed, app: string, night: number): Night['failures'] {
  const day = Date.parse(miscounted.day);
  if (app !== miscounted.app || !weekBefore(night).includes(day)) return [];
  const { ledger, x } = countsOn(seed, app, day);
  const apart = ((miscounted.more / ledger) * 100).toFixed(1);
  const detail = `${miscounted.day}: X counts ${String(x)} posts, the ledger ${ledger}: ${apart} % apart`;
  return [{ collector: 'reconcile', reason: 'budget', detail, retryable: false, time: night }];
}
