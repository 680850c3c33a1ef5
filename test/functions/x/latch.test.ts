import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RunError } from '../../../functions/failure.ts';
import { answerOf, openDeadline, runErrorOf } from '../fixtures.ts';
import { ask, byId, byName, gated, gateFor, hourMs, minuteMs, refusal, start } from './gate-world.ts';

test('a latch forbids every path but for one probe an hour, counted from the last one', async (t) => {
  const refused = [1, 2, 3].map(() => refusal('credits_depleted'));
  const { app, asked, latches, gate } = gated(t, [...refused, answerOf({}), answerOf({})]);
  await runErrorOf(ask(gate(), byName));
  t.mock.timers.setTime(start + hourMs - 1);
  const error = await runErrorOf(ask(gate(), byId));
  assert.deepEqual([error.reason, error.retryable, error.retryAt], ['credits_depleted', false, undefined]);
  assert.equal(
    error.message,
    'X was not asked: it refused at 2026-11-23T12:00:00.000Z and is tried again at 2026-11-23T13:00:00.000Z, or now with {"job":"collect","probe":true}',
  );
  t.mock.timers.setTime(start + hourMs);
  await runErrorOf(ask(gate(), byName));
  t.mock.timers.setTime(start + 2 * hourMs - 1);
  await runErrorOf(ask(gate(), byName));
  assert.equal(asked.length, 2);
  t.mock.timers.setTime(start + 2 * hourMs);
  await runErrorOf(ask(gate(), byName));
  t.mock.timers.setTime(start + 3 * hourMs);
  await ask(gate(), byName);
  assert.equal(app.state.latches.size, 0);
  await ask(gate(), byName);
  assert.equal(asked.length, 5);
  const end = 40 * 24 * 60;
  assert.deepEqual(latches, [
    `0: credits_depleted ${end}`,
    `60: credits_depleted ${end + 60}`,
    `120: credits_depleted ${end + 120}`,
    '180: credits_depleted cleared',
  ]);
});

test('a latch ends at the end X named', async (t) => {
  const until = start + 20 * minuteMs;
  const { asked, latches, gate } = gated(t, [refusal('spend_cap', until), answerOf({})]);
  await runErrorOf(ask(gate(), byName));
  t.mock.timers.setTime(until - 1);
  await runErrorOf(ask(gate(), byName));
  t.mock.timers.setTime(until);
  await ask(gate(), byName);
  assert.equal(asked.length, 2);
  assert.deepEqual(latches, ['0: spend_cap 20', '20: spend_cap cleared']);
});

test('a probe that ends without an answer is that hour’s only one', async (t) => {
  const away = new RunError('upstream_error', 'no connection', { retryable: true });
  const { asked, latches, gate } = gated(t, [refusal('usage_cap'), away]);
  await runErrorOf(ask(gate(), byName));
  t.mock.timers.setTime(start + hourMs);
  const open = gate();
  assert.equal((await runErrorOf(ask(open, byName))).reason, 'upstream_error');
  assert.equal((await runErrorOf(ask(open, byName))).reason, 'upstream_error');
  t.mock.timers.setTime(start + hourMs + 1);
  assert.equal((await runErrorOf(ask(gate(), byName))).reason, 'usage_cap');
  assert.equal(asked.length, 2);
  assert.deepEqual(
    latches.map((line) => line.split(' ', 2)),
    [
      ['0:', 'usage_cap'],
      ['60:', 'usage_cap'],
    ],
  );
});

test('a person may probe at once, with one request', async (t) => {
  const { app, asked, gate } = gated(t, [refusal('credits_depleted'), refusal('credits_depleted'), answerOf({})]);
  await runErrorOf(ask(gate(), byName));
  const open = gate(true);
  await runErrorOf(ask(open, byName));
  await runErrorOf(ask(open, byName));
  assert.equal(asked.length, 2);
  await ask(gate(true), byName);
  assert.equal(app.state.latches.size, 0);
});

test('a probe that ends with an error of the program does not hold up the others', async (t) => {
  const { app } = gated(t, [new TypeError('a bug'), answerOf({}), answerOf({})]);
  app.state.latches.set('spend_cap', { reason: 'spend_cap', until: start + hourMs, askedAt: start });
  const signal = Object.defineProperty(new AbortController().signal, 'aborted', { get: countingTo(1000) });
  const open = gateFor(app, { ...openDeadline(), signal }, true);
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => ask(open, byName)));
  const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : 'answered'));
  assert.equal(reasons[0], 'TypeError: a bug');
  assert.ok(!reasons.some((reason) => reason.includes(endless)), reasons.join());
});

const endless = 'the gate goes round and round';

/** A loop without end takes no turn of the event loop, so that no timeout could end it. */
function countingTo(most: number): () => boolean {
  let count = 0;
  return () => {
    count += 1;
    assert.ok(count < most, endless);
    return false;
  };
}
