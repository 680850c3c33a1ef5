import type { App } from '../../../functions/app.ts';
import type { Collecting, Collector } from '../../../functions/collectors/collector.ts';
import { user } from '../../../functions/collectors/user.ts';
import { collect } from '../../../functions/jobs/collect.ts';
import type { Outcome } from '../../../functions/run/report.ts';
import type { CollectRequest } from '../../../functions/jobs/request.ts';
import type { Tick } from '../../../functions/run/run.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { appOf, requestOf, tickOf } from '../fixtures.ts';

/** A collector made by hand, with the limits of `user`. */
export function collectorOf(name: string, work: Collector['collect']): Collector {
  const rules = { byDefault: true, limits: user.limits, needsIdentities: false } as const;
  return { name, description: '', ...rules, plan: () => ({ counts: {}, most: 0 }), collect: work };
}

/** Delivers one point of one account. */
export function bring(collecting: Collecting, id = '12'): void {
  const tags = { user_id: id, username: 'jack' };
  const point = { name: 'twitter_user', tags, fields: { followers_count: 1 }, time: collecting.time } as const;
  collecting.deliver({ measurements: [point], served: ['jack'], resources: 1 });
}

/** A run of these collectors whose deliveries are kept; `refuse` may refuse one by throwing. */
export async function runOf(
  collectors: readonly Collector[],
  parts: { app?: App; tick?: Partial<Tick>; request?: Partial<CollectRequest>; refuse?: (batch: number) => void } = {},
): Promise<{ outcome: Outcome; delivered: Measurement[][] }> {
  const delivered: Measurement[][] = [];
  const request = { ...requestOf(), collectors, ...parts.request };
  const outcome = await collect(parts.app ?? appOf(), request, tickOf(parts.tick), (measurements) => {
    delivered.push([...measurements]);
    parts.refuse?.(delivered.length);
    return Promise.resolve();
  });
  return { outcome, delivered };
}

/** Who failed and why. */
export function reasonsOf({ failures }: Outcome): (readonly [collector: string, reason: string])[] {
  return failures.map(({ collector, reason }) => [collector, reason]);
}

/** Resolves once everything that waits for nobody has been done. */
export function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
