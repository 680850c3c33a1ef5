import type { App } from '../app.ts';
import { type Deadline, shorterDeadline } from '../deadline.ts';
import { type Finding, findingOf, RunError } from '../failure.ts';

/** A third of the run: the event comes again after a 503, and X has not been asked yet. */
const share = 1 / 3;
/** Answers only one who may read, on a database that exists; costs next to nothing. */
const question = 'SHOW MEASUREMENTS LIMIT 1';

/** Why the store would not take what is about to be bought, or `undefined` when it would. */
export async function checkStore(app: App, deadline: Deadline): Promise<Finding | undefined> {
  try {
    await app.store.query(question, shorterDeadline(deadline, app.config.runTimeoutMs * share));
    return undefined;
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return findingOf(error);
  }
}
