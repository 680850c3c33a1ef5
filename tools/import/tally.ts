/** How many, by name: a measurement, a field or a reason. A name that did not occur is absent. */
export type Counts = Readonly<Record<string, number>>;

/**
 * What became of the numbers of one user. Every number read is skipped, written, already there or kept out:
 * the sum of `read` is that of the other four.
 */
export interface Tally {
  /** Numbers read, by the measurement they came from. */
  readonly read: Counts;
  /** Numbers that are no counts, by reason. */
  readonly skipped: Counts;
  /** Numbers written, by field. */
  readonly written: Counts;
  /** Numbers that the target held already, by field. */
  readonly alreadyThere: Counts;
  /** Numbers not written since the target holds another one for that account and moment, by field. */
  readonly keptOut: Counts;
  /** Points the numbers make (`made`), and those of which something was written (`written`). */
  readonly points: Counts;
}

/** Nothing counted yet. */
export const emptyTally: Tally = { read: {}, skipped: {}, written: {}, alreadyThere: {}, keptOut: {}, points: {} };

/** Both together. */
export function addTallies(a: Tally, b: Tally): Tally {
  return {
    read: addCounts(a.read, b.read),
    skipped: addCounts(a.skipped, b.skipped),
    written: addCounts(a.written, b.written),
    alreadyThere: addCounts(a.alreadyThere, b.alreadyThere),
    keptOut: addCounts(a.keptOut, b.keptOut),
    points: addCounts(a.points, b.points),
  };
}

/** Both together, name by name. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** The sum over all names. */
export function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** How often each name occurs. */
export function countNames(names: Iterable<string>): Counts {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
