import type { State } from '../app.ts';
import { type Deadline, DeadlineError, endBy } from '../deadline.ts';
import { RunError } from '../failure.ts';

/**
 * Does the work when the runs before have ended: two at a time would ask X for the same and spend the same money twice.
 * Throws a `RunError` (`timeout`) when the wait or the work outlasts the deadline.
 */
export async function inTurn<T>(state: State, deadline: Deadline, work: () => Promise<T>): Promise<T> {
  const mine = doAfter(state.lastRun, deadline, work);
  state.lastRun = Promise.allSettled([state.lastRun, mine]);
  try {
    return await endBy(deadline, mine);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    throw new RunError('timeout', 'the run did not end by its deadline, RUN_TIMEOUT_SECONDS', { retryable: true });
  }
}

async function doAfter<T>(lastRun: Promise<unknown>, deadline: Deadline, work: () => Promise<T>): Promise<T> {
  await lastRun;
  if (deadline.signal.aborted) throw new DeadlineError();
  return work();
}
