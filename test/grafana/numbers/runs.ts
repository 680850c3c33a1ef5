import { isSerious } from '../../../functions/failure.ts';
import type { Night } from '../expected/nights.ts';
import { apps } from '../seed/plan.ts';
import type { Look } from './look.ts';

/** Runs of the collectors and of the nightly jobs, as far as they are stored. */
export function runsOf({ truth, app }: Look, collector: string): readonly Night[] {
  const collected = truth.seed.runs
    .filter((run) => run.app === app && run.facts.name === collector)
    .map(({ time, facts, failures }) => ({
      collector,
      time,
      success: failures.some(isSerious) ? 0 : 1,
      durationMs: facts.durationMs,
      missing: facts.accountsMissing,
      requests: facts.requests,
      remaining: facts.remaining,
      failures,
    }));
  return [...collected, ...(truth.nightsOf.get(app) ?? []).filter((night) => night.collector === collector)];
}

/** The collectors and the nightly jobs that an app has runs of. */
export function collectorsOf({ app }: Look): readonly string[] {
  return app === apps[0] ? ['reconcile', 'summarize', 'tweet', 'user'] : ['reconcile', 'tweet', 'user'];
}
