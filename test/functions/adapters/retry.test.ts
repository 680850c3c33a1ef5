import assert from 'node:assert/strict';
import { test } from 'node:test';

import { retryUntil } from '../../../functions/adapters/retry.ts';
import type { Deadline } from '../../../functions/deadline.ts';
import { RunError } from '../../../functions/failure.ts';
import { openDeadline, runErrorOf } from '../fixtures.ts';

const away = new RunError('store_unavailable', 'away', { retryable: true });

function within(durationMs: number): Deadline {
  return { ...openDeadline(), endsAt: Date.now() + durationMs };
}

test('what can be tried again is, until it succeeds', async () => {
  let attempts = 0;
  const value = await retryUntil(openDeadline(), () => {
    attempts += 1;
    return attempts < 3 ? Promise.reject(away) : Promise.resolve('stored');
  });
  assert.deepEqual([value, attempts], ['stored', 3]);
});

test('what cannot be tried again is not', async () => {
  for (const error of [new RunError('store_refused', 'no', { retryable: false }), new TypeError('a bug')]) {
    let attempts = 0;
    const trying = retryUntil(openDeadline(), () => {
      attempts += 1;
      return Promise.reject(error);
    });
    await assert.rejects(trying, (thrown) => thrown === error);
    assert.equal(attempts, 1);
  }
});

test('an attempt that has succeeded leaves no clock running, one that has failed is still ended by its own', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const signals: AbortSignal[] = [];
  await retryUntil(openDeadline(), ({ signal }) => Promise.resolve(signals.push(signal)));
  await runErrorOf(
    retryUntil(within(0), ({ signal }) => {
      signals.push(signal);
      return Promise.reject(away);
    }),
  );
  t.mock.timers.tick(60_000);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, true],
  );
});

test('near the deadline the last error is thrown instead of waiting for it', async () => {
  let attempts = 0;
  const error = await runErrorOf(
    retryUntil(within(400), () => {
      attempts += 1;
      return Promise.reject(away);
    }),
  );
  assert.equal(error, away);
  assert.ok(attempts >= 2 && attempts <= 4, `${attempts} attempts`);
});

test('one attempt has a part of a long deadline only, and never more than is left', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] });
  const ends: number[] = [];
  const deadline = openDeadline();
  await retryUntil(deadline, (attempt) => {
    ends.push(attempt.endsAt);
    return ends.length < 2 ? Promise.reject(away) : Promise.resolve();
  });
  assert.ok(ends.every((end) => end < deadline.endsAt - 3_000_000));
  const short = within(150);
  await retryUntil(short, (attempt) => {
    assert.ok(attempt.endsAt <= short.endsAt);
    return Promise.resolve();
  });
});

test('pauses grow', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const pauses = t.mock.method(globalThis, 'setTimeout');
  let attempts = 0;
  const trying = retryUntil(openDeadline(), () => {
    attempts += 1;
    return attempts < 8 ? Promise.reject(away) : Promise.resolve();
  });
  while (attempts < 8) {
    await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(2500);
  }
  await trying;
  const longestPauseMs = 2500; // beyond are the deadlines of the attempts
  const waited = pauses.mock.calls.map(({ arguments: [, ms] }) => ms ?? 0).filter((ms) => ms <= longestPauseMs);
  const nominal = [100, 200, 400, 800, 1600, 2000, 2000];
  assert.equal(waited.length, nominal.length);
  for (const [index, ms] of nominal.entries()) {
    const actual = waited[index] ?? 0;
    assert.ok(actual >= ms * 0.75 && actual <= ms * 1.25, `pause ${index} of ${actual} ms`);
  }
});
