import type { Account } from './config/accounts.ts';
import type { Latch } from './billing/latch.ts';
import type { Ledger } from './billing/ledger.ts';
import type { AskX } from './collectors/collector.ts';
import type { Config, LogLevel } from './config.ts';
import type { Reason } from './failure.ts';
import type { Deadline } from './deadline.ts';
import type { Measurement } from './measurement.ts';

/** Writes one line of log: `facts` beside the message. */
export type Log = (level: LogLevel, message: string, facts?: Readonly<Record<string, unknown>>) => void;

/** One row of an InfluxQL answer: columns by name, and the tags its series is grouped by. */
export interface Row {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** The time-series database, as the jobs see it. Both throw a `RunError` (`store_unavailable` or `store_refused`). */
export interface Store {
  /** The rows of InfluxQL statements in one request, times in Unix milliseconds. */
  query(statement: string, deadline: Deadline): Promise<readonly Row[]>;
  /** Resolves once every point has been acknowledged; until the deadline it tries again what can be tried again. */
  write(measurements: readonly Measurement[], deadline: Deadline): Promise<void>;
}

/** What the process remembers from run to run; a new process starts without it. */
export interface State {
  /** The newest valid list of accounts. */
  accounts: readonly Account[];
  /** Until when X's rate limit forbids a path, in Unix milliseconds. */
  readonly rateLimitedUntil: Map<string, number>;
  readonly latches: Map<Reason, Latch>;
  /** Today's purchases, as the newest run has read and continued them. */
  ledger: Ledger;
  /** Settles when the runs before have ended. */
  lastRun: Promise<unknown>;
}

/** The function with everything it needs, handed to whatever does its work. */
export interface App {
  readonly version: string;
  readonly config: Config;
  readonly state: State;
  readonly askX: AskX;
  readonly store: Store;
  readonly log: Log;
  /** Strikes the configured secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** The memory of a process that has not run yet. */
export function freshState(config: Config): State {
  return {
    accounts: config.accounts,
    rateLimitedUntil: new Map(),
    latches: new Map(),
    ledger: new Map(),
    lastRun: Promise.resolve(),
  };
}
