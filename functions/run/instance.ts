import type { Book } from '../billing/book.ts';
import type { Day } from '../billing/day.ts';
import type { Config, LogLevel } from '../config.ts';
import type { Watched } from '../config/accounts.ts';
import type { Clean } from '../config/redact.ts';
import type { Point } from '../measurement.ts';
import { openSlots, type Slots } from '../slots.ts';
import type { Store } from '../store/influxdb.ts';
import { type LedgerTimes, openLedgerTimes } from '../store/ledger.ts';
import type { AskX } from '../x/answer.ts';
import type { Patience } from '../x/way.ts';
import type { Shutdown } from './shutdown.ts';

/** Writes one line of log: `facts` beside the message. */
export type Log = (level: LogLevel, message: string, facts?: Readonly<Record<string, unknown>>) => void;

/** One running instance of the function: its configuration, the ways to its neighbours, and its memory. */
export interface Instance {
  readonly version: string;
  readonly config: Config;
  readonly askX: AskX;
  readonly store: Store;
  readonly toLineProtocol: (points: readonly Point[]) => string;
  readonly log: Log;
  /** Makes foreign text fit to be shown: one line, without secrets, cut. */
  readonly clean: Clean;
  readonly memory: Memory;
  readonly shutdown: Shutdown;
}

/** What an instance remembers from run to run; only the frame of a run changes it, when the run has ended. */
export interface Memory {
  /** The newest valid list of accounts. */
  watched: Watched;
  patience: Patience;
  /** The ledger as the newest run has read and continued it, but for posts. */
  books: ReadonlyMap<Day, Book>;
  readonly times: LedgerTimes;
  /** One run at a time: two would ask X for the same and spend the same money twice. */
  readonly turn: Slots;
}

export function freshMemory(config: Config): Memory {
  return {
    watched: { accounts: config.accounts, text: undefined },
    patience: { latches: new Map(), limitedUntil: new Map(), isInDoubt: false },
    books: new Map(),
    times: openLedgerTimes(),
    turn: openSlots(1),
  };
}
