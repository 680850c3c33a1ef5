import { type Deadline, pause, remainingMs, shorterDeadline } from '../deadline.ts';
import { RunError } from '../failure.ts';

const firstDelayMs = 100;
const longestDelayMs = 2000;
/** One attempt may not use up the whole deadline: a server that hangs may have come back behind its address. */
const attemptMs = 5000;
/** With less time than this an attempt would only replace the error that says what is wrong by a timeout. */
const shortestAttemptMs = 100;

/**
 * Repeats an attempt that failed with a retryable `RunError`, with growing, jittered pauses, until the deadline leaves
 * no room for another; then throws the last error.
 */
export async function retryUntil<T>(deadline: Deadline, attempt: (deadline: Deadline) => Promise<T>): Promise<T> {
  for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
    const attemptDeadline = shorterDeadline(deadline, attemptMs);
    try {
      const outcome = await attempt(attemptDeadline);
      // The client hangs the whole answer on the signal, and the clock would keep that. A failed attempt is still to abort.
      attemptDeadline.end();
      return outcome;
    } catch (error) {
      const wait = delay * (0.75 + Math.random() / 2);
      if (!(error instanceof RunError) || !error.retryable || remainingMs(deadline) <= wait + shortestAttemptMs)
        throw error;
      await pause(deadline, wait);
    }
  }
}
