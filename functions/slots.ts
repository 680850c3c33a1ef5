/** Places for work that is done a few at a time. */
export interface Slots {
  max: number;
  taken: number;
  readonly waiting: (() => void)[];
}

export function openSlots(max: number): Slots {
  return { max, taken: 0, waiting: [] };
}

/** Does the work when a place is free. */
export async function inSlot<T>(slots: Slots, work: () => Promise<T>): Promise<T> {
  while (slots.taken >= slots.max) await new Promise<void>((resolve) => slots.waiting.push(resolve));
  slots.taken += 1;
  try {
    return await work();
  } finally {
    slots.taken -= 1;
    for (const resume of slots.waiting.splice(0, slots.max - slots.taken)) resume();
  }
}

/** Resolves when all of the work has ended, and throws its first error only then: nothing goes on behind a run that is over. */
export async function allEnded(work: readonly Promise<unknown>[]): Promise<void> {
  for (const each of await Promise.allSettled(work)) if (each.status === 'rejected') throw each.reason as Error;
}

/** The items in their order, `size` to a request; the last has the rest. */
export function batchesOf<T>(items: readonly T[], size: number): (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
