import type { NameState } from './checkpoint.ts';
import { convertNumbers, mergePoints, type SourceNumber, toUserPoints } from './convert.ts';
import type { Database } from './database.ts';
import { readPage, type Source } from './source.ts';
import { addTallies, countNames, sumOf, type Tally } from './tally.ts';
import { readExisting } from './target.ts';

/** What a transfer goes through. */
export interface Way {
  readonly source: Source;
  readonly target: Database;
  /** Writes down how far it has come, before anything is written that it counts. */
  readonly save: (state: NameState) => void;
  /** Nothing is written, neither points nor how far it has come. */
  readonly dryRun: boolean;
  /** Called with how many numbers have been dealt with since the last time. */
  readonly advance: (numbers: number) => void;
}

/**
 * Carries what is left of one name over, page by page in order of time: memory does not grow with the years. Ended at
 * any moment and started again with the state last saved, it counts and writes as if it had not been. Throws a `RunError`.
 */
export async function transferName(way: Way, name: string, start: NameState): Promise<NameState> {
  let state = start;
  while (state.cursor <= state.last) {
    // A page that was under way is read as it was then, whatever the source has got since.
    const last = state.pending === undefined ? state.last : state.pending.cursor - 1;
    const { numbers, end } = await readPage(way.source, name, state.cursor, last);
    state = await transferPage(way, state, numbers, end + 1);
    way.advance(numbers.length);
  }
  return state;
}

async function transferPage(
  way: Way,
  state: NameState,
  numbers: readonly SourceNumber[],
  cursor: number,
): Promise<NameState> {
  const { points, skipped } = convertNumbers(numbers);
  const existing =
    points.size === 0 ? new Map() : await readExisting(way.target.ask, state.userId, new Set(points.keys()));
  const merged = mergePoints(points, existing);
  const { written, alreadyThere, keptOut } = merged;
  const tally: Tally = {
    read: countNames(numbers.map(({ measurement }) => measurement)),
    skipped,
    written,
    alreadyThere,
    keptOut,
    points: { made: points.size, written: merged.points.size },
  };
  const { pending, ...settled } = state;
  const next = pending?.cursor === cursor ? pending : { cursor, tally: addTallies(state.tally, tally) };
  if (!way.dryRun) {
    way.save({ ...settled, pending: next });
    if (sumOf(written) > 0) await way.target.write(toUserPoints(state.userId, state.username, merged.points));
  }
  return { ...settled, ...next };
}
