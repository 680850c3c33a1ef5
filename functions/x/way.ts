import { isSet, latchedFailure, latchFor, type Latch, type Latches, nextProbeAt } from '../billing/latch.ts';
import type { XRequest } from '../collectors/collector.ts';
import type { Clean } from '../config/redact.ts';
import { type Deadline, remainingMs } from '../deadline.ts';
import { type Credential, type Reason, RunError } from '../failure.ts';
import { openSlots, type Slots } from '../slots.ts';
import { latchPoint } from '../store/preflight.ts';
import { putBooks } from '../store/writer.ts';
import type { AskX, XAnswer } from './answer.ts';
import type { Budget } from './budget.ts';
import { type Refusals, refuseAccount } from './refusals.ts';

/** What is known of X's patience: one run hands it on to the next. */
export interface Patience {
  readonly latches: Latches;
  /** Until when a credential's window for an endpoint is used up, in Unix milliseconds. */
  readonly limitedUntil: ReadonlyMap<string, number>;
  /** Whether the last request for posts was sent and not answered. */
  readonly isInDoubt: boolean;
}

/** The way to X in one run. */
export interface WayToX extends Refusals {
  readonly askX: AskX;
  /** Public numbers need no user: the bearer token goes first, with an allowance of its own. */
  readonly hasBearer: boolean;
  readonly clean: Clean;
  readonly deadline: Deadline;
  /** Whether one request may pass in spite of a latch. */
  readonly probe: boolean;
  readonly budget: Budget;
  readonly latches: Map<Reason, Latch>;
  readonly limitedUntil: Map<string, number>;
  isInDoubt: boolean;
  /** Why nothing passes any more in this run: for all (an empty key), a credential, a credential's endpoint, or `posts`. */
  readonly closed: Map<string, RunError>;
  /** The request that tries whether a latch still holds; the others wait for its outcome. */
  probing: Promise<unknown> | undefined;
  readonly requests: Slots;
  /** Purchases of posts: a killed process leaves as many held. While it is in doubt whether X answers, one at a time. */
  readonly posts: Slots;
  /** Large answers are read one after the other. */
  readonly large: Slots;
  /** X's clock minus ours in milliseconds, as last seen. */
  skewMs: number;
}

/** What a part of a run asked of X. */
export interface Asked {
  requests: number;
  rateLimit: XAnswer['rateLimit'];
}

/** X may be asked ten times at once: 1,000 accounts are one round. */
const maxUnderWay = 10;
/** Fewer for posts: what X leaves unanswered stays held until midnight. */
export const maxPostsUnderWay = 8;

/** The way to X with what is known before the run. */
export function openWay(parts: WayParts, { latches, limitedUntil, isInDoubt }: Patience): WayToX {
  const learnt = { latches: new Map(latches), limitedUntil: new Map(limitedUntil), isInDoubt, skewMs: 0 };
  const answers: Refusals = { refusals: new Map(), answered: new Set(), underWay: new Set() };
  const slots = {
    requests: openSlots(maxUnderWay),
    posts: openSlots(isInDoubt ? 1 : maxPostsUnderWay),
    large: openSlots(1),
  };
  return { ...parts, ...learnt, ...answers, ...slots, closed: new Map(), probing: undefined };
}

type WayParts = Pick<WayToX, 'askX' | 'hasBearer' | 'clean' | 'deadline' | 'probe' | 'budget'>;

/** Throws a `RunError` while a latch, a rate limit or an earlier refusal forbids to ask; nothing is sent. */
export function guard(way: WayToX, request: XRequest): void {
  const now = Date.now();
  const [credential, window] = [credentialOf(way, request), windowOf(way, request)];
  const closed = way.closed.get('') ?? way.closed.get(credential) ?? way.closed.get(window);
  if (closed !== undefined) throw new RunError(closed.failure);
  const latch = standingLatch(way);
  const late = 'X was not asked: the run had to end';
  if (remainingMs(way.deadline) === 0) throw new RunError({ reason: 'timeout', detail: late });
  if (latch !== undefined && !way.probe && nextProbeAt(latch) > now) throw new RunError(latchedFailure(latch));
  const until = way.limitedUntil.get(window) ?? 0;
  if (until <= now) return;
  const detail = `X was not asked: the rate limit of ${window} is used up until ${new Date(until).toISOString()}`;
  throw new RunError({ reason: 'rate_limited', detail, retryAt: until });
}

/** The first of the latches that still stands. */
export function standingLatch({ latches }: WayToX): Latch | undefined {
  return [...latches.values()].find((latch) => isSet(latch, Date.now()));
}

/** Remembers what an answer says about asking again. */
export function learnFromAnswer(way: WayToX, asked: Asked, request: XRequest, answer: XAnswer): void {
  putLatches(way, (latch) => ({ ...latch, until: 0, askedAt: Math.max(Date.now(), latch.askedAt + 1) }));
  way.latches.clear();
  way.answered.add(credentialOf(way, request));
  asked.rateLimit = answer.rateLimit ?? asked.rateLimit;
  limit(way, request, answer.limitedUntil);
  if (answer.date !== undefined) way.skewMs = answer.date - Date.now();
}

/** Remembers what a refusal says about asking again. A refusal belongs to what was refused: the error to throw says so. */
export function learnFromError(way: WayToX, request: XRequest, error: RunError): RunError {
  const { failure, status } = error;
  const credential = credentialOf(way, request);
  const latch = latchFor(failure, Date.now());
  if (latch !== undefined) way.latches.set(latch.reason, latch);
  putLatches(way, (each) => each);
  if (way.latches.size > 0) way.closed.set('', error);
  if (failure.reason === 'rate_limited') {
    way.closed.set(windowOf(way, request), error);
    limit(way, request, failure.retryAt);
  }
  const isRefusal = failure.reason === 'unauthorized' || failure.reason === 'forbidden';
  if (request.account !== undefined && (isRefusal || status === 404)) {
    return refuseAccount(way, credential, request.account, error);
  }
  if (isRefusal) way.closed.set(credential, error);
  else if (status !== undefined) way.answered.add(credential);
  return error;
}

export function credentialOf({ hasBearer }: Pick<WayToX, 'hasBearer'>, { asOwner }: XRequest): Credential {
  return hasBearer && asOwner !== true ? 'bearer' : 'owner';
}

/** X counts per credential and endpoint, whatever id stands in the path. */
function windowOf(way: WayToX, request: XRequest): string {
  return `${credentialOf(way, request)} ${request.path.replace(/\/\d+(?=\/|$)/g, '/:id')}`;
}

function limit(way: WayToX, request: XRequest, until = 0): void {
  if (until > Date.now()) way.limitedUntil.set(windowOf(way, request), until);
}

function putLatches({ budget, latches }: WayToX, change: (latch: Latch) => Latch): void {
  for (const latch of latches.values()) putBooks(budget.writer, [latchPoint(budget.app, change(latch))]);
}
