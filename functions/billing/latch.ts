import type { Failure, Reason } from '../failure.ts';
import { dayMs } from './day.ts';

/** A refusal of X that asking again only makes worse: until it is over, X is asked once an hour at most. */
export interface Latch {
  readonly reason: Reason;
  /** When it ends by itself, in Unix milliseconds. */
  readonly until: number;
  /** When X last refused, in Unix milliseconds. */
  readonly askedAt: number;
}

export type Latches = ReadonlyMap<Reason, Latch>;

const latchingReasons: ReadonlySet<Reason> = new Set<Reason>(['credits_depleted', 'spend_cap', 'usage_cap']);
const probeEveryMs = 3_600_000;
/** Longer than any billing cycle, for refusals that name no end. */
const unnamedEndMs = 40 * dayMs;

/** The latch that a refusal sets, or `undefined` for one that does not. `retryAt` is the end X named, if it did. */
export function latchFor(refusal: Pick<Failure, 'reason' | 'retryAt'>, now: number): Latch | undefined {
  if (!latchingReasons.has(refusal.reason)) return undefined;
  const named = refusal.retryAt !== undefined && refusal.retryAt > now ? refusal.retryAt : undefined;
  return { reason: refusal.reason, until: named ?? now + unnamedEndMs, askedAt: now };
}

export function isSet(latch: Latch, now: number): boolean {
  return latch.until > now;
}

/** When the latch next lets one request through, in Unix milliseconds. */
export function nextProbeAt(latch: Latch): number {
  return Math.min(latch.until, latch.askedAt + probeEveryMs);
}

/** Why X is not asked while a latch stands, and when it is tried again. */
export function latchedFailure(latch: Latch): Failure {
  const [asked, next] = [latch.askedAt, nextProbeAt(latch)].map((time) => new Date(time).toISOString());
  const detail = `X was not asked: it refused at ${asked} and is tried again at ${next}, or now with {"job":"collect","probe":true}`;
  return { reason: latch.reason, detail };
}
