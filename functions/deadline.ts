/** A point in time by which something must have ended, and the signal that ends it sooner. */
export interface Deadline {
  /** Unix milliseconds. */
  readonly endsAt: number;
  readonly signal: AbortSignal;
}

/** What `within` rejects with once the deadline has passed. */
export class DeadlineError extends Error {
  constructor() {
    super('the deadline passed');
    this.name = 'DeadlineError';
  }
}

/** One request of X: a drip or a hang then leaves time for the other requests and for InfluxDB. */
export const xRequestMs = 10_000;
/** One attempt at InfluxDB: a server that hangs may have come back behind its address. */
export const storeAttemptMs = 5000;
/** One event for the broker: one that is not durable answers only once its subscribers have. */
export const brokerAttemptMs = 10_000;
/** Between attempts at InfluxDB or the broker, growing from the one to the other. */
export const storePauseMs = { min: 100, max: 2000 } as const;
/** Results wait so long for others to be written with them. */
export const resultsWaitMs = 1000;
/** From the signal to end on: answers of X, all work, and the time the last answers take to leave before the process ends. */
export const shutdownMs = { answers: 3000, work: 4400, all: 4800, goodbye: 50 } as const;
/** A caller's body. */
export const bodyMs = 10_000;

/** How a run of `runTimeoutMs` spends its time; this and the limits above are all the time limits there are. */
export function planTimes(runTimeoutMs: number): { workMs: number; preflightMs: number; closeMs: number } {
  return {
    // All of it but a little, so that its report still goes out.
    workMs: runTimeoutMs * 0.97,
    // Reading before X is asked: after a 503 the event comes again, and nothing is paid for yet.
    preflightMs: runTimeoutMs / 3,
    // Kept back from X for writing what came.
    closeMs: Math.min(5000, runTimeoutMs / 4),
  };
}

/**
 * The outcome of the work, or a `DeadlineError` once `durationMs` or the `outer` deadline has passed, whether or not the
 * work heeds its signal: a library that never settles cannot hold up a run. Once the work is done no timer is left.
 */
export async function within<T>(
  outer: Deadline | undefined,
  durationMs: number,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const leftMs = Math.min(durationMs, outer === undefined ? Infinity : remainingMs(outer));
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => {
      controller.abort();
      setImmediate(reject, new DeadlineError()); // a turn later: what the work itself says of its end is heard first
    };
  });
  const timer = setTimeout(abort, leftMs);
  outer?.signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work({ endsAt: Date.now() + leftMs, signal }), aborted]);
  } finally {
    clearTimeout(timer);
    outer?.signal.removeEventListener('abort', abort);
  }
}

/** Milliseconds left, never below 0. */
export function remainingMs({ endsAt, signal }: Deadline): number {
  return signal.aborted ? 0 : Math.max(0, endsAt - Date.now());
}

/** Resolves after `durationMs`, or when the deadline passes. */
export async function pause(deadline: Deadline, durationMs: number): Promise<void> {
  await within(deadline, durationMs, () => new Promise<never>(() => undefined)).catch(() => undefined);
}
