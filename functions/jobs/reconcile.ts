import type { App } from '../app.ts';
import { type Day, dayOf } from '../billing/day.ts';
import { isSet } from '../billing/latch.ts';
import { type DayUsage, explainDifference, finishedDays, parseUsage } from '../billing/usage.ts';
import type { Collecting, Collector, XRequest } from '../collectors/collector.ts';
import type { Deadline } from '../deadline.ts';
import { RunError } from '../failure.ts';
import type { Measurement } from '../measurement.ts';
import { runCollector } from '../run/collector-run.ts';
import { conductRun } from '../run/conduct.ts';
import type { Deliver } from '../store/outbox.ts';
import { type Plan, toPlan } from './plan.ts';
import type { Outcome } from '../run/report.ts';
import type { ReconcileRequest } from './request.ts';
import type { Tick } from '../run/run.ts';

/** https://docs.x.com/x-api/fundamentals/rate-limits */
export const usageLimits: Collector['limits'] = { accountsPerRequest: 1, perApp: 50, perUser: 0 };

/** X may still be counting yesterday when it is first asked: later runs correct it. */
const daysCompared = 7;
const dayMs = 86_400_000;
/** Today is one of the days X counts. */
const request: XRequest = {
  path: 'usage/tweets',
  query: { days: String(daysCompared + 1), 'usage.fields': 'daily_project_usage' },
};

/**
 * Writes X's own count of posts of the last finished days beside the ledger's, and says where they differ. Asking for
 * it is free. Everything that goes wrong is among the failures of the outcome.
 */
export function reconcile(app: App, { job }: ReconcileRequest, tick: Tick, deliver: Deliver): Promise<Outcome> {
  return conductRun(app, tick, deliver, {
    job,
    accounts: 0,
    needsIdentities: false,
    probe: false,
    findings: [],
    note: canAsk(app) ? undefined : withoutBearerToken,
    work: async (run, turn) => [await runCollector(run, openReconciler(app, turn.deadline), [], turn)],
  });
}

/** The plan of a run. */
export function planReconcile(app: App): Plan {
  return toPlan(app, [{ collector: 'reconcile', counts: requestsOf(app), most: 0 }]);
}

/** Only a bearer token may read the usage: https://docs.x.com/x-api/usage/get-usage */
function canAsk({ config }: App): boolean {
  return config.x.bearerToken !== undefined;
}

const withoutBearerToken =
  'nothing was compared: X tells its own count only to a bearer token; set TWITTER_BEARER_TOKEN beside the other credentials to have the ledger checked against it';

function requestsOf(app: App): Readonly<Record<string, number>> {
  return canAsk(app) ? { [request.path]: 1 } : {};
}

/** The job as a collector without accounts, so that it runs, ends and fails like the others. */
function openReconciler(app: App, deadline: Deadline): Collector {
  return {
    name: 'reconcile',
    description: "X's own count of posts beside the ledger's: free.",
    byDefault: false,
    limits: usageLimits,
    plan: () => ({ counts: requestsOf(app), most: 0 }),
    needsIdentities: false,
    async collect(collecting) {
      if (!canAsk(app)) return;
      refuseWhileLatched(app);
      const { body } = await collecting.ask(request);
      const byX = parseUsage(body);
      const days = finishedDays(Date.now(), daysCompared);
      const byLedger = await readLedgerCounts(app, days, deadline);
      deliverUsage(
        collecting,
        days.map((day) => ({ day, x: byX.get(day), ledger: byLedger.get(day) ?? 0 })),
      );
    },
  };
}

/** A free answer proves nothing about what costs money, so this request must not be the one that tries a latch. */
function refuseWhileLatched({ state }: App): void {
  const latch = [...state.latches.values()].find((candidate) => isSet(candidate, Date.now()));
  if (latch === undefined) return;
  const asked = new Date(latch.askedAt).toISOString();
  const message = `X was not asked for its own count: it refused at ${asked}, and is only asked again once a collect run has succeeded`;
  throw new RunError(latch.reason, message, { retryable: false });
}

/** Posts settled on each day. A day without any is not in it. */
async function readLedgerCounts(app: App, days: readonly Day[], deadline: Deadline): Promise<ReadonlyMap<Day, number>> {
  const times = days.map((day) => Date.parse(day));
  const [from, to] = [Math.min(...times), Math.max(...times) + dayMs];
  const rows = await app.store.query(
    'SELECT sum("new_resources") AS "posts" FROM "twitter_ledger" ' +
      `WHERE "app" = '${app.config.app}' AND "resource" = 'tweet' AND "state" = 'settled' ` +
      `AND time >= ${from}ms AND time < ${to}ms GROUP BY time(1d) fill(none)`,
    deadline,
  );
  return new Map(rows.map(({ columns }) => [dayOf(Number(columns['time'])), Number(columns['posts'])]));
}

function deliverUsage(collecting: Collecting, usages: readonly DayUsage[]): void {
  const measurements = usages.map((usage) => toUsageMeasurement(collecting.config.app, usage));
  collecting.deliver({ measurements, served: [], resources: 0 });
  for (const usage of usages) {
    const detail = explainDifference(usage);
    if (detail !== undefined) collecting.note({ reason: 'budget', detail, retryable: false });
  }
}

function toUsageMeasurement(app: string, { day, x, ledger }: DayUsage): Measurement {
  const fields = { ...(x === undefined ? {} : { posts_x: x }), posts_ledger: ledger };
  return { name: 'twitter_usage', tags: { app }, fields, time: Date.parse(day) };
}
