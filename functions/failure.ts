/**
 * Why something could not be done: the closed list that dashboards and alerts know. `noted`: the cause is an account or
 * the operator's own limit, and the run is a good one. `passing`: the run has failed, and may succeed when the same event
 * comes again (503). `lasting`: it has failed, and will again until somebody changes something (422).
 */
const reasons = {
  unknown_account: 'noted',
  renamed: 'noted',
  clock_skew: 'noted',
  suspended: 'noted',
  protected: 'noted',
  no_numbers: 'noted',
  rate_limited: 'passing',
  credits_depleted: 'lasting',
  spend_cap: 'lasting',
  usage_cap: 'lasting',
  unauthorized: 'lasting',
  forbidden: 'lasting',
  upstream_error: 'passing',
  bad_answer: 'passing',
  timeout: 'passing',
  budget: 'noted',
  stale_event: 'noted',
  store_unavailable: 'passing',
  store_refused: 'lasting',
  broker_unavailable: 'passing',
  bad_accounts: 'noted',
} as const;
export type Reason = keyof typeof reasons;
export const REASONS = Object.keys(reasons) as readonly Reason[];

/** Something that went wrong. A detail may hold foreign text, which is cleaned before it is shown. */
export interface Failure {
  /** As configured; without it the failure is the whole collector's. */
  readonly account?: string;
  readonly reason: Reason;
  readonly detail: string;
  /** Whether it stays, although such failures pass as a rule. */
  readonly isFinal?: boolean | undefined;
  /** When asking again can succeed, in Unix milliseconds, if known. */
  readonly retryAt?: number | undefined;
  /** Where X refused one account's path with 401, 403 or 404: the credential that may be to blame instead. */
  readonly suspect?: Credential | undefined;
}

/** A failure as a run keeps and reports it. */
export interface NotedFailure extends Failure {
  /** The collector, or `tick` for the run itself. */
  readonly collector: string;
  /** When it happened, in Unix milliseconds. */
  readonly time: number;
}

/** The two ways to sign in at X: the app's bearer token, or the user context of its owner. */
export type Credential = 'bearer' | 'owner';

/** A failure thrown: of X, of InfluxDB or of the broker, and what its answer says besides. */
export class RunError extends Error {
  readonly failure: Failure;
  /** HTTP status, if there was one. */
  readonly status: number | undefined;
  /** Whether X may have charged for the request: it was sent, and no answer says otherwise. */
  readonly mayCost: boolean;
  /** X's own sentences about single values of the request. */
  readonly complaints: readonly string[];

  constructor(failure: Failure, facts: Partial<Pick<RunError, 'status' | 'mayCost' | 'complaints'>> = {}) {
    super(failure.detail);
    this.name = 'RunError';
    this.failure = failure;
    this.status = facts.status;
    this.mayCost = facts.mayCost ?? false;
    this.complaints = facts.complaints ?? [];
  }
}

/** A request that cannot be understood: the sender's mistake, answered with 400. */
export class BadRequest extends Error {}

/** Whether a failure makes its run a failed one. */
export function isSerious({ reason, suspect }: Failure): boolean {
  return reasons[reason] !== 'noted' && suspect === undefined;
}

/** Whether sending the same event again can help. */
export function isRetryable({ reason, isFinal }: Failure): boolean {
  return reasons[reason] === 'passing' && isFinal !== true;
}

/** Text as it may stand in a log line, a point or a header: one line, no control characters, at most `length` long. */
export function oneLine(text: string, length = 300): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
