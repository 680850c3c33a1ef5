import type { Resource } from '../billing/ledger.ts';
import type { MicroUsd } from '../billing/price.ts';
import type { Config } from '../config.ts';
import type { Account } from '../config/accounts.ts';
import type { Deadline } from '../deadline.ts';
import type { Finding } from '../failure.ts';
import type { Measurement } from '../measurement.ts';

/** A read of the X API v2: `path` below the API's URL, such as `users/by`. */
export interface XRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Asks as the user who owns the app, for what only he may see or what costs him less. */
  readonly asOwner?: true;
}

/** X's count of requests in the current window; `reset` in Unix seconds. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly reset: number;
}

/** A successful answer of X, its body not yet looked at. */
export interface XAnswer {
  readonly body: unknown;
  readonly rateLimit: RateLimit | undefined;
  /** X's own clock in Unix milliseconds; its UTC day is the day X bills. */
  readonly date: number | undefined;
}

/** Asks X once, by the deadline. Throws a `RunError` for everything but a 2xx answer. */
export type AskX = (request: XRequest, deadline: Deadline) => Promise<XAnswer>;

/** Who an account is by X's own word. */
export interface Identity {
  readonly id: string;
  readonly username: string;
}

/** What a collector wants to buy with one request. */
export interface Want {
  readonly resource: Resource;
  /** For users an account for each resource; for tweets the one account. */
  readonly keys: readonly string[];
  /** How many resources X can answer with at most, and with how few the request still makes sense. */
  readonly most: number;
  readonly least: number;
  readonly price: MicroUsd;
}

/** An answer that was paid for; to be settled once it is known what it brought. */
export interface Purchase {
  readonly answer: XAnswer;
  /** How many resources the money was held for. */
  readonly granted: number;
  /** Says which resources came, and for which of the accounts. Without it the money stays held until midnight UTC. */
  settle(ids: readonly string[], keys: readonly string[]): void;
}

/** What one answer brought. */
export interface Delivery {
  readonly measurements: readonly Measurement[];
  /** Keys of the accounts of which X told all that was asked. */
  readonly served: readonly string[];
  /** How many resources X answered with, new or not. */
  readonly resources: number;
}

/** A collector's way out: to X, and back into the run. */
export interface Collecting {
  /** Time of the tick in Unix milliseconds, whole seconds: the time of every point. */
  readonly time: number;
  readonly config: Config;
  /** Asks X for what costs nothing. Throws a `RunError`; once X has refused for good in this run, without asking. */
  ask(request: XRequest): Promise<XAnswer>;
  /** Holds the money, then asks as `ask` does. `undefined` when not even the least fits into today's budget. */
  buy(want: Want, requestFor: (granted: number) => XRequest): Promise<Purchase | undefined>;
  /** Ids already bought today for an account, which cost nothing now; `undefined` when it was not answered for yet. */
  boughtToday(resource: Resource, key: string): ReadonlySet<string> | undefined;
  /** Who an account is, as far as known from earlier points or this run. */
  identityOf(account: Account): Identity | undefined;
  learnIdentity(account: Account, identity: Identity): void;
  deliver(delivery: Delivery): void;
  /** Notes what could not be had; the rest goes on. */
  note(finding: Finding): void;
}

/** Something that can be asked of X. */
export interface Collector {
  readonly name: string;
  /** One sentence for people: what it brings and what that costs. */
  readonly description: string;
  /** Whether a request that names no collectors means this one too: nobody should buy posts by an empty request. */
  readonly byDefault: boolean;
  /** Accounts one request takes, and the requests X allows in 15 minutes for an app and for a user. */
  readonly limits: { readonly accountsPerRequest: number; readonly perApp: number; readonly perUser: number };
  /** What a run would ask for these accounts, by path, and the most it could cost. */
  plan(
    config: Config,
    accounts: readonly Account[],
  ): { readonly counts: Readonly<Record<string, number>>; readonly most: MicroUsd };
  /** Whether it needs to know who the accounts are before it asks. */
  readonly needsIdentities: boolean;
  /** Asks for these accounts and delivers what comes. Notes failures instead of throwing them. */
  collect(collecting: Collecting, accounts: readonly Account[]): Promise<void>;
}
