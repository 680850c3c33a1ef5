import { countClasses, dueAccounts } from '../../functions/billing/rotation.ts';
import type { Collector } from '../../functions/collectors/collector.ts';
import { isOwned } from '../../functions/collectors/tweet/owned.ts';
import type { Config } from '../../functions/config.ts';
import type { Account } from '../../functions/config/accounts.ts';
import { type CollectRequest, windowOf } from '../../functions/jobs/collect.ts';
import { reconcile } from '../../functions/jobs/reconcile.ts';
import type { CostConfig } from './configuration.ts';
import type { Schedule } from './schedules.ts';

/** What a schedule asks X, against X's limit for it. */
export interface RequestCount {
  readonly schedule: string;
  readonly cron: string;
  readonly collector: string;
  /** Below `https://api.x.com/2/`. */
  readonly path: string;
  /** At most. */
  readonly perTick: number;
  /** At most in X's window of 15 minutes. */
  readonly perWindow: number;
  readonly limitPerWindow: number;
  /** Whether X counts them for the app (bearer token) or for the user (OAuth 1.0a). */
  readonly limitIsPer: 'app' | 'user';
  /** Ticks until every account has had its turn: 1 where all are read at each. */
  readonly turns: number;
}

/** What an app may ask for its own usage in that time: https://docs.x.com/x-api/fundamentals/rate-limits */
const usagePerWindow = 50;

/** The requests of all schedules. */
export function countRequests({ config }: CostConfig, schedules: readonly Schedule[]): RequestCount[] {
  return schedules.flatMap((schedule) => {
    const { job, collects } = schedule;
    if (collects !== undefined)
      return collects.collectors.flatMap((collector) => countCollector(config, schedule, collects, collector));
    return job === reconcile.name ? countReconcile(config, schedule) : [];
  });
}

function countReconcile(config: Config, schedule: Schedule): RequestCount[] {
  return reconcile.plan({}, config, 0, new Map()).flatMap(({ collector, counts }) =>
    Object.entries(counts).map(([path, perTick]) => {
      const facts = { collector, path, perTick, limitPerWindow: usagePerWindow, limitIsPer: 'app' as const };
      return { ...facts, turns: 1, ...placeOf(schedule, perTick) };
    }),
  );
}

function countCollector(
  config: Config,
  schedule: Schedule,
  { selected, everySeconds }: CollectRequest,
  collector: Collector,
): RequestCount[] {
  const turns = countClasses(selected.length, windowOf(config, collector, everySeconds, 0));
  const shares = Array.from({ length: turns }, (_, slot) => {
    const time = slot * (everySeconds ?? 900) * 1000;
    return dueAccounts(selected, windowOf(config, collector, everySeconds, time));
  });
  return (['app', 'user'] as const).flatMap((limitIsPer) => {
    const perShare = shares.map((share) => {
      const asked = share.filter((account) => askedAs(config, collector, account) === limitIsPer);
      return collector.plan(config, asked, []).counts;
    });
    const limitPerWindow = limitIsPer === 'app' ? collector.limits.perApp : collector.limits.perUser;
    return Object.entries(maxByPath(perShare)).map(([path, perTick]) => {
      const facts = { collector: collector.name, path, perTick, limitPerWindow, limitIsPer, turns };
      return { ...facts, ...placeOf(schedule, perTick) };
    });
  });
}

/** The posts of the app's owner are asked for as that user; everything else as the app, if it has a token. */
function askedAs(config: Config, { name }: Collector, account: Account): 'app' | 'user' {
  const asOwner = name === 'tweet' && isOwned(config, account, undefined);
  return config.x.bearerToken === undefined || asOwner ? 'user' : 'app';
}

function maxByPath(perShare: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const max: Record<string, number> = {};
  for (const counts of perShare)
    for (const [path, count] of Object.entries(counts)) max[path] = Math.max(max[path] ?? 0, count);
  return max;
}

function placeOf(
  { name, cron, ticksPerWindow }: Schedule,
  perTick: number,
): Pick<RequestCount, 'schedule' | 'cron' | 'perWindow'> {
  return { schedule: name, cron, perWindow: perTick * ticksPerWindow };
}
