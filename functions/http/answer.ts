import type { ServerResponse } from 'node:http';
import type { App } from '../app.ts';
import { oneLine, type Reason, RunError, statusOf } from '../failure.ts';
import type { Outcome } from '../run/report.ts';
import { BadRequest } from '../jobs/request.ts';

/** An answer before it is written out. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or a value to be sent as JSON; nothing for an empty body. */
  readonly body?: unknown;
}

/** Without a word from the other side about when: long enough for a restart, short against any schedule. */
const retryAfterSeconds = 10;
/** An answer to an event ends up in a header of its dead letter. */
const mostEventBodyBytes = 1024;

/**
 * The answer to a run. An event gets 204 and nothing else when all is well, since a broker takes any other body for a
 * failure; a person gets the report, or the lines of a dry run.
 */
export function answerOutcome(
  outcome: Outcome,
  { isEvent, lines }: { isEvent: boolean; lines: string | undefined },
): Answer {
  const status = statusOf(outcome.failures);
  const headers = status === 503 ? retryHeaders(outcome.retryAt) : {};
  if (lines !== undefined) return { status: status === 204 ? 200 : status, headers, body: lines };
  if (!isEvent) return { status: status === 204 ? 200 : status, headers, body: outcome.report };
  if (status === 204) return { status };
  const worst = outcome.failures.filter((failure) => statusOf([failure]) === status);
  return { status, headers, body: eventError(worst[0]?.reason, worst[0]?.detail ?? '', worst.length) };
}

/** The answer to what was thrown instead of a run's outcome or a plan. */
export function answerError(app: App, error: unknown, isEvent: boolean): Answer {
  if (error instanceof BadRequest) {
    const message = oneLine(app.redact(error.message));
    app.log('warn', isEvent ? 'an event was refused' : 'a request was refused', { error: message });
    return { status: 400, body: { error: message } };
  }
  if (error instanceof RunError) {
    const body = { error: error.reason, detail: app.redact(error.message) };
    app.log('error', 'plan', body);
    return error.retryable ? { status: 503, headers: retryHeaders(error.retryAt), body } : { status: 422, body };
  }
  app.log('error', 'a request broke off', { stack: error instanceof Error ? error.stack : String(error) });
  return {
    status: 500,
    body: { error: 'an error of twittergraph itself: please report it with the log line beside it' },
  };
}

/** Writes an answer out. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  const isText = typeof body === 'string';
  const text = body === undefined ? '' : isText ? body : `${JSON.stringify(body)}\n`;
  const entity = {
    'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json',
    'Content-Length': Buffer.byteLength(text),
  };
  response.writeHead(status, { ...headers, ...(body === undefined ? {} : entity) });
  response.end(text);
}

function eventError(reason: Reason | undefined, detail: string, failures: number): unknown {
  const room = mostEventBodyBytes - 200;
  let short = detail;
  while (Buffer.byteLength(JSON.stringify(short)) > room) short = `${short.slice(0, -10)}…`;
  return { reason, detail: short, failures };
}

function retryHeaders(retryAt: number | undefined): Record<string, string> {
  const seconds = retryAt === undefined ? retryAfterSeconds : Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
  return { 'Retry-After': String(seconds) };
}
