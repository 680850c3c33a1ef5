import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Answer, Problem, XRequest } from '../collectors/collector.ts';
import type { Clean } from '../config/redact.ts';
import type { Deadline } from '../deadline.ts';
import { type Credential, type Reason, RunError } from '../failure.ts';
import { isOvergrown, maxNested } from '../json.ts';
import { parseProblem, sayingOf } from './problem.ts';

/** Several times the largest answer: 100 posts with all their metrics are some 60 kB. */
export const maxAnswerBytes = 8_388_608;
/** X's longest window is a day. */
const maxLimitMs = 25 * 3_600_000;

/** An HTTP answer of X, whatever its status: names of headers in lower case, the body as it came. */
export interface XReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Asks X once with one of the two credentials, by the deadline. Throws a `RunError` where no whole answer came. */
export type AskX = (request: XRequest, credential: Credential, deadline: Deadline) => Promise<XReply>;

/** X's count of requests in the current window; `reset` in Unix seconds. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly reset: number;
}

/** A successful answer of X. */
export interface XAnswer extends Answer {
  readonly rateLimit: RateLimit | undefined;
  /** Until when a window of X is used up, in Unix milliseconds. */
  readonly limitedUntil: number | undefined;
  /** X's own clock in Unix milliseconds; its UTC day is the day X bills. */
  readonly date: number | undefined;
}

/**
 * The answer in a reply with a JSON body. Throws a `RunError` for everything else: refusals and answers without a body
 * are free, while a 2xx body that cannot be read may have been charged for.
 */
export function readAnswer({ path }: XRequest, reply: XReply, clean: Clean): XAnswer {
  const { status, headers } = reply;
  const rateLimit = rateLimitIn(headers, 'x-rate-limit');
  const windows = [rateLimit, ...['app', 'user'].map((who) => rateLimitIn(headers, `x-${who}-limit-24hour`))];
  const usedUp = windows.filter((window) => window?.remaining === 0).map((window) => (window?.reset ?? 0) * 1000);
  const limitedUntil = usedUp.length === 0 ? undefined : Math.min(Math.max(...usedUp), Date.now() + maxLimitMs);
  const body = parseBody(reply);
  if (status >= 400) throw refusalOf(path, status, body, limitedUntil, clean);
  const isRead = status >= 200 && status < 300 && status !== 204 && status !== 205;
  if (!isRead || headers['location'] !== undefined) {
    throw badAnswer(status, `X answered ${status} to GET ${path}: check TWITTER_API_URL and any proxy`);
  }
  const { errors = [] } = (body ?? {}) as { errors?: unknown };
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !Array.isArray(errors)) {
    throw badAnswer(status, `X answered ${status} to GET ${path} with ${describeBody(body)}`, true);
  }
  const date = Date.parse(String(headers['date']));
  const answer = { body: body as Answer['body'], problems: errors.map(parseProblem), rateLimit, limitedUntil };
  return { ...answer, date: Number.isNaN(date) ? undefined : date };
}

function describeBody(body: unknown): string {
  if (typeof body !== 'string') return 'JSON that is not an object with lists';
  const text = body.trimStart();
  return text === '' ? 'an empty body' : text.startsWith('<') ? 'an HTML page' : 'a body that is cut or not JSON';
}

function badAnswer(status: number, detail: string, mayCost = false): RunError {
  return new RunError({ reason: 'bad_answer', detail }, { status, mayCost });
}

/** What an error status of X means: the reason to report, whether to ask again, and when. */
function refusalOf(path: string, status: number, body: unknown, limitedUntil: number | undefined, clean: Clean) {
  const problem = parseProblem(body);
  const [reason, advice, isFinal] = verdictOf(status, problem);
  const said = clean(sayingOf(problem, body), 200);
  const detail = `X answered ${status} to GET ${path}${said === '' ? '' : ` (${said})`}: ${advice}`;
  // A window that still has requests left is not the one that was used up, so its reset says nothing.
  const retryAt = reason === 'rate_limited' ? limitedUntil : reason === 'spend_cap' ? problem.resetAt : undefined;
  return new RunError({ reason, detail, retryAt, isFinal }, { status, complaints: problem.complaints });
}

/** What to report, whether to ask again, and what to do; statuses and bodies as recorded, X documents neither 402 nor the two caps. */
function verdictOf(status: number, { title, type }: Problem): [reason: Reason, advice: string, isFinal?: boolean] {
  if (status === 401) return ['unauthorized', 'check the X credentials'];
  if (status === 402 || (status === 403 && title === 'CreditsDepleted')) {
    return ['credits_depleted', 'buy credits in the X developer console'];
  }
  if (status === 403 && (title === 'SpendCapReached' || type === 'credits')) {
    return ['spend_cap', 'raise the spending limit in the X developer console, or wait'];
  }
  if (status === 403) return ['forbidden', 'the X app may not do this: check its project and access'];
  if (status === 429 && (type === 'usage-capped' || title === 'UsageCapExceeded')) {
    return ['usage_cap', 'the monthly cap of the X project is used up'];
  }
  if (status === 429) return ['rate_limited', 'asked again once the window is over'];
  if (status === 404) return ['upstream_error', 'check TWITTER_API_URL', true];
  if (status >= 500 || status === 408 || status === 425) {
    return ['upstream_error', 'X has a problem, asked again at the next event'];
  }
  return ['upstream_error', 'the request is at fault, sending it again will not help', true];
}

/** JSON as a value, anything else as the text it is. X may pack an answer unasked: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
function parseBody({ headers, body }: XReply): unknown {
  let text = '';
  try {
    const unpack = unpackers[String(headers['content-encoding'])];
    text = (unpack === undefined ? body : unpack(body, { maxOutputLength: maxAnswerBytes })).toString('utf8');
    const value = text.length > maxNested && isOvergrown(text) ? text : (JSON.parse(text) as unknown);
    return typeof value === 'string' ? text : value;
  } catch {
    return text;
  }
}

const unpackers: Readonly<Record<string, typeof gunzipSync | undefined>> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  deflate: inflateSync,
};

function rateLimitIn(headers: XReply['headers'], prefix: string): RateLimit | undefined {
  const numberIn = (part: string): number => Number(headers[`${prefix}-${part}`] ?? NaN);
  const window = { limit: numberIn('limit'), remaining: numberIn('remaining'), reset: numberIn('reset') };
  return Object.values(window).every((number) => Number.isSafeInteger(number) && number >= 0) ? window : undefined;
}
