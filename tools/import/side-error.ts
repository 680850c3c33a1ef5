import { RunError } from '../../functions/failure.ts';

/** Throws a store's error again with the side it came from before it, in the words that `say` makes of its own. */
export function rethrowAs(side: string, say: (sentence: string) => string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof RunError)) throw error;
    const { reason, message, retryable, status } = error;
    throw new RunError(reason, `${side}: ${say(message)}`, { retryable, status });
  };
}
