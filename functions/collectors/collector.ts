import type { MicroUsd, Resource } from '../billing/price.ts';
import type { Config } from '../config.ts';
import type { Account } from '../config/accounts.ts';
import type { Failure } from '../failure.ts';
import type { Point } from '../measurement.ts';

/** A read of the X API v2: `path` below the API's URL, such as `users/by`. */
export interface XRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Asks as the user who owns the app, for what only that user may see or what costs less. */
  readonly asOwner?: boolean;
  /** The account whose path it is, as configured: X's refusal of it may be that account's alone. */
  readonly account?: string;
}

/** X's error object, as the body of a refusal or as an entry of `errors[]` in a 200 answer: keys may be missing. */
export interface Problem {
  readonly title: string;
  readonly detail: string;
  /** The last part of the type's address: its host changed with the company's name. */
  readonly type: string;
  /** What it is said of, in lower case. */
  readonly value: string;
  /** Sentences about single values of the request. */
  readonly complaints: readonly string[];
  /** When the refusal ends, in Unix milliseconds, if X names a day. */
  readonly resetAt: number | undefined;
}

/** The body of a 2xx answer, and what X says in it of values it did not answer for. */
export interface Answer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** Who an account is by X's own word. */
export interface Identity {
  readonly id: string;
  readonly username: string;
}

/** What a collector wants to buy with one request. */
export interface Want {
  readonly resource: Resource;
  /** Keys of accounts: for users one for each resource, for tweets the one account. */
  readonly keys: readonly string[];
  /** How many new resources X can answer with at most; 0 where all it can answer with is paid for. */
  readonly max: number;
  /** With how few the request still makes sense. */
  readonly min: number;
  readonly price: MicroUsd;
  readonly owned: boolean;
}

/** What an answer of X brought. */
export interface Received<T> {
  readonly value: T;
  /** Every id X returned, asked for or not. */
  readonly ids: readonly string[];
  /** The keys X answered for, those of profiles with the id behind them: `jack=12`, or `nobody=` where no profile came. */
  readonly answered: readonly string[];
  /** Entries that are not what was asked for: X may have charged for them, so the money stays held. */
  readonly unreadable: number;
}

/** Reads a 2xx answer. Throws a `RunError` when it can make nothing of it: the money then stays held until 00:00 UTC. */
export type Read<T> = (answer: Answer, granted: number) => Received<T>;

/** What one answer is worth to the run. */
export interface Delivery {
  readonly points: readonly Point[];
  /** Of how many accounts X told all that was asked. */
  readonly served: number;
  /** How many resources X answered with, new or not. */
  readonly resources: number;
}

/** What X has charged for today: asking for it again costs nothing. */
export interface Paid {
  /** The id X named for an account; empty where it had no profile to show, `undefined` where it was not asked. */
  idOf(account: Account): string | undefined;
  /** Whether X has answered for an account's profile. */
  isAnswered(account: Account): boolean;
  /** Ids of an account's posts. */
  postsOf(account: Account): ReadonlySet<string>;
}

/** A collector's way out: to X, and back into the run. */
export interface Collecting {
  /** Time of the tick in Unix milliseconds, whole seconds: the time of every point. */
  readonly time: number;
  readonly config: Config;
  /** What X has charged for today, as far as known at this moment. */
  readonly paidToday: () => Paid;
  /** Whether an earlier request for posts was never answered, so that nobody knows what it cost. */
  readonly isInDoubt: () => boolean;
  /**
   * Holds the money, asks X, and enters what came. `undefined` when not even the least fits into today's budget.
   * `granted` is how many new resources were paid for. Throws a `RunError`.
   */
  buy<T>(want: Want, requestFor: (granted: number) => XRequest, read: Read<T>): Promise<T | undefined>;
  /** Who an account is, as far as known from earlier points or this run. */
  identityOf(account: Account): Identity | undefined;
  learnIdentity(account: Account, identity: Identity): void;
  deliver(delivery: Delivery): void;
  /** Notes what could not be had; the rest goes on. */
  note(failure: Failure): void;
}

/** What a run would ask, by path, and the most it could cost. */
export interface CollectorPlan {
  readonly counts: Readonly<Record<string, number>>;
  readonly max: MicroUsd;
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
  /** Whether it needs the names and ids behind all accounts before it asks. */
  readonly needsIdentities: boolean;
  /** `strangers` are those of the accounts whose ids are not known: who needs ids buys their profiles first. */
  plan(config: Config, accounts: readonly Account[], strangers: readonly Account[]): CollectorPlan;
  /** Asks for these accounts and delivers what comes. Notes failures instead of throwing them. */
  collect(collecting: Collecting, accounts: readonly Account[]): Promise<void>;
}
