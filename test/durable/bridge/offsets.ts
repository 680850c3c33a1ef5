/** How far the records of each partition are done: records end in any order, but only what is done without a gap is committed. */
export type Offsets = Map<number, Progress>;

interface Progress {
  /** The first offset that is not done: the one to commit. */
  next: bigint;
  /** Those behind it that are done. */
  readonly done: Set<bigint>;
  committed: bigint;
}

/** Notes that a record was read. The first of a partition is the one to go on from. */
export function noteRead(offsets: Offsets, partition: number, offset: bigint): void {
  if (!offsets.has(partition)) offsets.set(partition, { next: offset, done: new Set(), committed: offset });
}

/** Notes that a record is delivered, or dead. */
export function noteDone(offsets: Offsets, partition: number, offset: bigint): void {
  const progress = offsets.get(partition);
  if (progress === undefined || offset < progress.next) return;
  progress.done.add(offset);
  while (progress.done.delete(progress.next)) progress.next += 1n;
}

/** What is to be committed and is not yet. */
export function uncommitted(offsets: Offsets): { readonly partition: number; readonly offset: bigint }[] {
  return [...offsets]
    .filter(([, { next, committed }]) => next > committed)
    .map(([partition, { next }]) => ({ partition, offset: next }));
}

/** Notes that these are committed. */
export function noteCommitted(offsets: Offsets, committed: ReturnType<typeof uncommitted>): void {
  for (const { partition, offset } of committed) {
    const progress = offsets.get(partition);
    if (progress !== undefined) progress.committed = offset;
  }
}
