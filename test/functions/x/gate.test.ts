import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AskX, XAnswer } from '../../../functions/collectors/collector.ts';
import { type Reason, REASONS, RunError } from '../../../functions/failure.ts';
import { answerOf, appOf, openDeadline, runErrorOf } from '../fixtures.ts';
import { ask, byId, byName, gated, gateFor, hourMs, minuteMs, refusal, start } from './gate-world.ts';

/** That an error is the other one again, for a request that was never sent and so costs nothing. */
function assertUnsent(error: RunError, { reason, message, retryable, retryAt }: RunError): void {
  const facts = [error.reason, error.message, error.retryable, error.retryAt, error.sent];
  assert.deepEqual(facts, [reason, message, retryable, retryAt, false]);
}

function limit(remaining: number, resetAt: number): Partial<XAnswer> {
  return { rateLimit: { limit: 300, remaining, reset: resetAt / 1000 } };
}

test('a request passes and is counted', async (t) => {
  const { gate } = gated(t, [answerOf({ data: [] }, limit(299, start + hourMs)), answerOf({})]);
  const open = gate();
  assert.deepEqual((await ask(open, byName)).body, { data: [] });
  await ask(open, byId);
  assert.equal(open.requests, 2);
  assert.equal(open.rateLimit?.remaining, 299);
});

test('after a rate limit the path is not asked until its reset, in any run; another path is', async (t) => {
  const until = start + 10 * minuteMs;
  const { asked, gate } = gated(t, [refusal('rate_limited', until), answerOf({}), answerOf({})]);
  await runErrorOf(ask(gate(), byName));
  t.mock.timers.setTime(until - 1);
  const error = await runErrorOf(ask(gate(), byName));
  assert.deepEqual([error.reason, error.retryable, error.retryAt], ['rate_limited', true, until]);
  assert.equal(error.message, 'X was not asked for users/by: its rate limit is used up until 2026-11-23T12:10:00.000Z');
  await ask(gate(), byId);
  t.mock.timers.setTime(until);
  await ask(gate(), byName);
  assert.deepEqual(asked, ['users/by?jack', 'users?12', 'users/by?jack']);
});

test('an answer that used the window up forbids the next request too', async (t) => {
  const { asked, gate } = gated(t, [answerOf({}, limit(0, start + minuteMs))]);
  const open = gate();
  await ask(open, byName);
  assert.equal((await runErrorOf(ask(open, byName))).reason, 'rate_limited');
  assert.equal(asked.length, 1);
});

test('a reset that has passed or that nobody named forbids nothing, one in years forbids a day', async (t) => {
  const { app, gate } = gated(t, [
    answerOf({}, limit(0, start - minuteMs)),
    refusal('rate_limited'),
    refusal('rate_limited', start + 5000 * hourMs),
  ]);
  await ask(gate(), byName);
  await runErrorOf(ask(gate(), byName));
  assert.equal(app.state.rateLimitedUntil.size, 0);
  await runErrorOf(ask(gate(), byName));
  assert.equal(app.state.rateLimitedUntil.get('users/by'), start + 24 * hourMs);
});

const closing: readonly Reason[] = [
  'rate_limited',
  'credits_depleted',
  'spend_cap',
  'usage_cap',
  'unauthorized',
  'forbidden',
  'store_unavailable',
  'store_refused',
];

for (const reason of REASONS) {
  const closes = closing.includes(reason);
  test(`after ${reason} the run asks X ${closes ? 'nothing further' : 'for the rest'}`, async (t) => {
    const { asked, gate } = gated(t, [refusal(reason), answerOf({})]);
    const open = gate();
    const error = await runErrorOf(ask(open, byName));
    if (closes) assertUnsent(await runErrorOf(ask(open, byId)), error);
    else await ask(open, byId);
    assert.deepEqual([asked.length, open.requests], closes ? [1, 1] : [2, 2]);
  });
}

test('once the deadline has passed nothing further is asked', async () => {
  const error = new RunError('timeout', 'X did not answer', { retryable: true });
  const controller = new AbortController();
  let asked = 0;
  const x: AskX = () => {
    asked += 1;
    controller.abort();
    return Promise.reject(error);
  };
  const app = appOf({ askX: x });
  const gate = gateFor(app, { ...openDeadline(), signal: controller.signal });
  await runErrorOf(ask(gate, byName));
  assertUnsent(await runErrorOf(ask(gate, byName)), error);
  const late = await runErrorOf(ask(gateFor(app, openDeadline(true)), byName));
  assert.deepEqual([late.reason, late.retryable, asked], ['timeout', true, 1]);
});

test('what is no RunError goes through and closes nothing', async (t) => {
  const open = gated(t, [new TypeError('a bug'), answerOf({})]).gate();
  await assert.rejects(ask(open, byName), TypeError);
  await ask(open, byName);
});

test('one request has ten seconds of a longer run', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: start });
  const ends: number[] = [];
  const x: AskX = (_request, deadline) => {
    ends.push(deadline.endsAt);
    return Promise.resolve(answerOf({}));
  };
  const app = appOf({ askX: x });
  await ask(gateFor(app), byName);
  await ask(gateFor(app, { ...openDeadline(), endsAt: start + 500 }), byName);
  assert.deepEqual(ends, [start + 10_000, start + 500]);
});
