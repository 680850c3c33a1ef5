import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DeadlineError } from '../../../functions/deadline.ts';
import { inTurn } from '../../../functions/run/queue.ts';
import { appOf, openDeadline, runErrorOf } from '../fixtures.ts';

/** A promise and the way to settle it. */
function open(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('runs follow one another in the order they came', async () => {
  const { state } = appOf();
  const log: string[] = [];
  const first = open();
  const runs = ['a', 'b', 'c'].map((name) =>
    inTurn(state, openDeadline(), async () => {
      log.push(`${name} begins`);
      if (name === 'a') await first.promise;
      log.push(`${name} ends`);
      return name;
    }),
  );
  await soon();
  assert.deepEqual(log, ['a begins']);
  first.resolve();
  assert.deepEqual(await Promise.all(runs), ['a', 'b', 'c']);
  assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a run that fails does not hold up the next', async () => {
  const { state } = appOf();
  const failing = inTurn(state, openDeadline(), () => Promise.reject(new RangeError('mine')));
  const next = inTurn(state, openDeadline(), () => Promise.resolve('next'));
  await assert.rejects(failing, RangeError);
  assert.equal(await next, 'next');
});

test('waiting counts: a run whose deadline passed in the queue never begins', async () => {
  const { state } = appOf();
  const first = open();
  const running = inTurn(state, openDeadline(), () => first.promise);
  const controller = new AbortController();
  let begun = false;
  const waiting = inTurn(state, { endsAt: Date.now(), signal: controller.signal }, () => {
    begun = true;
    return Promise.resolve();
  });
  controller.abort();
  const error = await runErrorOf(waiting);
  assert.deepEqual([error.reason, error.retryable], ['timeout', true]);
  assert.equal(error.message, 'the run did not end by its deadline, RUN_TIMEOUT_SECONDS');
  first.resolve();
  await running;
  await state.lastRun;
  assert.equal(begun, false);
});

test('a run that outlasts its deadline is answered, and the next still waits for its end', async () => {
  const { state } = appOf();
  const first = open();
  const controller = new AbortController();
  const slow = inTurn(state, { endsAt: Date.now(), signal: controller.signal }, () => first.promise);
  let begun = false;
  const next = inTurn(state, openDeadline(), () => {
    begun = true;
    return Promise.resolve();
  });
  await soon();
  controller.abort();
  assert.equal((await runErrorOf(slow)).reason, 'timeout');
  await soon();
  assert.equal(begun, false);
  first.resolve();
  await next;
  assert.equal(begun, true);
});

test("a deadline inside the work is the run's timeout too", async () => {
  const { state } = appOf();
  const error = await runErrorOf(inTurn(state, openDeadline(), () => Promise.reject(new DeadlineError())));
  assert.equal(error.reason, 'timeout');
});
