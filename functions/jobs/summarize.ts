import type { App } from '../app.ts';
import { forEachInFlight } from '../collectors/in-flight.ts';
import type { Account } from '../config/accounts.ts';
import type { Deadline } from '../deadline.ts';
import { type Finding, findingOf, RunError } from '../failure.ts';
import { addDays, localDateOf, localDaysFrom } from '../insights/local-day.ts';
import { daysNeededBefore, summarizeHistory, type SummarySpan } from '../insights/summary.ts';
import { conductRun } from '../run/conduct.ts';
import { type Deliver, emptyOutbox, putInto } from '../store/outbox.ts';
import type { CollectorResult, Outcome } from '../run/report.ts';
import { mostDays, type SummarizeRequest } from './request.ts';
import { note, type Run, type Tick } from '../run/run.ts';
import { type KnownAccount, listKnownAccounts, readHistory } from '../store/history.ts';
import { refreshAccounts, selectAccounts } from './watched.ts';

const dayMs = 86_400_000;
const usualDays = 2;
/** A post's longest window of seven days, and an hour for the value that ends it. */
const afterwardsMs = 7 * dayMs + 3_600_000;
/** InfluxDB reads for one while another's answer is taken apart; each holds one account's history in memory. */
const accountsInFlight = 2;

/**
 * Writes the daily summary of every account with stored profiles, or of some configured ones: what a day brought, what
 * came of the posts, and how both go together. X is not asked. The same days can be written again at any time. Throws a
 * `BadRequest` for accounts that are not configured.
 */
export async function summarize(app: App, request: SummarizeRequest, tick: Tick, deliver: Deliver): Promise<Outcome> {
  refreshAccounts(app);
  const wanted = request.users === undefined ? undefined : selectAccounts(app.state.accounts, request.users);
  const span = spanOf(app, request, Math.min(tick.time, Date.now()));
  return conductRun(app, tick, deliver, {
    job: request.job,
    needsIdentities: false,
    probe: false,
    findings: [],
    note: span === undefined ? `nothing was summarised: none of the days is over in ${app.config.timezone}` : undefined,
    work: async (run, turn) => (span === undefined ? [] : [await summarizeAccounts(run, span, wanted, turn.deadline)]),
  });
}

/** Those of the days asked for that were over at `now`, with the days before that they rest on; `undefined` without any. */
function spanOf({ config }: App, { from, days: asked }: SummarizeRequest, now: number): SummarySpan | undefined {
  const today = localDateOf(now, config.timezone);
  const first = from ?? addDays(today, -(asked ?? usualDays));
  const finished = Math.round((Date.parse(today) - Date.parse(first)) / dayMs);
  const count = Math.min(finished, asked ?? mostDays);
  if (count < 1) return undefined;
  const days = localDaysFrom(addDays(first, -daysNeededBefore), daysNeededBefore + count, config.timezone);
  const until = Math.min(now, (days.at(-1)?.end ?? now) + afterwardsMs);
  return { days, first: daysNeededBefore, until, followedMs: config.tweetDays * dayMs };
}

async function summarizeAccounts(
  run: Run,
  span: SummarySpan,
  wanted: readonly Account[] | undefined,
  deadline: Deadline,
): Promise<CollectorResult> {
  const startedAt = Date.now();
  const done = { accounts: 0, read: 0, served: 0, points: 0 };
  try {
    const accounts = selectKnown(run, await listKnownAccounts(run.app, span, deadline), wanted);
    done.accounts = accounts.length;
    await forEachInFlight(accounts, accountsInFlight, async ({ userId }) => {
      if (run.outbox.errors.length > 0) return; // what was read could not be stored
      const points = summarizeHistory(await readHistory(run.app, userId, span, deadline), span);
      done.read += 1;
      done.served += points.length > 0 ? 1 : 0;
      done.points += points.length;
      putInto(run.outbox, points);
      await emptyOutbox(run.outbox);
    });
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    note(run, 'summarize', deadline.signal.aborted ? cutShort(done) : findingOf(error));
  }
  return {
    name: 'summarize',
    points: done.points,
    resources: 0,
    accounts: done.accounts,
    accountsMissing: done.accounts - done.served,
    requests: 0,
    rateLimit: undefined,
    durationMs: Date.now() - startedAt,
  };
}

/** The stored accounts, or the wanted ones of them, by their id or by who had their name last. */
function selectKnown(
  run: Run,
  known: readonly KnownAccount[],
  wanted: readonly Account[] | undefined,
): readonly KnownAccount[] {
  if (wanted === undefined) return known;
  return wanted.flatMap(({ key, id, username }) => {
    const isWanted = ({ userId, usernames }: KnownAccount): boolean =>
      id === undefined ? usernames.some((name) => name.toLowerCase() === username.toLowerCase()) : userId === id;
    const found = known.findLast(isWanted);
    const detail = 'nothing is stored of it in these days or the weeks before them: it was not summarised';
    if (found === undefined) note(run, 'summarize', { account: key, reason: 'no_numbers', detail, retryable: false });
    return found ?? [];
  });
}

function cutShort({ read, accounts }: { read: number; accounts: number }): Finding {
  const detail =
    `the run had to end after ${read} of ${accounts} accounts, whose summaries are stored: ` +
    'ask for fewer days, for some "users" at a time, or raise RUN_TIMEOUT_SECONDS';
  return { reason: 'timeout', detail, retryable: true };
}
