/** Why something could not be done: the closed list that dashboards and alerts know. */
export const REASONS = [
  'unknown_account',
  'suspended',
  'protected',
  'no_numbers',
  'rate_limited',
  'credits_depleted',
  'spend_cap',
  'usage_cap',
  'unauthorized',
  'forbidden',
  'upstream_error',
  'bad_answer',
  'timeout',
  'budget',
  'stale_event',
  'store_unavailable',
  'store_refused',
  'broker_unavailable',
  'bad_accounts',
] as const;
export type Reason = (typeof REASONS)[number];

/** One thing that went wrong in a run. `account` is spelt as configured; without it the failure is the whole collector's. */
export interface Failure {
  /** The collector, or `tick` for the run itself. */
  readonly collector: string;
  readonly account?: string;
  readonly reason: Reason;
  readonly detail: string;
  /** Whether sending the same event again can help. */
  readonly retryable: boolean;
  /** When it happened, in Unix milliseconds. */
  readonly time: number;
}

/** What a part of a run says went wrong; the run adds who and when. */
export interface Finding {
  readonly account?: string;
  readonly reason: Reason;
  readonly detail: string;
  readonly retryable: boolean;
  /** When asking again can succeed, in Unix milliseconds, if known. */
  readonly retryAt?: number | undefined;
}

/** Recorded, and no reason to call the run failed: the account or the operator's own limit is the cause. */
const recordedOnly: ReadonlySet<Reason> = new Set<Reason>([
  'unknown_account',
  'suspended',
  'protected',
  'no_numbers',
  'budget',
  'stale_event',
  'bad_accounts',
]);

interface RunErrorFacts {
  readonly retryable: boolean;
  readonly retryAt?: number | undefined;
  readonly status?: number | undefined;
  readonly unanswered?: boolean;
  readonly sent?: boolean;
  readonly complaints?: readonly string[];
}

/** An error of X or of the store with the reason it is reported under. Its message is fit for the operator's eyes. */
export class RunError extends Error {
  readonly reason: Reason;
  readonly retryable: boolean;
  /** When asking again can succeed, in Unix milliseconds, if the other side said so. */
  readonly retryAt: number | undefined;
  /** HTTP status of the answer, if there was one. */
  readonly status: number | undefined;
  /** Whether the request never got as far as an answer, so that a worn-out connection may be to blame. */
  readonly unanswered: boolean;
  /** Whether the request was sent at all. */
  readonly sent: boolean;
  /** The other side's own sentences about single values of the request. */
  readonly complaints: readonly string[];

  constructor(reason: Reason, message: string, facts: RunErrorFacts) {
    super(message);
    this.name = 'RunError';
    this.reason = reason;
    this.retryable = facts.retryable;
    this.retryAt = facts.retryAt;
    this.status = facts.status;
    this.unanswered = facts.unanswered ?? false;
    this.sent = facts.sent ?? true;
    this.complaints = facts.complaints ?? [];
  }
}

/** After these every further request of the run would end alike. */
const endingReasons: ReadonlySet<Reason> = new Set<Reason>([
  'rate_limited',
  'credits_depleted',
  'spend_cap',
  'usage_cap',
  'unauthorized',
  'forbidden',
  'store_unavailable',
  'store_refused',
]);

/** Whether an error concerns the whole run, and not just the account it was met at. */
export function endsRun(reason: Reason): boolean {
  return endingReasons.has(reason);
}

/** An error as something to note in the run. */
export function findingOf(error: RunError): Finding {
  return { reason: error.reason, detail: error.message, retryable: error.retryable, retryAt: error.retryAt };
}

/** Whether a failure makes its run a failed one. */
export function isSerious(failure: Failure): boolean {
  return !recordedOnly.has(failure.reason);
}

/** The HTTP status of a run with these failures, the worst first: 503 again, 422 never, 204 done. */
export function statusOf(failures: readonly Failure[]): 204 | 422 | 503 {
  const serious = failures.filter(isSerious);
  if (serious.some((failure) => failure.retryable)) return 503;
  return serious.length > 0 ? 422 : 204;
}

/** Text as it may stand in a log line, a point or a header: one line, no control characters, at most `length` long. */
export function oneLine(text: string, length = 300): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
