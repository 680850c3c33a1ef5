import { RunError } from '../../functions/failure.ts';
import { type Checkpoint, type NameState, openCheckpoint } from './checkpoint.ts';
import type { Database } from './database.ts';
import type { Endpoints } from './endpoints.ts';
import type { Identity } from './identities.ts';
import { openProgress, type Progress } from './progress.ts';
import { countNumbers, type Source, type SourceUser } from './source.ts';
import { addCounts, type Counts, emptyTally, sumOf } from './tally.ts';
import { countFields } from './target.ts';
import { transferName } from './transfer.ts';

/** What became of one name. */
export interface NameResult {
  readonly identity: Identity;
  readonly state: NameState;
  /** Where an earlier start had stopped, in Unix milliseconds. */
  readonly resumedAt: number | undefined;
  /** What the account has in the name's span now, by field; not counted in a dry run. */
  readonly found: Counts | undefined;
}

/** What all names are imported with. */
export interface Course {
  readonly source: Source;
  readonly target: Database;
  readonly ends: Endpoints;
  readonly dryRun: boolean;
  readonly dataFolder: string;
  readonly terminal: NodeJS.WriteStream;
}

/** A user of the source's, and whose numbers they are. */
export interface Owned {
  readonly user: SourceUser;
  readonly identity: Identity;
}

interface Start {
  readonly identity: Identity;
  readonly state: NameState;
  readonly resumed: boolean;
}

/**
 * Imports names one after the other, so that two names of one account see what the other has brought, and then counts
 * in the target. Goes on where an earlier start has stopped. Throws a `RunError`; what is written by then stays.
 */
export async function importNames(course: Course, owned: readonly Owned[]): Promise<NameResult[]> {
  const checkpoint = openCheckpoint(course.dataFolder, course.ends);
  const starts: Start[] = [];
  for (const one of owned) starts.push(await prepareStart(course, one, checkpoint));
  const sum = (pick: (state: NameState) => Counts): number =>
    starts.reduce((total, { state }) => total + sumOf(pick(state)), 0);
  const progress = openProgress(
    course.terminal,
    sum(({ counts }) => counts),
    sum(({ tally }) => tally.read),
  );
  const results: NameResult[] = [];
  try {
    for (const start of starts) results.push(await importName(course, start, checkpoint, progress));
    if (!course.dryRun) checkpoint.remove();
  } catch (error) {
    if (error instanceof RunError && !course.dryRun)
      error.message += '\nThe same command goes on where this one has stopped.';
    throw error;
  } finally {
    progress.stop();
  }
  return results;
}

async function prepareStart({ source, target, dryRun }: Course, owned: Owned, checkpoint: Checkpoint): Promise<Start> {
  const { user, identity } = owned;
  const { userId, username } = identity;
  const kept = dryRun ? undefined : checkpoint.names.get(user.name);
  if (kept?.userId !== userId || kept.username !== username) {
    const counts = await countNumbers(source, user);
    const { first, last } = user;
    const fresh = { userId, username, first, last, counts, before: {}, cursor: first, tally: emptyTally };
    return { identity, state: fresh, resumed: false };
  }
  if (user.last <= kept.last) return { identity, state: kept, resumed: true };
  // The source has got more since: that belongs to this import as well.
  const { last } = user;
  const counts = await countNumbers(source, { ...user, first: kept.first });
  const before = addCounts(kept.before, await countFields(target.ask, userId, kept.last + 1, last));
  return { identity, state: { ...kept, last, counts, before }, resumed: true };
}

async function importName(
  { source, target, dryRun }: Course,
  { identity, state, resumed }: Start,
  checkpoint: Checkpoint,
  progress: Progress,
): Promise<NameResult> {
  const { name, userId } = identity;
  const count = (): Promise<Counts> => countFields(target.ask, userId, state.first, state.last);
  const before = dryRun || resumed ? state.before : await count();
  const way = {
    source,
    target,
    dryRun,
    save: (now: NameState) => {
      checkpoint.save(name, now);
    },
    advance: (numbers: number) => {
      progress.advance(name, numbers);
    },
  };
  const done = await transferName(way, name, { ...state, before });
  const found = dryRun ? undefined : await count();
  return { identity, state: done, resumedAt: resumed ? state.cursor : undefined, found };
}
