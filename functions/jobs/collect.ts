import type { Account } from '../config/accounts.ts';
import type { App } from '../app.ts';
import { dayOf } from '../billing/day.ts';
import { accountsOfTurn, fairOrder, type Window } from '../billing/rotation.ts';
import type { Collector } from '../collectors/collector.ts';
import type { Finding } from '../failure.ts';
import { runCollector, type Turn } from '../run/collector-run.ts';
import { conductRun } from '../run/conduct.ts';
import type { Deliver } from '../store/outbox.ts';
import type { CollectorResult, Outcome } from '../run/report.ts';
import type { CollectRequest } from './request.ts';
import { note, type Run, type Tick } from '../run/run.ts';
import { refreshAccounts, selectAccounts } from './watched.ts';

const staleAfterMs = 600_000;
const aheadMs = 120_000;

/**
 * Asks X for the accounts and hands over their points. Nothing is asked that could not be stored. Throws a `BadRequest`
 * for accounts that are not configured; everything else that goes wrong is among the failures of the outcome.
 */
export async function collect(app: App, request: CollectRequest, tick: Tick, deliver: Deliver): Promise<Outcome> {
  const notTaken = refreshAccounts(app);
  const accounts = selectAccounts(app.state.accounts, request.users);
  return conductRun(app, tick, deliver, {
    job: request.job,
    accounts: accounts.length,
    needsIdentities: request.collectors.some(({ needsIdentities }) => needsIdentities),
    probe: request.probe,
    findings: notTaken === undefined ? [] : [{ reason: 'bad_accounts', detail: notTaken, retryable: false }],
    work: async (run, turn) => {
      const stale = findStaleness(tick);
      if (stale === undefined) return runCollectors(run, request, accounts, turn);
      note(run, 'tick', stale);
      return [];
    },
  });
}

/** An event too old or too new to collect for: today's counts must never be written at another time. */
function findStaleness({ time, isEvent }: Tick): Finding | undefined {
  const age = Date.now() - time;
  if (!isEvent || (age <= staleAfterMs && age >= -aheadMs)) return undefined;
  const distance = `${Math.round(Math.abs(age) / 1000)} s ${age > 0 ? 'old' : 'ahead of the clock'}`;
  const detail = `the event of ${new Date(time).toISOString()} is ${distance}: X was not asked, today's counts are not those of that time`;
  return { reason: 'stale_event', detail, retryable: false };
}

async function runCollectors(
  run: Run,
  request: CollectRequest,
  accounts: readonly Account[],
  turn: Turn,
): Promise<CollectorResult[]> {
  const { app, tick } = run;
  const inOrder = fairOrder(accounts, dayOf(tick.time));
  const results: CollectorResult[] = [];
  for (const collector of request.collectors) {
    const due = accountsOfTurn(inOrder, turnOf(app, request, collector, tick.time));
    results.push(await runCollector(run, collector, due, turn));
  }
  return results;
}

/** X counts an app's requests apart from a user's: https://docs.x.com/x-api/fundamentals/rate-limits */
export function turnOf(
  { config }: Pick<App, 'config'>,
  request: CollectRequest,
  { limits }: Collector,
  time: number,
): Window {
  const requestsPerWindow = config.x.bearerToken === undefined ? limits.perUser : limits.perApp;
  return { time, everySeconds: request.everySeconds, requestsPerWindow, accountsPerRequest: limits.accountsPerRequest };
}
