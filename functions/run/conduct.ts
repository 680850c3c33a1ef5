import type { App } from '../app.ts';
import { type Deadline, remainingMs, shorterDeadline } from '../deadline.ts';
import { type Finding, findingOf } from '../failure.ts';
import { openBank } from '../x/bank.ts';
import { type BookWriter, closeBookWriter, openBookWriter } from '../store/book-writer.ts';
import type { Turn } from './collector-run.ts';
import { type Deliver, emptyOutbox, openOutbox, putInto } from '../store/outbox.ts';
import { readStore } from '../store/preflight.ts';
import { type CollectorResult, type Outcome, toFailureMeasurements, toReport, toRunMeasurement } from './report.ts';
import type { JobRequest } from '../jobs/request.ts';
import { note, type Run, type Tick } from './run.ts';

/** What one job puts into the frame that all jobs share. */
export interface Course {
  readonly job: JobRequest['job'];
  /** How many accounts the run is about; those of its parts where only the store knows. */
  readonly accounts?: number;
  readonly needsIdentities: boolean;
  readonly probe: boolean;
  /** What was found wrong before the run began. */
  readonly findings: readonly Finding[];
  /** Why there is nothing to do, for the report. */
  readonly note?: string | undefined;
  /** The work itself, done once the store is known to take its results. */
  readonly work: (run: Run, turn: Turn) => Promise<readonly CollectorResult[]>;
}

/** Time kept back from X for writing what came: a quarter of the run, five seconds at most. */
const storeShare = 0.25;
const longestStoreMs = 5000;

/** Asks the store before anything is paid, lets the job do its work, and writes down how it went. */
export async function conductRun(app: App, tick: Tick, deliver: Deliver, course: Course): Promise<Outcome> {
  const run: Run = { app, tick, outbox: openOutbox(deliver), failures: [], retryAt: undefined };
  for (const finding of course.findings) note(run, 'tick', finding);
  const writer = openBookWriter((lines) => app.store.write(lines, tick.deadline));
  const results: CollectorResult[] = [];
  const known = await readStore(app, tick.deadline, course.needsIdentities);
  const bank = openBank(app, writer);
  if ('reason' in known) {
    note(run, 'tick', known);
  } else {
    const turn = { deadline: deadlineForX(run), probe: course.probe, bank, identities: known.identities };
    results.push(...(await course.work(run, turn)));
    await closeBooks(run, results, writer);
  }
  const { newResources, microUsd } = bank;
  const points = run.outbox.acknowledged;
  const { job, accounts = results.reduce((sum, result) => sum + result.accounts, 0) } = course;
  const facts = { job, note: course.note, points, accounts, failures: run.failures, newResources, microUsd };
  return { report: toReport(app, { ...tick, ...facts }, results), failures: run.failures, retryAt: run.retryAt };
}

function deadlineForX({ app, tick }: Run): Deadline {
  const forStore = Math.min(longestStoreMs, app.config.runTimeoutMs * storeShare);
  return shorterDeadline(tick.deadline, remainingMs(tick.deadline) - forStore);
}

/** Writes what is still under way together with the run's own points; if that is refused in part, says so in a second write. */
async function closeBooks(run: Run, results: readonly CollectorResult[], writer: BookWriter): Promise<void> {
  const { outbox, failures } = run;
  const { app } = run.app.config;
  const runPoints = (): void => {
    const points = results.map((result) => toRunMeasurement(app, run.tick.time, result, failures));
    putInto(outbox, points);
  };
  await closeBookWriter(writer);
  for (const error of writer.errors) note(run, 'tick', findingOf(error));
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
