import type { Account } from '../config/accounts.ts';
import type { App } from '../app.ts';
import { accountsOfTurn } from '../billing/rotation.ts';
import { remainingMs, shorterDeadline } from '../deadline.ts';
import { type Failure, findingOf } from '../failure.ts';
import { runCollector } from './collector-run.ts';
import { type Deliver, emptyOutbox, openOutbox, putInto } from './outbox.ts';
import { checkStore } from './preflight.ts';
import { type CollectorResult, type Report, toFailureMeasurements, toReport, toRunMeasurement } from './report.ts';
import type { CollectRequest } from './request.ts';
import { note, type Run, type Tick } from './run.ts';
import { refreshAccounts, selectAccounts } from './watched.ts';

/** What a run leaves: the report, and the failures its status follows from. */
export interface Outcome {
  readonly report: Report;
  readonly failures: readonly Failure[];
  /** When X can be asked again, in Unix milliseconds, if it said so. */
  readonly retryAt: number | undefined;
}

const staleAfterMs = 600_000;
const aheadMs = 120_000;
/** Time kept back from X for writing what came: a quarter of the run, five seconds at most. */
const storeShare = 0.25;
const longestStoreMs = 5000;

/**
 * Asks X for the accounts and hands over their points. Nothing is asked that could not be stored. Throws a `BadRequest`
 * for accounts that are not configured; everything else that goes wrong is among the failures of the outcome.
 */
export async function collect(app: App, request: CollectRequest, tick: Tick, deliver: Deliver): Promise<Outcome> {
  const run: Run = { app, tick, outbox: openOutbox(deliver), failures: [], retryAt: undefined };
  const notTaken = refreshAccounts(app);
  const accounts = selectAccounts(app.state.accounts, request.users);
  if (notTaken !== undefined) note(run, 'tick', { reason: 'bad_accounts', detail: notTaken, retryable: false });
  const results: CollectorResult[] = [];
  const refused = await checkStore(app, tick.deadline);
  if (refused !== undefined) {
    note(run, 'tick', refused);
  } else {
    if (!noteStaleness(run)) results.push(...(await runCollectors(run, request, accounts)));
    await closeBooks(run, results);
  }
  const points = run.outbox.acknowledged;
  const report = toReport(app, { ...tick, points, accounts: accounts.length, failures: run.failures }, results);
  return { report, failures: run.failures, retryAt: run.retryAt };
}

/** Whether the event is too old or too new to collect for: today's counts must never be written at another time. */
function noteStaleness(run: Run): boolean {
  const age = Date.now() - run.tick.time;
  if (!run.tick.isEvent || (age <= staleAfterMs && age >= -aheadMs)) return false;
  const distance = `${Math.round(Math.abs(age) / 1000)} s ${age > 0 ? 'old' : 'ahead of the clock'}`;
  const detail = `the event of ${new Date(run.tick.time).toISOString()} is ${distance}: X was not asked, today's counts are not those of that time`;
  note(run, 'tick', { reason: 'stale_event', detail, retryable: false });
  return true;
}

async function runCollectors(
  run: Run,
  request: CollectRequest,
  accounts: readonly Account[],
): Promise<CollectorResult[]> {
  const { app, tick } = run;
  const forStore = Math.min(longestStoreMs, app.config.runTimeoutMs * storeShare);
  const deadline = shorterDeadline(tick.deadline, remainingMs(tick.deadline) - forStore);
  const due = accountsOfTurn(accounts, turnOf(app, request, tick.time));
  const results: CollectorResult[] = [];
  for (const collector of request.collectors) {
    results.push(await runCollector(run, collector, due, { deadline, probe: request.probe }));
  }
  return results;
}

/** X counts an app's requests apart from a user's: https://docs.x.com/x-api/fundamentals/rate-limits */
export function turnOf({ config }: App, request: CollectRequest, time: number): Parameters<typeof accountsOfTurn>[1] {
  const requestsPerWindow = config.x.bearerToken === undefined ? 900 : 300;
  return { time, everySeconds: request.everySeconds, requestsPerWindow, accountsPerRequest: 100 };
}

/** Writes what is still under way together with the run's own points; if that is refused in part, says so in a second write. */
async function closeBooks(run: Run, results: readonly CollectorResult[]): Promise<void> {
  const { outbox, failures } = run;
  const { app } = run.app.config;
  const runPoints = (): void => {
    const points = results.map((result) => toRunMeasurement(app, run.tick.time, result, failures));
    putInto(outbox, points);
  };
  const noted = failures.length;
  runPoints();
  putInto(outbox, toFailureMeasurements(app, failures));
  await emptyOutbox(outbox);
  for (const error of outbox.errors) note(run, 'tick', findingOf(error));
  const news = failures.slice(noted);
  if (!news.some(({ reason }) => reason === 'store_refused')) return;
  runPoints();
  putInto(outbox, toFailureMeasurements(app, news));
  await emptyOutbox(outbox);
}
