import type { App } from '../app.ts';
import { isSet, latchFor, type Latch, nextProbeAt } from '../billing/latch.ts';
import type { RateLimit, XAnswer, XRequest } from '../collectors/collector.ts';
import { type Deadline, shorterDeadline } from '../deadline.ts';
import { type Reason, RunError } from '../failure.ts';

/** One collector's passage to X in one run, which counts and closes. */
export interface XGate {
  readonly app: App;
  readonly deadline: Deadline;
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
/** After these every further request of the run would end alike. */
const closingReasons: ReadonlySet<Reason> = new Set<Reason>([
  'rate_limited',
  'credits_depleted',
  'spend_cap',
  'usage_cap',
  'unauthorized',
  'forbidden',
]);

/** An open gate for one collector. */
export function openXGate(app: App, deadline: Deadline, probe: boolean): XGate {
  return { app, deadline, probe, requests: 0, rateLimit: undefined, closedBy: undefined, probing: undefined };
}

/** Asks X unless a latch, a rate limit or an earlier refusal forbids it; then throws that without asking. */
export async function askThrough(gate: XGate, request: XRequest): Promise<XAnswer> {
  if (gate.probing !== undefined) await gate.probing.catch(() => undefined);
  const forbidden = gate.closedBy ?? forbiddenBy(gate, request.path);
  if (forbidden !== undefined) throw forbidden;
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
    app.state.latches.clear();
    gate.rateLimit = answer.rateLimit ?? gate.rateLimit;
    if (answer.rateLimit?.remaining === 0) rememberRateLimit(app, request.path, answer.rateLimit.reset * 1000);
    return answer;
  } catch (error) {
    if (error instanceof RunError) learnFrom(gate, request.path, error);
    throw error;
  }
}

function learnFrom(gate: XGate, path: string, error: RunError): void {
  const { state } = gate.app;
  if (error.reason === 'rate_limited' && error.retryAt !== undefined) rememberRateLimit(gate.app, path, error.retryAt);
  const latch = latchFor(error, Date.now());
  if (latch !== undefined) state.latches.set(latch.reason, latch);
  const failedProbe = state.latches.size > 0;
  if (failedProbe || closingReasons.has(error.reason) || gate.deadline.signal.aborted) gate.closedBy = error;
}

/** Whatever becomes of it, a request in spite of a latch is that hour's only one. */
function countProbe({ state }: App): void {
  for (const latch of state.latches.values()) state.latches.set(latch.reason, { ...latch, askedAt: Date.now() });
}

function rememberRateLimit({ state }: App, path: string, until: number): void {
  const now = Date.now();
  if (until > now) state.rateLimitedUntil.set(path, Math.min(until, now + longestRateLimitMs));
}

function forbiddenBy({ app, probe }: XGate, path: string): RunError | undefined {
  const now = Date.now();
  const latch = [...app.state.latches.values()].find((candidate) => isSet(candidate, now));
  if (latch !== undefined && !probe && nextProbeAt(latch) > now) return latchedError(latch);
  const limitedUntil = app.state.rateLimitedUntil.get(path) ?? 0;
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
