import { connectInfluxDb } from '../../functions/adapters/influxdb.ts';
import { secretsOf, type StoreAccess, type XAccess } from '../../functions/config/credentials.ts';
import { createCleaner, createRedactor } from '../../functions/config/redact.ts';
import { within } from '../../functions/deadline.ts';
import { RunError } from '../../functions/failure.ts';
import type { Point } from '../../functions/measurement.ts';
import { queryStore, type Store, writeStore } from '../../functions/store/influxdb.ts';
import type { Row } from '../../functions/store/rows.ts';

/**
 * Asks one side in InfluxQL: all rows of each statement, times in Unix milliseconds. Throws a `RunError` that says which
 * side, also where an answer is not whole.
 */
export type Ask = (...statements: readonly string[]) => Promise<readonly (readonly Row[])[]>;

/** One side of the import. */
export interface Database {
  readonly ask: Ask;
  /** Resolves once every point has been acknowledged. Throws a `RunError`. */
  readonly write: (points: readonly Point[]) => Promise<void>;
}

const queryMs = 10_000;
const writeMs = 60_000;
/** They travel in the URL, and 8 KiB is where proxies begin to refuse. */
const statementsPerRequest = 10;
/** X has no part in it. */
const noX: XAccess = { url: '', bearerToken: undefined, userContext: undefined };

/** A database as the function itself reaches its store; `say` words an error for the side it came from. */
export function openDatabase(access: StoreAccess, side: string, say: (sentence: string) => string): Database {
  const clean = createCleaner(createRedactor(secretsOfStore(access)));
  const store: Store = { influxdb: connectInfluxDb(access), access, clean };
  const rethrow = (error: unknown): never => {
    if (!(error instanceof RunError)) throw error;
    const { failure, status } = error;
    throw new RunError({ ...failure, detail: `${side}: ${say(failure.detail)}` }, { status });
  };
  return {
    async ask(...statements) {
      const answers: (readonly Row[])[] = [];
      for (let start = 0; start < statements.length; start += statementsPerRequest) {
        const part = statements.slice(start, start + statementsPerRequest);
        const asking = within(undefined, queryMs, (deadline) => queryStore(store, part, deadline, 'ms'));
        answers.push(...(await asking.catch(rethrow)));
      }
      return answers;
    },
    write: (points) => within(undefined, writeMs, (deadline) => writeStore(store, points, deadline)).catch(rethrow),
  };
}

/** What must never be shown of a database's access data. */
export function secretsOfStore(access: StoreAccess): string[] {
  return secretsOf(noX, access);
}
