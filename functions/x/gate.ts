import type { App } from '../app.ts';
import { isSet, latchFor, type Latch, nextProbeAt } from '../billing/latch.ts';
import type { RateLimit, XAnswer, XRequest } from '../collectors/collector.ts';
import { type Deadline, shorterDeadline } from '../deadline.ts';
import { endsRun, RunError } from '../failure.ts';
import type { Measurement } from '../measurement.ts';
import { type BookWriter, keep } from '../store/book-writer.ts';

/** One collector's passage to X in one run, which counts and closes. */
export interface XGate {
  readonly app: App;
  readonly deadline: Deadline;
  readonly writer: BookWriter;
  /** Whether one request may pass in spite of a latch. */
  readonly probe: boolean;
  requests: number;
  rateLimit: RateLimit | undefined;
  /** Why nothing passes any more in this run. */
  closedBy: RunError | undefined;
  /** The request that tries whether a latch still holds; the others wait for its outcome. */
  probing: Promise<unknown> | undefined;
}

/** One request may take this long; a drip or a hang then leaves time for the other batches and for the store. */
const requestMs = 10_000;
const longestRateLimitMs = 86_400_000;

/** An open gate for one collector. */
export function openXGate(app: App, deadline: Deadline, writer: BookWriter, probe: boolean): XGate {
  return { app, deadline, writer, probe, requests: 0, rateLimit: undefined, closedBy: undefined, probing: undefined };
}

/** Throws a `RunError` while a latch, a rate limit or an earlier refusal forbids to ask. Waits for a probe under way. */
export async function enterGate(gate: XGate, path: string): Promise<void> {
  if (gate.probing !== undefined) await gate.probing.catch(() => undefined);
  const forbidden = gate.closedBy ?? lateBy(gate, path) ?? forbiddenBy(gate, path);
  if (forbidden !== undefined) throw notAsked(forbidden);
}

/** Asks X, once `enterGate` has let the request pass, and remembers what the answer says about asking again. */
export async function askX(gate: XGate, request: XRequest): Promise<XAnswer> {
  // Several may have entered before one of them became the probe.
  if (gate.probing !== undefined && gate.app.state.latches.size > 0) await enterGate(gate, request.path);
  const asking = askAndLearn(gate, request);
  if (gate.app.state.latches.size > 0) gate.probing ??= asking;
  return asking;
}

async function askAndLearn(gate: XGate, request: XRequest): Promise<XAnswer> {
  const { app } = gate;
  gate.requests += 1;
  countProbe(app);
  try {
    const answer = await app.askX(request, shorterDeadline(gate.deadline, requestMs));
    clearLatches(gate);
    gate.rateLimit = answer.rateLimit ?? gate.rateLimit;
    if (answer.rateLimit?.remaining === 0) rememberRateLimit(app, request.path, answer.rateLimit.reset * 1000);
    return answer;
  } catch (error) {
    learnFrom(gate, request.path, asRunError(error));
    throw error;
  }
}

/** An error of the program ends a probe as well. */
function asRunError(error: unknown): RunError {
  return error instanceof RunError ? error : new RunError('bad_answer', String(error), { retryable: true });
}

function learnFrom(gate: XGate, path: string, error: RunError): void {
  const { state } = gate.app;
  if (error.reason === 'rate_limited' && error.retryAt !== undefined) rememberRateLimit(gate.app, path, error.retryAt);
  const latch = latchFor(error, Date.now());
  if (latch !== undefined) state.latches.set(latch.reason, latch);
  keepLatches(gate, [...state.latches.values()]);
  const failedProbe = state.latches.size > 0;
  if (failedProbe || endsRun(error.reason) || gate.deadline.signal.aborted) gate.closedBy = error;
}

function clearLatches(gate: XGate): void {
  const { latches } = gate.app.state;
  keepLatches(
    gate,
    [...latches.values()].map((latch) => ({ ...latch, until: 0, askedAt: Date.now() })),
  );
  latches.clear();
}

function keepLatches({ app, writer }: XGate, latches: readonly Latch[]): void {
  if (latches.length > 0)
    keep(
      writer,
      latches.map((latch) => toLatchMeasurement(app.config.app, latch)),
    );
}

/** A latch as a point: `until` in Unix seconds. */
export function toLatchMeasurement(app: string, latch: Latch): Measurement {
  return {
    name: 'twitter_latch',
    tags: { app, reason: latch.reason },
    fields: { until: Math.ceil(latch.until / 1000) },
    time: latch.askedAt,
  };
}

/** Whatever becomes of it, a request in spite of a latch is that hour's only one. */
function countProbe({ state }: App): void {
  for (const latch of state.latches.values()) state.latches.set(latch.reason, { ...latch, askedAt: Date.now() });
}

function rememberRateLimit({ state }: App, path: string, until: number): void {
  const now = Date.now();
  if (until > now) state.rateLimitedUntil.set(endpointOf(path), Math.min(until, now + longestRateLimitMs));
}

/** The same error for a request that was never sent, and so costs nothing. */
function notAsked({ reason, message, retryable, retryAt }: RunError): RunError {
  return new RunError(reason, message, { retryable, retryAt, sent: false });
}

function lateBy({ deadline }: XGate, path: string): RunError | undefined {
  if (!deadline.signal.aborted) return undefined;
  return new RunError('timeout', `X was not asked for ${path}: the run had to end`, { retryable: true });
}

function forbiddenBy({ app, probe }: XGate, path: string): RunError | undefined {
  const now = Date.now();
  const latch = [...app.state.latches.values()].find((candidate) => isSet(candidate, now));
  if (latch !== undefined && !probe && nextProbeAt(latch) > now) return latchedError(latch);
  const limitedUntil = app.state.rateLimitedUntil.get(endpointOf(path)) ?? 0;
  if (limitedUntil <= now) return undefined;
  const message = `X was not asked for ${path}: its rate limit is used up until ${new Date(limitedUntil).toISOString()}`;
  return new RunError('rate_limited', message, { retryable: true, retryAt: limitedUntil });
}

function latchedError(latch: Latch): RunError {
  const message =
    `X was not asked: it refused at ${new Date(latch.askedAt).toISOString()} and is tried again at ` +
    `${new Date(nextProbeAt(latch)).toISOString()}, or now with {"job":"collect","probe":true}`;
  return new RunError(latch.reason, message, { retryable: false });
}

/** X counts requests per endpoint, whatever id stands in the path. */
function endpointOf(path: string): string {
  return path.replace(/\/\d+(?=\/|$)/g, '/:id');
}
