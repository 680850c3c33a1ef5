import type { Account } from '../config/accounts.ts';
import type { Deadline } from '../deadline.ts';
import type { Finding } from '../failure.ts';
import type { Measurement } from '../measurement.ts';

/** A read of the X API v2: `path` below the API's URL, such as `users/by`. */
export interface XRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
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

/** A collector's way out: to X, and back into the run. */
export interface Collecting {
  /** Time of the tick in Unix milliseconds, whole seconds: the time of every point. */
  readonly time: number;
  /** Asks X. Throws a `RunError`; once X has refused for good in this run, without asking. */
  ask(request: XRequest): Promise<XAnswer>;
  /** Hands over what one answer brought: points, and the ids of the resources X bills for it. */
  deliver(measurements: readonly Measurement[], resourceIds: readonly string[], date: number | undefined): void;
  /** Notes what could not be had; the rest goes on. */
  note(finding: Finding): void;
}

/** Something that can be asked of X. */
export interface Collector {
  readonly name: string;
  /** One sentence for people: what it brings and what that costs. */
  readonly description: string;
  /** The requests it makes for these accounts, one each for at most 100 of them. */
  requestsFor(accounts: readonly Account[]): readonly XRequest[];
  /** Asks for these accounts and delivers what comes. Notes failures instead of throwing them. */
  collect(collecting: Collecting, accounts: readonly Account[]): Promise<void>;
}
