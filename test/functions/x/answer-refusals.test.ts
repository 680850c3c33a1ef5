import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRetryable, type Reason, type RunError } from '../../../functions/failure.ts';
import { readAnswer, type XReply } from '../../../functions/x/answer.ts';
import { cleanerOf, errorOf, replyOf } from '../fixtures.ts';

interface Row {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: XReply['headers'];
  readonly reason: Reason;
  readonly retryable?: true;
  readonly retryAt?: number;
  /** What stands in brackets after the status, and what the operator is told to do. */
  readonly said?: string;
  readonly advice: string;
}

const windowUsedUp = { 'x-rate-limit-limit': '300', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '1795000000' };
const failing = 'X has a problem, asked again at the next event';
const buy = 'buy credits in the X developer console';
const raise = 'raise the spending limit in the X developer console, or wait';
const refused = 'the request is at fault, sending it again will not help';
const access = 'the X app may not do this: check its project and access';
const again = 'asked again once the window is over';
const address = 'check TWITTER_API_URL';
const credits = 'https://api.twitter.com/2/problems/credits';

const rows: Readonly<Record<string, Row>> = {
  'a malformed request': {
    status: 400,
    body: { title: 'Invalid Request', detail: 'Wrong.', errors: [{ message: 'value [x] does not match' }, { odd: 1 }] },
    reason: 'upstream_error',
    said: 'Invalid Request: Wrong.: value [x] does not match',
    advice: refused,
  },
  'a malformed request whose errors are nothing': {
    status: 400,
    body: { errors: [null] },
    reason: 'upstream_error',
    advice: refused,
  },
  'a wrong token': {
    status: 401,
    body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' },
    reason: 'unauthorized',
    said: 'Unauthorized',
    advice: 'check the X credentials',
  },
  'credits used up, the older body': {
    status: 402,
    body: { account_id: 1, title: 'CreditsDepleted', detail: 'No credits.', type: credits },
    headers: { ...windowUsedUp, 'x-rate-limit-remaining': '39984' },
    reason: 'credits_depleted',
    said: 'CreditsDepleted: No credits.',
    advice: buy,
  },
  'credits used up, the newer body': {
    status: 402,
    body: { detail: 'credits depleted', title: 'Payment Required', type: `${credits}-depleted` },
    reason: 'credits_depleted',
    said: 'Payment Required: credits depleted',
    advice: buy,
  },
  'credits used up, as 403': {
    status: 403,
    body: { title: 'CreditsDepleted', type: credits },
    reason: 'credits_depleted',
    said: 'CreditsDepleted',
    advice: buy,
  },
  'a spend cap with its end': {
    status: 403,
    body: { title: 'SpendCapReached', detail: 'Blocked.', reset_date: '2026-12-10', type: credits },
    reason: 'spend_cap',
    retryAt: Date.parse('2026-12-10T00:00:00Z'),
    said: 'SpendCapReached: Blocked.',
    advice: raise,
  },
  'a spend cap without an end that can be read': {
    status: 403,
    body: { title: 'Renamed', reset_date: 'soon', type: 'https://api.x.com/2/problems/credits' },
    reason: 'spend_cap',
    said: 'Renamed',
    advice: raise,
  },
  'an app without a project': {
    status: 403,
    body: { title: 'Client Forbidden', reason: 'client-not-enrolled', reset_date: '2026-12-10' },
    reason: 'forbidden',
    said: 'Client Forbidden',
    advice: access,
  },
  'a 403 without a body': { status: 403, reason: 'forbidden', advice: access },
  'an unknown path, empty': { status: 404, reason: 'upstream_error', advice: address },
  'an unknown path, a page': {
    status: 404,
    body: '<!DOCTYPE html>',
    reason: 'upstream_error',
    said: 'an HTML page',
    advice: address,
  },
  'a used-up window': {
    status: 429,
    body: { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 },
    headers: windowUsedUp,
    reason: 'rate_limited',
    retryable: true,
    retryAt: 1_795_000_000_000,
    said: 'Too Many Requests',
    advice: again,
  },
  'a hidden limit while the window has requests left': {
    status: 429,
    body: 'Rate limit exceeded',
    headers: { ...windowUsedUp, 'x-rate-limit-remaining': '12' },
    reason: 'rate_limited',
    retryable: true,
    said: 'Rate limit exceeded',
    advice: again,
  },
  'a rate limit without headers': { status: 429, reason: 'rate_limited', retryable: true, advice: again },
  'the usage cap by its title': {
    status: 429,
    body: { title: 'UsageCapExceeded', period: 'Monthly', scope: 'Product' },
    headers: windowUsedUp,
    reason: 'usage_cap',
    said: 'UsageCapExceeded',
    advice: 'the monthly cap of the X project is used up',
  },
  'the usage cap by its type': {
    status: 429,
    body: { title: 'Renamed', type: 'https://api.x.com/2/problems/usage-capped' },
    reason: 'usage_cap',
    said: 'Renamed',
    advice: 'the monthly cap of the X project is used up',
  },
  'a page of a proxy': {
    status: 502,
    body: '\n <html>',
    headers: windowUsedUp,
    reason: 'upstream_error',
    retryable: true,
    said: 'an HTML page',
    advice: failing,
  },
};

const passing = { reason: 'upstream_error', retryable: true, advice: failing } as const;
const retried = [408, 425, 500, 502, 503, 504, 520].map((status): Row => ({ status, ...passing }));
const lasting = { reason: 'upstream_error', advice: refused } as const;
const fatal = [405, 406, 410, 413, 414, 422, 431, 451].map((status): Row => ({ status, ...lasting }));
const bare = [...retried, ...fatal].map((row) => [`a bare ${row.status}`, row] as const);

function refusalOf(body: unknown, status: number, headers: XReply['headers'] = {}): RunError {
  return errorOf(() => readAnswer({ path: 'users', query: {} }, replyOf(body, { status, headers }), cleanerOf()));
}

for (const [name, row] of [...Object.entries(rows), ...bare]) {
  test(`${name}: ${row.reason}${row.retryable === true ? ', worth another try' : ''}, and free`, () => {
    const { message, failure, status, mayCost } = refusalOf(row.body ?? '', row.status, row.headers);
    const said = row.said === undefined ? '' : ` (${row.said})`;
    assert.equal(message, `X answered ${row.status} to GET users${said}: ${row.advice}`);
    assert.deepEqual(
      [failure.reason, isRetryable(failure), failure.retryAt, status, mayCost],
      [row.reason, row.retryable ?? false, row.retryAt, row.status, false],
    );
  });
}

test("X's sentences about single values are kept apart", () => {
  const { complaints } = refusalOf(rows['a malformed request']?.body, 400);
  assert.deepEqual(complaints, ['value [x] does not match']);
});

test('of what X says no more is shown than fits a line, and no secret', () => {
  const { message } = refusalOf('long\n'.repeat(1000), 500);
  assert.ok(message.length <= 300 && !message.includes('\n'), message);
  assert.ok(message.endsWith(failing), message);
  const secret = refusalOf(`${'x'.repeat(190)} bearer-marker and more`, 400).message;
  assert.doesNotMatch(secret, /bearer/);
});
