import { dayMs } from '../billing/day.ts';
import { dueAccounts, type Window } from '../billing/rotation.ts';
import type { Collector } from '../collectors/collector.ts';
import { COLLECTORS } from '../collectors/index.ts';
import type { Config } from '../config.ts';
import { type Account, selectAccounts } from '../config/accounts.ts';
import { quote } from '../config/settings.ts';
import { BadRequest, type Failure } from '../failure.ts';
import { type Job, type JobData, type JobRequest, parseBoolean, parseStrings, parseWhole } from '../run/job.ts';
import { note, runCollector, type Tick } from '../run/run.ts';

/** Ask X for the statistics of accounts. */
export interface CollectRequest extends JobRequest {
  readonly collectors: readonly Collector[];
  readonly selected: readonly Account[];
  /** The schedule's period. */
  readonly everySeconds: number | undefined;
}

/** Asks X for the accounts and hands over their points. Nothing is asked that could not be stored. */
export const collect: Job<CollectRequest> = {
  name: 'collect',
  parse(data, watched) {
    const collectors = parseCollectors(data);
    const selected = selectAccounts(watched, parseStrings(data, 'users'));
    return {
      collectors,
      selected,
      // A month: no schedule that keeps an account's day apart is rarer.
      everySeconds: parseWhole(data, 'every', (31 * dayMs) / 1000),
      probe: parseBoolean(data, 'probe'),
      needsIdentities: collectors.some(({ needsIdentities }) => needsIdentities),
    };
  },
  due: (request, config, time) => [
    ...new Set(request.collectors.flatMap((collector) => dueFor(collector, request, config, time))),
  ],
  plan(request, config, time, identities) {
    const known = new Set(identities.keys());
    return request.collectors.map((collector) => {
      const due = dueFor(collector, request, config, time);
      const strangers = due.filter(({ key }) => !known.has(key));
      for (const { key } of due) known.add(key); // the collectors after this one need not look them up again
      return { collector: collector.name, ...collector.plan(config, due, strangers) };
    });
  },
  async work(run, request) {
    const { tick, instance } = run;
    const stale = findStaleness(tick);
    if (stale !== undefined) note(run, 'tick', stale);
    if (stale !== undefined) return;
    for (const collector of request.collectors) {
      await runCollector(run, collector, dueFor(collector, request, instance.config, tick.time));
    }
  },
};

function dueFor(collector: Collector, request: CollectRequest, config: Config, time: number): readonly Account[] {
  return dueAccounts(request.selected, windowOf(config, collector, request.everySeconds, time));
}

/** What a tick may read. X counts an app's requests and a user's: https://docs.x.com/x-api/fundamentals/rate-limits */
export function windowOf({ x }: Config, { limits }: Collector, everySeconds: number | undefined, time: number): Window {
  const requestsPerWindow = x.bearerToken === undefined ? limits.perUser : limits.perApp;
  return { time, everySeconds, requestsPerWindow, accountsPerRequest: limits.accountsPerRequest };
}

/** An event over ten minutes old or two ahead is not collected for: the counts of now are not those of its time. */
function findStaleness({ time, isEvent }: Tick): Failure | undefined {
  const age = Date.now() - time;
  if (!isEvent || (age <= 600_000 && age >= -120_000)) return undefined;
  const distance = `${Math.round(Math.abs(age) / 1000)} s ${age > 0 ? 'old' : 'ahead of the clock'}`;
  const event = `the event of ${new Date(time).toISOString()} is ${distance}`;
  const detail = `${event}: X was not asked, today's counts are not those of that time`;
  return { reason: 'stale_event', detail };
}

function parseCollectors(data: JobData): readonly Collector[] {
  const names = parseStrings(data, 'collectors');
  if (names === undefined) return COLLECTORS.filter(({ byDefault }) => byDefault);
  const known = COLLECTORS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return COLLECTORS.filter(({ name }) => names.includes(name));
  throw new BadRequest(`unknown collector ${quote(unknown)}: this version knows ${known.join(', ')}`);
}
