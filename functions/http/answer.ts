import type { ServerResponse } from 'node:http';
import { DeadlineError } from '../deadline.ts';
import { BadRequest, type Failure, isRetryable, isSerious, RunError } from '../failure.ts';
import type { Instance } from '../run/instance.ts';
import type { Outcome } from '../run/report.ts';

/** An answer before it is written out. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or a value to be sent as JSON; nothing for an empty body. */
  readonly body?: unknown;
}

/** Without a word from the other side about when: long enough for a restart, short against any schedule. */
const retryAfterSeconds = 10;
/** An answer to an event ends up in a header of its dead letter, which has room for 1024 bytes. */
const maxEventDetailBytes = 824;

/**
 * The answer to a run. An event gets 204 and nothing else when all is well, since a broker takes any other body for a
 * failure; a person gets the report, or the lines of a dry run.
 */
export function answerOutcome(outcome: Outcome, asked: { isEvent: boolean; lines: string | undefined }): Answer {
  const { failures, report, retryAt } = outcome;
  const status = statusOf(failures);
  const headers = status === 503 ? retryHeaders(retryAt) : {};
  if (!asked.isEvent) return { status: status === 204 ? 200 : status, headers, body: asked.lines ?? report };
  if (status === 204) return { status };
  return { status, headers, body: eventError(failures.filter((failure) => statusOf([failure]) === status)) };
}

/** The HTTP status of a run with these failures, the worst first: 503 again, 422 never, 204 done. */
export function statusOf(failures: readonly Failure[]): 204 | 422 | 503 {
  const serious = failures.filter(isSerious);
  if (serious.some(isRetryable)) return 503;
  return serious.length > 0 ? 422 : 204;
}

/** The answer to what was thrown instead of a run's outcome or a plan. */
export function answerError({ log, clean }: Instance, error: unknown, isEvent: boolean): Answer {
  if (error instanceof BadRequest) {
    const message = clean(error.message);
    log('warn', isEvent ? 'an event was refused' : 'a request was refused', { error: message });
    return { status: 400, body: { error: message } };
  }
  const isLate = error instanceof DeadlineError;
  if (isLate || error instanceof RunError) {
    const failure: Failure = isLate ? { reason: 'timeout', detail: error.message } : error.failure;
    const body = { error: failure.reason, detail: clean(failure.detail) };
    log('error', 'plan', body);
    return isRetryable(failure) ? { status: 503, headers: retryHeaders(failure.retryAt), body } : { status: 422, body };
  }
  log('error', 'a request broke off', { stack: error instanceof Error ? error.stack : String(error) });
  const message = 'an error of twittergraph itself: please report it with the log line beside it';
  return { status: 500, body: { error: message } };
}

export function writeAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  const [type, text] =
    typeof body === 'string' ? ['text/plain; charset=utf-8', body] : ['application/json', `${JSON.stringify(body)}\n`];
  const entity = { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) };
  response.writeHead(status, body === undefined ? headers : { ...headers, ...entity });
  response.end(body === undefined ? '' : text);
}

function eventError(failures: readonly Failure[]): unknown {
  let detail = failures[0]?.detail ?? '';
  while (Buffer.byteLength(JSON.stringify(detail)) > maxEventDetailBytes) detail = `${detail.slice(0, -10)}…`;
  return { reason: failures[0]?.reason, detail, failures: failures.length };
}

function retryHeaders(retryAt: number | undefined): Record<string, string> {
  const seconds = retryAt === undefined ? retryAfterSeconds : Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
  return { 'Retry-After': String(seconds) };
}
