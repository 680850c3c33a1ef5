import { type Finding, oneLine, RunError } from '../../failure.ts';
import { isRecord } from '../../json.ts';

/** A profile as X sends it, cut down to what is used; the metrics are still unchecked. */
export interface XUser {
  readonly id: string;
  readonly username: string;
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** One entry of `errors[]` in a 200 answer: what X says of one value that was asked for. */
export interface XValueError {
  /** In lower case. */
  readonly value: string;
  readonly finding: Finding;
}

/** A checked answer of the user look-ups. `malformed` counts entries of `data` that are no profile. */
export interface UserAnswer {
  readonly users: readonly XUser[];
  readonly errors: readonly XValueError[];
  readonly malformed: number;
}

/** Checks the shape of `GET /2/users` and `/2/users/by`. Throws a `RunError` (`bad_answer`) when it is another. */
export function parseUserAnswer(body: unknown): UserAnswer {
  if (!isRecord(body)) throw badAnswer(`${describe(body)} where a JSON object with data or errors was expected`);
  const { data, errors } = body;
  if (data === undefined && errors === undefined) throw badAnswer('a JSON object without data and without errors');
  if (data !== undefined && !Array.isArray(data)) throw badAnswer(`data is ${describe(data)}, not a list of users`);
  if (errors !== undefined && !Array.isArray(errors)) throw badAnswer(`errors is ${describe(errors)}, not a list`);
  const users = (data ?? []).map(toXUser);
  return {
    users: users.filter((user) => user !== undefined),
    errors: (errors ?? []).filter(isRecord).map(toValueError),
    malformed: users.filter((user) => user === undefined).length,
  };
}

function toXUser(entry: unknown): XUser | undefined {
  if (!isRecord(entry)) return undefined;
  const { id, username, public_metrics: metrics } = entry;
  if (typeof id !== 'string' || !/^[0-9]{1,19}$/.test(id)) return undefined;
  if (typeof username !== 'string' || !/^[A-Za-z0-9_]{1,50}$/.test(username)) return undefined;
  return { id, username, metrics: isRecord(metrics) ? metrics : {} };
}

/** The keys of an entry vary: X leaves out `value` or `resource_id` at times, but quotes the value in the detail. */
function toValueError(error: Readonly<Record<string, unknown>>): XValueError {
  const quoted = /\[([^\]]*)\]/.exec(String(error['detail']))?.[1];
  const value = [error['value'], error['resource_id'], quoted].find((text) => typeof text === 'string');
  return { value: (value ?? '').toLowerCase(), finding: toFinding(error) };
}

/**
 * A suspended account has the problem type of an unknown one: only title and detail tell them apart. The type's host
 * changed with the company's name, so its last part alone counts.
 */
export function toFinding(error: Readonly<Record<string, unknown>>): Finding {
  const [title, detail] = [error['title'], error['detail']].map((text) => (typeof text === 'string' ? text : ''));
  const type = typeof error['type'] === 'string' ? (error['type'].split('/').pop() ?? '') : '';
  const said = oneLine(`X says: ${[title, detail].filter((text) => text !== '').join(': ')}`);
  if (/suspended/i.test(`${title} ${detail}`)) return { reason: 'suspended', detail: said, retryable: false };
  if (type === 'not-authorized-for-resource' || /^authorization error$/i.test(title ?? '')) {
    return { reason: 'protected', detail: said, retryable: false };
  }
  if (type === 'resource-not-found' || /^not found/i.test(title ?? '')) {
    return { reason: 'unknown_account', detail: said, retryable: false };
  }
  return { reason: 'upstream_error', detail: said, retryable: true };
}

function badAnswer(what: string): RunError {
  return new RunError('bad_answer', `X answered 200 with ${what}: nothing was stored from it`, { retryable: true });
}

function describe(value: unknown): string {
  if (value === undefined || value === '') return 'an empty body';
  if (value === null) return 'null';
  if (typeof value === 'string') return /^\s*</.test(value) ? 'an HTML page' : 'text that is not JSON';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
