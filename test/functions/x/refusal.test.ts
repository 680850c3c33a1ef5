import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectX } from '../../../functions/adapters/twitter.ts';
import type { Reason } from '../../../functions/failure.ts';
import { startXServer } from '../../support/x-server.ts';
import { openDeadline, runErrorOf } from '../fixtures.ts';

interface Row {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly reason: Reason;
  readonly retryable?: true;
  readonly retryAt?: number;
  /** What stands in brackets after the status, and what the operator is told to do. */
  readonly said?: string;
  readonly advice: string;
}

const html = { 'content-type': 'text/html' };
const text = { 'content-type': 'text/plain' };
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
    body: {
      detail: 'credits depleted',
      status: 402,
      title: 'Payment Required',
      type: 'https://api.x.com/2/problems/credits-depleted',
    },
    headers: { 'content-type': 'application/problem+json' },
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
    body: {
      title: 'Client Forbidden',
      reason: 'client-not-enrolled',
      type: 'https://api.twitter.com/2/problems/client-forbidden',
    },
    reason: 'forbidden',
    said: 'Client Forbidden',
    advice: access,
  },
  'a 403 without a body': { status: 403, reason: 'forbidden', advice: access },
  'an unknown path, empty': { status: 404, reason: 'upstream_error', advice: address },
  'an unknown path, a page': {
    status: 404,
    headers: html,
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
    headers: { ...windowUsedUp, ...text, 'x-rate-limit-remaining': '12' },
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
    headers: html,
    body: '\n <html>',
    reason: 'upstream_error',
    retryable: true,
    said: 'an HTML page',
    advice: failing,
  },
};

const retried = [408, 425, 500, 502, 503, 504, 520].map((status): Row => ({
  status,
  reason: 'upstream_error',
  retryable: true,
  advice: failing,
}));
const fatal = [405, 406, 410, 413, 414, 422, 431, 451].map((status): Row => ({
  status,
  reason: 'upstream_error',
  advice: refused,
}));
const bare = [...retried, ...fatal].map((row) => [`a bare ${row.status}`, row] as const);

for (const [name, row] of [...Object.entries(rows), ...bare]) {
  test(`${name}: ${row.reason}${row.retryable === true ? ', worth another try' : ''}`, async (t) => {
    const x = await startXServer(() => ({ status: row.status, headers: row.headers ?? {}, body: row.body }));
    t.after(() => x.close());
    const ask = connectX({ url: x.url, bearerToken: 'bearer-marker', userContext: undefined });
    const error = await runErrorOf(ask({ path: 'users', query: { ids: '12' } }, openDeadline()));
    const said = row.said === undefined ? '' : ` (${row.said})`;
    assert.equal(error.message, `X answered ${row.status} to GET users${said}: ${row.advice}`);
    assert.deepEqual(
      [error.reason, error.retryable, error.retryAt, error.status, error.unanswered],
      [row.reason, row.retryable ?? false, row.retryAt, row.status, false],
    );
    assert.equal(x.seen.length, 1);
  });
}

test("X's sentences about single values are kept apart", async (t) => {
  const body = rows['a malformed request']?.body;
  const x = await startXServer(() => ({ status: 400, body }));
  t.after(() => x.close());
  const ask = connectX({ url: x.url, bearerToken: 'bearer-marker', userContext: undefined });
  const error = await runErrorOf(ask({ path: 'users', query: { ids: '12' } }, openDeadline()));
  assert.deepEqual(error.complaints, ['value [x] does not match']);
});

test('a long answer is cut to what fits a line of log', async (t) => {
  const x = await startXServer(() => ({ status: 500, headers: text, body: 'long\n'.repeat(1000) }));
  t.after(() => x.close());
  const ask = connectX({ url: x.url, bearerToken: 'bearer-marker', userContext: undefined });
  const { message } = await runErrorOf(ask({ path: 'users', query: {} }, openDeadline()));
  assert.ok(message.length <= 300 && !message.includes('\n'), message);
});
