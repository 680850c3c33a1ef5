/** A point in time by which something must have ended, and the signal that ends it. */
export interface Deadline {
  /** Unix milliseconds. */
  readonly endsAt: number;
  readonly signal: AbortSignal;
}

/** A deadline that can be done away with before it passes. */
export interface RunningDeadline extends Deadline {
  /** Stops the clock: the signal never aborts, and what hangs on it can be forgotten. */
  readonly end: () => void;
}

/** What `endBy` rejects with once the deadline has passed. */
export class DeadlineError extends Error {
  constructor() {
    super('the deadline passed');
    this.name = 'DeadlineError';
  }
}

/**
 * A deadline `durationMs` from now. Its timer is its own: on Node 20 a signal made by `AbortSignal.any` can lose the
 * timeout it was made of to the garbage collector, and then never aborts: https://github.com/nodejs/node/issues/57736
 */
export function startDeadline(durationMs: number): RunningDeadline {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, durationMs);
  timer.unref();
  const end = (): void => {
    clearTimeout(timer);
  };
  return { endsAt: Date.now() + durationMs, signal: controller.signal, end };
}

/** A deadline `durationMs` from now, or the end of `outer` where that comes first. */
export function shorterDeadline(outer: Deadline, durationMs: number): RunningDeadline {
  return startDeadline(Math.max(0, Math.min(durationMs, remainingMs(outer))));
}

/** Milliseconds left, never below 0. */
export function remainingMs(deadline: Deadline): number {
  return Math.max(0, deadline.endsAt - Date.now());
}

/**
 * The promise's outcome, or a `DeadlineError` as soon as the deadline passes, whether or not the work underneath heeds
 * the signal: a library that never settles cannot hold up a run.
 */
export async function endBy<T>(deadline: Deadline, work: Promise<T>): Promise<T> {
  const { signal } = deadline;
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(new DeadlineError());
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => undefined); // after a lost race nobody else hears its rejection
  }
}

/** Resolves after `durationMs`, or when the deadline passes. */
export async function pause(deadline: Deadline, durationMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, Math.min(durationMs, remainingMs(deadline)));
  });
}
