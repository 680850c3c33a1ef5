import type { RateLimit } from '../collectors/collector.ts';
import { oneLine, type Reason, RunError } from '../failure.ts';
import { isRecord } from '../json.ts';

/** An answer of X with a status of 400 or more. */
export interface Refusal {
  /** The request in words, such as `GET users/by`. */
  readonly what: string;
  readonly status: number;
  readonly body: unknown;
  readonly rateLimit: RateLimit | undefined;
}

interface Verdict {
  readonly reason: Reason;
  readonly retryable: boolean;
  readonly advice: string;
}

const verdicts = {
  unauthorized: { reason: 'unauthorized', retryable: false, advice: 'check the X credentials' },
  credits_depleted: { reason: 'credits_depleted', retryable: false, advice: 'buy credits in the X developer console' },
  spend_cap: {
    reason: 'spend_cap',
    retryable: false,
    advice: 'raise the spending limit in the X developer console, or wait',
  },
  usage_cap: { reason: 'usage_cap', retryable: false, advice: 'the monthly cap of the X project is used up' },
  forbidden: {
    reason: 'forbidden',
    retryable: false,
    advice: 'the X app may not do this: check its project and access',
  },
  rate_limited: { reason: 'rate_limited', retryable: true, advice: 'asked again once the window is over' },
  wrong_address: { reason: 'upstream_error', retryable: false, advice: 'check TWITTER_API_URL' },
  refused: {
    reason: 'upstream_error',
    retryable: false,
    advice: 'the request is at fault, sending it again will not help',
  },
  failing: { reason: 'upstream_error', retryable: true, advice: 'X has a problem, asked again at the next event' },
} as const satisfies Record<string, Verdict>;

/** What an error status of X means: the reason to report, whether to ask again, and when. */
export function refusalOf(refusal: Refusal): RunError {
  const verdict = verdictOf(refusal);
  const said = sayingOf(refusal.body);
  const message = `X answered ${refusal.status} to ${refusal.what}${said === '' ? '' : ` (${said})`}: ${verdict.advice}`;
  return new RunError(verdict.reason, oneLine(message), {
    retryable: verdict.retryable,
    retryAt: retryAtOf(refusal, verdict.reason),
    status: refusal.status,
    complaints: complaintsOf(refusal.body),
  });
}

/** Statuses and bodies as recorded; X documents neither 402 nor the two caps. */
function verdictOf({ status, body }: Refusal): Verdict {
  const title = textOf(body, 'title');
  const problem = textOf(body, 'type').split('/').pop();
  if (status === 401) return verdicts.unauthorized;
  if (status === 402) return verdicts.credits_depleted;
  if (status === 403 && title === 'CreditsDepleted') return verdicts.credits_depleted;
  if (status === 403 && (title === 'SpendCapReached' || problem === 'credits')) return verdicts.spend_cap;
  if (status === 403) return verdicts.forbidden;
  if (status === 429 && (problem === 'usage-capped' || title === 'UsageCapExceeded')) return verdicts.usage_cap;
  if (status === 429) return verdicts.rate_limited;
  if (status === 404) return verdicts.wrong_address;
  if (status >= 500 || status === 408 || status === 425) return verdicts.failing;
  return verdicts.refused;
}

/** A window that still has requests left is not the one that was used up, so its reset says nothing. */
function retryAtOf({ body, rateLimit }: Refusal, reason: Reason): number | undefined {
  if (reason === 'rate_limited' && rateLimit?.remaining === 0) return rateLimit.reset * 1000;
  const resetDate = Date.parse(textOf(body, 'reset_date'));
  return reason === 'spend_cap' && !Number.isNaN(resetDate) ? resetDate : undefined;
}

function sayingOf(body: unknown): string {
  const parts = [textOf(body, 'title'), textOf(body, 'detail'), ...complaintsOf(body)].filter((part) => part !== '');
  if (parts.length > 0) return oneLine([...new Set(parts)].join(': '), 200);
  if (typeof body !== 'string' || body.trim() === '') return '';
  return /^\s*</.test(body) ? 'an HTML page' : oneLine(body, 100);
}

function complaintsOf(body: unknown): string[] {
  const errors = isRecord(body) && Array.isArray(body['errors']) ? (body['errors'] as unknown[]) : [];
  return errors.map((error) => textOf(error, 'message')).filter((message) => message !== '');
}

function textOf(body: unknown, key: string): string {
  const value = isRecord(body) ? body[key] : undefined;
  return typeof value === 'string' ? value : '';
}
