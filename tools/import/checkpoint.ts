import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { errorCode } from '../../functions/config/settings.ts';
import { UsageError } from '../../local/runner/options.ts';
import type { Endpoints } from './endpoints.ts';
import type { Counts, Tally } from './tally.ts';

/** How far the import of one name has come; times in Unix milliseconds. */
export interface NameState {
  readonly userId: string;
  readonly username: string;
  /** The span of the numbers as it was at the start: what the source gets later is the next import's. */
  readonly first: number;
  readonly last: number;
  /** How many numbers the source has in it, by measurement. */
  readonly counts: Counts;
  /** How many the target had in it before, by field. */
  readonly before: Counts;
  /** All before this moment is done, and counted in `tally`. */
  readonly cursor: number;
  readonly tally: Tally;
  /** What is being written: cursor and tally once it is. A repetition cannot tell its own points from those it found. */
  readonly pending?: Pick<NameState, 'cursor' | 'tally'>;
}

/** The file that outlives a kill, and what was in it at the start. */
export interface Checkpoint {
  readonly names: Map<string, NameState>;
  /** Replaces the file as a whole: it is never half written. */
  readonly save: (name: string, state: NameState) => void;
  /** The import is over: the next one starts over. */
  readonly remove: () => void;
}

interface Content {
  readonly format: number;
  readonly source: string;
  readonly target: string;
  readonly names: Readonly<Record<string, NameState>>;
}

const format = 1;

/** The checkpoint of an import between these two, from an earlier start where there is one. Throws a `UsageError`. */
export function openCheckpoint(folder: string, { source, target }: Endpoints): Checkpoint {
  const places = { source: `${source.url} ${source.database}`, target: `${target.url} ${target.database}` };
  const hash = createHash('sha256').update(JSON.stringify(places)).digest('hex').slice(0, 12);
  const file = join(folder, `import-twittergraph-${hash}.json`);
  const names = new Map(Object.entries(readContent(file)?.names ?? {}));
  return {
    names,
    save: (name, state) => {
      names.set(name, state);
      const content: Content = { format, ...places, names: Object.fromEntries(names) };
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${file}.new`, `${JSON.stringify(content)}\n`);
      renameSync(`${file}.new`, file);
    },
    remove: () => {
      rmSync(file, { force: true });
    },
  };
}

function readContent(file: string): Content | undefined {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Content;
    if (content.format === format) return content;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
  }
  throw new UsageError(
    `${file}, which says how far an earlier import has come, cannot be read. Delete it to start over: what is written stays, and is not written again.`,
  );
}
