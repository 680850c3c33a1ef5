import { setTimeout as wait } from 'node:timers/promises';
import { endingMs } from '../deadline.ts';
import { inSlot, type Slots } from '../slots.ts';

/** How an instance ends that was told to: X is asked nothing new, what is under way is awaited, and then all work ends. */
export interface Ending {
  isAsked: boolean;
  /** Aborts what is still awaited of X. */
  readonly answers: AbortController;
  /** Aborts the run. */
  readonly work: AbortController;
}

/** That of an instance which nobody has told to end. */
export function openEnding(): Ending {
  return { isAsked: false, answers: new AbortController(), work: new AbortController() };
}

/** Ends what is under way; resolves when it has been answered, or could have been. */
export async function end(ending: Ending, turn: Slots): Promise<void> {
  ending.isAsked = true;
  setTimeout(() => {
    ending.answers.abort();
  }, endingMs.answers);
  setTimeout(() => {
    ending.work.abort();
  }, endingMs.work);
  await Promise.race([inSlot(turn, () => Promise.resolve()), wait(endingMs.all - endingMs.goodbye)]);
  await wait(endingMs.goodbye);
}
