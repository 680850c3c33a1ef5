import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import type { App } from '../../../functions/app.ts';
import type { AskX, XAnswer } from '../../../functions/collectors/collector.ts';
import { type Reason, REASONS, RunError } from '../../../functions/failure.ts';
import { askThrough, openXGate, type XGate } from '../../../functions/jobs/x-gate.ts';
import { answerOf, appOf, askingInTurn, openDeadline, runErrorOf } from '../fixtures.ts';

const start = Date.parse('2026-11-23T12:00:00Z');
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const byName = { path: 'users/by', query: { usernames: 'jack' } };
const byId = { path: 'users', query: { ids: '12' } };

function refusal(reason: Reason, retryAt?: number): RunError {
  return new RunError(reason, `X refused: ${reason}`, { retryable: reason === 'rate_limited', retryAt });
}

function limit(remaining: number, resetAt: number): Partial<XAnswer> {
  return { rateLimit: { limit: 300, remaining, reset: resetAt / 1000 } };
}

/** An app whose X answers in turn, at a clock that the test sets on; `gate` opens the passage of one run. */
function gated(
  t: TestContext,
  answers: Parameters<typeof askingInTurn>[0],
): {
  app: App;
  asked: readonly string[];
  gate: (probe?: boolean) => XGate;
} {
  t.mock.timers.enable({ apis: ['Date'], now: start });
  const askX = askingInTurn(answers);
  const app = appOf({ askX });
  return { app, asked: askX.asked, gate: (probe = false) => openXGate(app, openDeadline(), probe) };
}

test('a request passes and is counted', async (t) => {
  const { gate } = gated(t, [answerOf({ data: [] }, limit(299, start + hourMs)), answerOf({})]);
  const open = gate();
  assert.deepEqual((await askThrough(open, byName)).body, { data: [] });
  await askThrough(open, byId);
  assert.equal(open.requests, 2);
  assert.equal(open.rateLimit?.remaining, 299);
});

test('after a rate limit the path is not asked until its reset, in any run; another path is', async (t) => {
  const until = start + 10 * minuteMs;
  const { asked, gate } = gated(t, [refusal('rate_limited', until), answerOf({}), answerOf({})]);
  await runErrorOf(askThrough(gate(), byName));
  t.mock.timers.setTime(until - 1);
  const error = await runErrorOf(askThrough(gate(), byName));
  assert.deepEqual([error.reason, error.retryable, error.retryAt], ['rate_limited', true, until]);
  assert.equal(error.message, 'X was not asked for users/by: its rate limit is used up until 2026-11-23T12:10:00.000Z');
  await askThrough(gate(), byId);
  t.mock.timers.setTime(until);
  await askThrough(gate(), byName);
  assert.deepEqual(asked, ['users/by?jack', 'users?12', 'users/by?jack']);
});

test('an answer that used the window up forbids the next request too', async (t) => {
  const { asked, gate } = gated(t, [answerOf({}, limit(0, start + minuteMs))]);
  const open = gate();
  await askThrough(open, byName);
  assert.equal((await runErrorOf(askThrough(open, byName))).reason, 'rate_limited');
  assert.equal(asked.length, 1);
});

test('a reset that has passed or that nobody named forbids nothing, one in years forbids a day', async (t) => {
  const { app, gate } = gated(t, [
    answerOf({}, limit(0, start - minuteMs)),
    refusal('rate_limited'),
    refusal('rate_limited', start + 5000 * hourMs),
  ]);
  await askThrough(gate(), byName);
  await runErrorOf(askThrough(gate(), byName));
  assert.equal(app.state.rateLimitedUntil.size, 0);
  await runErrorOf(askThrough(gate(), byName));
  assert.equal(app.state.rateLimitedUntil.get('users/by'), start + 24 * hourMs);
});

const closing: readonly Reason[] = [
  'rate_limited',
  'credits_depleted',
  'spend_cap',
  'usage_cap',
  'unauthorized',
  'forbidden',
];

for (const reason of REASONS) {
  const closes = closing.includes(reason);
  test(`after ${reason} the run asks X ${closes ? 'nothing further' : 'for the rest'}`, async (t) => {
    const { asked, gate } = gated(t, [refusal(reason), answerOf({})]);
    const open = gate();
    const error = await runErrorOf(askThrough(open, byName));
    if (closes) assert.equal(await runErrorOf(askThrough(open, byId)), error);
    else await askThrough(open, byId);
    assert.deepEqual([asked.length, open.requests], closes ? [1, 1] : [2, 2]);
  });
}

test('after the deadline nothing further is asked', async () => {
  const error = new RunError('timeout', 'X did not answer', { retryable: true });
  const controller = new AbortController();
  const askX = askingInTurn([error]);
  const gate = openXGate(appOf({ askX }), { ...openDeadline(), signal: controller.signal }, false);
  controller.abort();
  await runErrorOf(askThrough(gate, byName));
  assert.equal(await runErrorOf(askThrough(gate, byName)), error);
  assert.equal(askX.asked.length, 1);
});

test('what is no RunError goes through and closes nothing', async (t) => {
  const open = gated(t, [new TypeError('a bug'), answerOf({})]).gate();
  await assert.rejects(askThrough(open, byName), TypeError);
  await askThrough(open, byName);
});

test('a latch forbids every path but for one probe an hour, counted from the last one', async (t) => {
  const refused = [1, 2, 3].map(() => refusal('credits_depleted'));
  const { app, asked, gate } = gated(t, [...refused, answerOf({}), answerOf({})]);
  await runErrorOf(askThrough(gate(), byName));
  t.mock.timers.setTime(start + hourMs - 1);
  const error = await runErrorOf(askThrough(gate(), byId));
  assert.deepEqual([error.reason, error.retryable, error.retryAt], ['credits_depleted', false, undefined]);
  assert.equal(
    error.message,
    'X was not asked: it refused at 2026-11-23T12:00:00.000Z and is tried again at 2026-11-23T13:00:00.000Z, or now with {"job":"collect","probe":true}',
  );
  t.mock.timers.setTime(start + hourMs);
  await runErrorOf(askThrough(gate(), byName));
  t.mock.timers.setTime(start + 2 * hourMs - 1);
  await runErrorOf(askThrough(gate(), byName));
  assert.equal(asked.length, 2);
  t.mock.timers.setTime(start + 2 * hourMs);
  await runErrorOf(askThrough(gate(), byName));
  t.mock.timers.setTime(start + 3 * hourMs);
  await askThrough(gate(), byName);
  assert.equal(app.state.latches.size, 0);
  await askThrough(gate(), byName);
  assert.equal(asked.length, 5);
});

test('a latch ends at the end X named', async (t) => {
  const until = start + 20 * minuteMs;
  const { asked, gate } = gated(t, [refusal('spend_cap', until), answerOf({})]);
  await runErrorOf(askThrough(gate(), byName));
  t.mock.timers.setTime(until - 1);
  await runErrorOf(askThrough(gate(), byName));
  t.mock.timers.setTime(until);
  await askThrough(gate(), byName);
  assert.equal(asked.length, 2);
});

test('a probe that ends without an answer is that hour’s only one', async (t) => {
  const away = new RunError('upstream_error', 'no connection', { retryable: true });
  const { asked, gate } = gated(t, [refusal('usage_cap'), away]);
  await runErrorOf(askThrough(gate(), byName));
  t.mock.timers.setTime(start + hourMs);
  const open = gate();
  assert.equal((await runErrorOf(askThrough(open, byName))).reason, 'upstream_error');
  assert.equal((await runErrorOf(askThrough(open, byName))).reason, 'upstream_error');
  t.mock.timers.setTime(start + hourMs + 1);
  assert.equal((await runErrorOf(askThrough(gate(), byName))).reason, 'usage_cap');
  assert.equal(asked.length, 2);
});

test('a person may probe at once, with one request', async (t) => {
  const { app, asked, gate } = gated(t, [refusal('credits_depleted'), refusal('credits_depleted'), answerOf({})]);
  await runErrorOf(askThrough(gate(), byName));
  const open = gate(true);
  await runErrorOf(askThrough(open, byName));
  await runErrorOf(askThrough(open, byName));
  assert.equal(asked.length, 2);
  await askThrough(gate(true), byName);
  assert.equal(app.state.latches.size, 0);
});

for (const outcome of ['refused', 'answered'] as const) {
  test(`of several requests in flight one probes; once it is ${outcome} the others ${outcome === 'refused' ? 'do not go' : 'go'}`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: start });
    let answer: (error?: RunError) => void = () => undefined;
    let asked = 0;
    const askX: AskX = () => {
      asked += 1;
      if (asked > 1) return Promise.resolve(answerOf({}));
      return new Promise((resolve, reject) => {
        answer = (error) => {
          if (error === undefined) resolve(answerOf({}));
          else reject(error);
        };
      });
    };
    const app = appOf({ askX });
    app.state.latches.set('spend_cap', { reason: 'spend_cap', until: start + 9 * hourMs, askedAt: start - hourMs });
    const open = openXGate(app, openDeadline(), false);
    const asking = Promise.allSettled([1, 2, 3, 4].map(() => askThrough(open, byName)));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(asked, 1);
    answer(outcome === 'refused' ? refusal('spend_cap', start + 9 * hourMs) : undefined);
    const statuses = (await asking).map(({ status }) => status);
    assert.deepEqual([...new Set(statuses)], [outcome === 'refused' ? 'rejected' : 'fulfilled']);
    assert.equal(asked, outcome === 'refused' ? 1 : 4);
  });
}

test('one request has ten seconds of a longer run', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: start });
  const ends: number[] = [];
  const askX: AskX = (_request, deadline) => {
    ends.push(deadline.endsAt);
    return Promise.resolve(answerOf({}));
  };
  const app = appOf({ askX });
  await askThrough(openXGate(app, openDeadline(), false), byName);
  await askThrough(openXGate(app, { ...openDeadline(), endsAt: start + 500 }, false), byName);
  assert.deepEqual(ends, [start + 10_000, start + 500]);
});
