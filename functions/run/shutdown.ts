import { setTimeout as wait } from 'node:timers/promises';
import { shutdownMs } from '../deadline.ts';
import { inSlot, type Slots } from '../slots.ts';

/** How an instance ends that was told to: X is asked nothing new, what is under way is awaited, and then all work ends. */
export interface Shutdown {
  isAsked: boolean;
  /** Aborts what is still awaited of X. */
  readonly answers: AbortController;
  /** Aborts the run. */
  readonly work: AbortController;
}

export function openShutdown(): Shutdown {
  return { isAsked: false, answers: new AbortController(), work: new AbortController() };
}

/** Ends what is under way; resolves when it has been answered, or could have been. */
export async function shutDown(shutdown: Shutdown, turn: Slots): Promise<void> {
  shutdown.isAsked = true;
  for (const part of ['answers', 'work'] as const) {
    setTimeout(() => {
      shutdown[part].abort();
    }, shutdownMs[part]);
  }
  await Promise.race([inSlot(turn, () => Promise.resolve()), wait(shutdownMs.all - shutdownMs.goodbye)]);
  await wait(shutdownMs.goodbye);
}
