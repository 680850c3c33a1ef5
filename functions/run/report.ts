import { type Figures, figuresOf } from '../billing/book.ts';
import { dayOf } from '../billing/day.ts';
import type { MicroUsd } from '../billing/price.ts';
import { isRetryable, isSerious, type NotedFailure, RunError } from '../failure.ts';
import type { Point } from '../measurement.ts';
import { closeWriter, putResults, type Writer } from '../store/writer.ts';
import { figuresNow } from '../x/budget.ts';
import { blameCredentials } from '../x/refusals.ts';
import { type Journal, note, type Part, type Run } from './run.ts';

/** What a run leaves: the report, and the failures its status follows from. */
export interface Outcome {
  readonly report: Report;
  readonly failures: readonly NotedFailure[];
  /** When asking again can succeed, in Unix milliseconds, if known. */
  readonly retryAt: number | undefined;
}

/** What a run did, for the one who asked by hand; the log line of a run holds the same. What is not known is absent. */
export type Report = ReturnType<typeof reportOf>;

type ShownFigure = 'spentTodayMicroUsd' | 'heldTodayMicroUsd' | 'setAsideMicroUsd' | 'leftMicroUsd';

/** More than this between our clock and X's, and the budget's days are not X's. */
const maxSkewMs = 60_000;
/** The run's own points and failures are no collector's. */
const own = 'tick';

/**
 * Writes what is still under way together with the run's own points; where points were refused, says so in a second
 * write. Throws an error of the program, if one broke a part off.
 */
export async function closeRun(run: Run): Promise<Outcome> {
  const { writer, tick, budget } = run;
  await writer.current; // what is under way neither waits nor counts as stored
  noteSkew(run);
  if (run.way.refusals.size > 0) run.failures = blameCredentials(run.way, run.failures);
  noteFailedWrites(run);
  const figures = figuresNow(budget);
  const ofTick = budget.isRead ? budget.books.get(dayOf(tick.time)) : undefined; // midnight may have passed since
  if (ofTick !== undefined) putResults(writer, own, [budgetPoint(budget.app, tick.time, figuresOf(ofTick))]);
  // What waits is written together with the points that count it.
  const waiting = new Map([...writer.results].map(([part, points]) => [part, points.length]));
  putOwnPoints(run, 0, waiting);
  const [noted, failedBefore] = [run.failures.length, writer.failed.length];
  await closeWriter(writer);
  noteFailedWrites(run);
  const isRefused = ({ error }: Writer['failed'][number]): boolean =>
    !(error instanceof RunError && isRetryable(error.failure));
  if (writer.failed.slice(failedBefore).some(isRefused)) {
    putOwnPoints(run, noted, new Map());
    await closeWriter(writer);
  }
  const errors = [...run.parts.flatMap(({ defect }) => defect ?? []), ...writer.failed.map(({ error }) => error)];
  for (const error of errors) if (!(error instanceof RunError)) throw error;
  return outcomeOf(run, figures);
}

/** The outcome of a run; of one that never asked anybody there is no more than its journal. */
export function outcomeOf(run: Journal & Partial<Run>, figures?: Figures): Outcome {
  const times = run.failures.flatMap((failure) => (isRetryable(failure) && failure.retryAt) || []);
  const retryAt = times.sort((a, b) => a - b).at(-1);
  return { report: reportOf(run, figures), failures: run.failures, retryAt };
}

function reportOf(run: Journal & Partial<Run>, figures: Figures | undefined) {
  const { job, failures, tick, accounts, note: said, instance, parts = [] } = run;
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const rateLimit = parts.findLast((part) => part.rateLimit !== undefined)?.rateLimit;
  const { newResources = 0, microUsd = 0 } = run.budget ?? {};
  return {
    job,
    ...(said && { note: said }),
    // Whole seconds: the time of the points.
    time: new Date(tick.time).toISOString().replace('.000', ''),
    // Results that the store has acknowledged, or that a dry run would have written.
    points: sum(parts.map(({ name }) => run.writer?.acknowledged.get(name) ?? 0)),
    accounts: accounts ?? sum(parts.map((part) => part.accounts)),
    failures: failures.map(showFailure),
    requests: sum(parts.map(({ requests }) => requests)),
    cost: { newResources, microUsd, ...showFigures(figures), budgetMicroUsd: instance.config.dailyBudget },
    ...(rateLimit === undefined ? {} : { rateLimit }),
    durationMs: Date.now() - tick.startedAt,
  };
}

function showFailure(failure: NotedFailure) {
  const { collector, account, reason, detail } = failure;
  return { collector, ...(account === undefined ? {} : { account }), reason, detail, retryable: isRetryable(failure) };
}

/** A day's money under the names that people see; nothing where it is not known. */
export function showFigures(figures: Figures | undefined): Partial<Record<ShownFigure, MicroUsd>> {
  if (figures === undefined) return {};
  const { spent, held, setAside, left } = figures;
  return { spentTodayMicroUsd: spent, heldTodayMicroUsd: held, setAsideMicroUsd: setAside, leftMicroUsd: left };
}

/** The points of the run's parts, and of the failures from one on. */
function putOwnPoints(run: Run, from: number, waiting: ReadonlyMap<string, number>): void {
  const { writer, parts, failures, budget } = run;
  const stored = ({ name }: Part): number => (writer.acknowledged.get(name) ?? 0) + (waiting.get(name) ?? 0);
  const points = parts.map((part) => partPoint(run, part, stored(part)));
  putResults(writer, own, [...points, ...failurePoints(budget.app, failures.slice(from))]);
}

/** A part's own point, by which a dashboard sees whether it failed; `points` are those of its results that are stored. */
function partPoint({ budget, tick, failures, writer }: Run, part: Part, points: number): Point {
  const { name, accounts, served, requests, resources, rateLimit } = part;
  const isLost = writer.failed.some(({ parts }) => parts.includes(name));
  const isBroken = isLost || part.defect !== undefined;
  const failed = isBroken || failures.some((failure) => failure.collector === name && isSerious(failure));
  const fields = {
    ...{ success: failed ? 0 : 1, duration_ms: part.durationMs, points, accounts },
    ...{ accounts_missing: accounts - served, requests, resources },
    ...(rateLimit === undefined ? {} : { rate_limit_remaining: rateLimit.remaining }),
  };
  return { measurement: 'twitter_collector_run', tags: { app: budget.app, collector: name }, fields, time: tick.time };
}

/** Failures as points; those alike in collector, reason and account become one that counts them. */
function failurePoints(app: string, failures: readonly NotedFailure[]): readonly Point[] {
  const points = new Map<string, Point>();
  for (const { collector, reason, account, detail, time } of failures) {
    const tags = { app, collector, reason, ...(account === undefined ? {} : { account }) };
    const known = points.get(JSON.stringify(tags));
    const fields = { detail, ...known?.fields, count: Number(known?.fields['count'] ?? 0) + 1 };
    points.set(JSON.stringify(tags), { measurement: 'twitter_collector_failure', tags, time, ...known, fields });
  }
  return [...points.values()];
}

function budgetPoint(app: string, time: number, { spent, held, setAside, left, budget }: Figures): Point {
  const known = { spent_microusd: spent, held_microusd: held, set_aside_microusd: setAside };
  const fields = { ...known, left_microusd: left, budget_microusd: budget };
  return { measurement: 'twitter_budget', tags: { app }, fields, time };
}

function noteFailedWrites(run: Run): void {
  for (const { error } of run.writer.failed) if (error instanceof RunError) note(run, own, error.failure);
}

function noteSkew(run: Run): void {
  const { skewMs } = run.way;
  if (Math.abs(skewMs) <= maxSkewMs) return;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const detail = `this clock is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} X's: near midnight UTC the budget counts purchases on another day than X does`;
  note(run, own, { reason: 'clock_skew', detail });
}
