import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import {
  type Deadline,
  DeadlineError,
  endBy,
  pause,
  remainingMs,
  shorterDeadline,
  startDeadline,
} from '../../functions/deadline.ts';
import { openDeadline } from './fixtures.ts';

const never = new Promise<never>(() => undefined);

function aborting(): Deadline & { abort: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  return { endsAt: Date.now() + 60_000, signal: controller.signal, abort };
}

test('work that never settles ends with the deadline', async () => {
  const deadline = aborting();
  const ended = assert.rejects(endBy(deadline, never), DeadlineError);
  deadline.abort();
  await ended;
});

test('after the deadline nothing is waited for', async () => {
  await assert.rejects(endBy(openDeadline(true), never), DeadlineError);
});

test('work that settles in time has its own outcome', async () => {
  assert.equal(await endBy(openDeadline(), Promise.resolve(7)), 7);
  await assert.rejects(endBy(openDeadline(), Promise.reject(new RangeError('mine'))), RangeError);
});

test('work that fails after the deadline is not an unhandled rejection', async (t) => {
  const unhandled = t.mock.fn();
  process.once('unhandledRejection', unhandled);
  t.after(() => process.off('unhandledRejection', unhandled));
  const deadline = aborting();
  let fail: () => void = () => undefined;
  const work = new Promise<never>((_resolve, reject) => {
    fail = () => {
      reject(new Error('late'));
    };
  });
  const ended = assert.rejects(endBy(deadline, work), DeadlineError);
  deadline.abort();
  await ended;
  fail();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(unhandled.mock.callCount(), 0);
});

test('a deadline leaves nothing behind on its signal', async () => {
  const deadline = aborting();
  for (let round = 0; round < 20; round += 1) await endBy(deadline, Promise.resolve());
  assert.equal(getEventListeners(deadline.signal, 'abort').length, 0);
});

test('a deadline passes when its time has come, the shorter of two first', (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const outer = startDeadline(1000);
  const [inner, longer] = [shorterDeadline(outer, 400), shorterDeadline(outer, 3_600_000)];
  assert.deepEqual([outer.endsAt, inner.endsAt, longer.endsAt], [1000, 400, 1000]);
  t.mock.timers.tick(399);
  assert.deepEqual([inner.signal.aborted, remainingMs(inner)], [false, 1]);
  t.mock.timers.tick(1);
  assert.deepEqual([inner.signal.aborted, outer.signal.aborted, remainingMs(outer)], [true, false, 600]);
  t.mock.timers.tick(600);
  assert.deepEqual([outer.signal.aborted, longer.signal.aborted], [true, true]);
  t.mock.timers.tick(1000);
  assert.equal(remainingMs(outer), 0);
});

test('a deadline passes though the garbage collector has been by', { timeout: 10_000 }, async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const ended = assert.rejects(endBy(shorterDeadline(startDeadline(200), 100), never), DeadlineError);
  collectGarbage();
  const alive = setTimeout(() => undefined, 60_000);
  await ended;
  clearTimeout(alive);
});

test('fractions and negative durations are deadlines too', () => {
  assert.equal(shorterDeadline(openDeadline(), 10.7).signal.aborted, false);
  assert.ok(remainingMs(shorterDeadline(openDeadline(), -5)) === 0);
  assert.ok(startDeadline(0.5).endsAt > 0);
});

test('a pause ends with the deadline', async () => {
  await pause({ ...openDeadline(), endsAt: Date.now() + 5 }, 3_600_000);
});
