import { openBook, type Terms } from '../billing/book.ts';
import { dayOf, daysTouched } from '../billing/day.ts';
import type { Config } from '../config.ts';
import { type Account, readWatched } from '../config/accounts.ts';
import { type Deadline, DeadlineError, planTimes, remainingMs } from '../deadline.ts';
import { type Failure, isRetryable, RunError } from '../failure.ts';
import type { Point } from '../measurement.ts';
import { inSlot } from '../slots.ts';
import { type Known, newerLatches, readKnown } from '../store/preflight.ts';
import { withoutPosts } from '../store/ledger.ts';
import { openWriter } from '../store/writer.ts';
import { openBudget } from '../x/budget.ts';
import { openWay } from '../x/way.ts';
import type { Instance } from './instance.ts';
import type { Job, JobData, JobRequest } from './job.ts';
import { closeRun, type Outcome, outcomeOf } from './report.ts';
import { type Journal, note, type Run, type Tick } from './run.ts';

const lateFailure: Failure = { reason: 'timeout', detail: 'the run did not end by its deadline, RUN_TIMEOUT_SECONDS' };
const endedFailure: Failure = {
  reason: 'timeout',
  detail: 'the function was told to end (SIGTERM) while the run was under way: what came is stored',
};

/** A request to run a job. */
export interface Wanted {
  readonly job: Job;
  readonly data: JobData;
  readonly tick: Tick;
  /** Takes the results of a dry run, which are not written; the ledger is kept all the same. */
  readonly dryRun: Point[] | undefined;
}

/**
 * Runs a job when the runs before it have ended: asks the store before anything is paid, lets the job do its work, and
 * writes down how it went. Throws a `BadRequest`; a `DeadlineError` when its turn did not come; an error of the program.
 */
export function runJob(instance: Instance, wanted: Wanted, deadline: Deadline): Promise<Outcome> {
  const { config, memory } = instance;
  const { watched, problem } = readWatched(config, memory.watched);
  const request = wanted.job.parse(wanted.data, watched.accounts);
  return inSlot(memory.turn, async () => {
    if (deadline.signal.aborted || instance.shutdown.isAsked) throw new DeadlineError();
    memory.watched = watched;
    const journal = openJournal(instance, wanted.job.name, wanted.tick, request.selected?.length);
    if (problem !== undefined) note(journal, 'tick', problem);
    return conduct({ ...wanted, request, journal, deadline });
  });
}

export function openJournal(instance: Instance, job: string, tick: Tick, accounts?: number): Journal {
  return { instance, tick, job, accounts, failures: [], said: new Set(), note: undefined };
}

/** What is left to say of a run that did not end, or did not begin, by its deadline. */
export function cutShort(instance: Instance, job: string, tick: Tick): Outcome {
  const journal = openJournal(instance, job, tick);
  note(journal, 'tick', instance.shutdown.isAsked ? endedFailure : lateFailure);
  return outcomeOf(journal);
}

/** A run that has its turn. */
interface Started extends Wanted {
  readonly request: JobRequest;
  readonly journal: Journal;
  readonly deadline: Deadline;
}

async function conduct(started: Started): Promise<Outcome> {
  const { job, request, journal, deadline } = started;
  const { memory, shutdown } = journal.instance;
  let known: Known;
  try {
    known = await preflight(journal.instance, memory.watched.accounts, started, deadline);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const isSafe = journal.instance.store.broker !== undefined && isRetryable(error.failure);
    if (!isSafe) {
      note(journal, 'tick', error.failure);
      return outcomeOf(journal);
    }
    known = knownWithout(journal.instance, error);
  }
  const run = openRun(started, known);
  try {
    await job.work(run, request);
    if (shutdown.isAsked) note(run, 'tick', endedFailure);
  } finally {
    const { latches, limitedUntil, isInDoubt } = run.way;
    memory.patience = { latches, limitedUntil, isInDoubt };
    if (run.budget.isRead) memory.books = withoutPosts(run.budget.books);
  }
  return closeRun(run);
}

/** Reads what a run must know. The event comes again after a 503, and X has not been asked yet. Throws a `RunError`. */
export function preflight(
  { config, store, memory }: Instance,
  accounts: readonly Account[],
  { job, request, tick }: Pick<Started, 'job' | 'request' | 'tick'>,
  outer: Deadline,
): Promise<Known> {
  const today = memory.books.get(dayOf(Date.now()));
  // Whom X has named today is in the ledger; of the others the last id is worth knowing.
  const isNew = ({ key }: Account): boolean => !today?.profiles.get(key);
  const due = job.due?.(request, config, tick.time) ?? [];
  const strangers = request.needsIdentities === true ? due : due.filter(isNew);
  const { preflightMs } = planTimes(config.runTimeoutMs);
  const deadline = { ...outer, endsAt: Math.min(outer.endsAt, Date.now() + preflightMs) };
  return readKnown(store, config.app, termsOf(config, accounts), { runMs: config.runTimeoutMs, strangers }, deadline);
}

/** With a broker profiles are read although InfluxDB is away: each is billed once, and its price is set aside. */
function knownWithout({ config, memory }: Instance, away: RunError): Known {
  const now = Date.now();
  const terms = termsOf(config, memory.watched.accounts);
  const days = daysTouched(now, now + config.runTimeoutMs);
  const books = new Map(days.map((day) => [day, memory.books.get(day) ?? openBook(terms)]));
  return { books, latches: [], identities: new Map(), away };
}

export function termsOf({ prices, dailyBudget }: Config, accounts: readonly Account[]): Terms {
  return { accounts: accounts.map(({ key }) => key), userPrice: prices.user, budget: dailyBudget };
}

function openRun({ request, journal, tick, dryRun, deadline: outer }: Started, known: Known): Run {
  const { config, memory, askX, clean, store, shutdown } = journal.instance;
  const { books, away } = known;
  const writer = openWriter({ store, dryRun, deadline: outer, time: tick.time, away });
  const isRead = away === undefined;
  const budget = openBudget({ app: config.app, books, isRead, times: memory.times, writer });
  const latches = newerLatches(memory.patience.latches, known.latches, Date.now());
  const endsAt = Date.now() + remainingMs(outer) - planTimes(config.runTimeoutMs).closeMs;
  // Once the instance was told to end nothing new begins; what is under way ends with the signal.
  const deadline: Deadline = {
    get endsAt() {
      return shutdown.isAsked ? 0 : endsAt;
    },
    signal: shutdown.answers.signal,
  };
  const access = { askX, hasBearer: config.x.bearerToken !== undefined, clean, probe: request.probe ?? false };
  const way = openWay({ ...access, budget, deadline }, { ...memory.patience, latches });
  if (away !== undefined) way.closed.set('posts', away);
  const knowing = { identities: known.identities, needsIdentities: request.needsIdentities === true };
  return { ...journal, deadline, writer, budget, way, ...knowing, parts: [], first: undefined };
}
