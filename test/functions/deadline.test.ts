import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { type Deadline, DeadlineError, pause, planTimes, remainingMs, within } from '../../functions/deadline.ts';
import { openDeadline } from './fixtures.ts';

const never = new Promise<never>(() => undefined);

function aborting(): Deadline & { abort: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  return { endsAt: Date.now() + 60_000, signal: controller.signal, abort };
}

/** Counts the rejections that nobody hears. */
function countUnhandled(t: TestContext): () => Promise<number> {
  const unhandled = t.mock.fn();
  process.once('unhandledRejection', unhandled);
  t.after(() => process.off('unhandledRejection', unhandled));
  return async () => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return unhandled.mock.callCount();
  };
}

test('work that never settles ends with the deadline outside', async () => {
  const deadline = aborting();
  const ended = assert.rejects(
    within(deadline, 3_600_000, () => never),
    DeadlineError,
  );
  deadline.abort();
  await ended;
});

test('after the deadline nothing is waited for', { timeout: 10_000 }, async () => {
  await assert.rejects(
    within(openDeadline(true), 3_600_000, () => never),
    DeadlineError,
  );
});

test('work that settles in time has its own outcome', async () => {
  assert.equal(await within(openDeadline(), 1000, () => Promise.resolve(7)), 7);
  assert.equal(await within(undefined, 1000, () => Promise.resolve(8)), 8);
  await assert.rejects(
    within(openDeadline(), 1000, () => Promise.reject(new RangeError('mine'))),
    RangeError,
  );
});

test('what the work says of its end by the deadline is heard before the deadline', async () => {
  const deadline = aborting();
  const work = ({ signal }: Deadline): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        process.nextTick(reject, new RangeError('cut off'));
      });
    });
  const ended = assert.rejects(within(deadline, 3_600_000, work), RangeError);
  deadline.abort();
  await ended;
});

test('work that fails after the deadline is not an unhandled rejection', async (t) => {
  const unhandled = countUnhandled(t);
  const deadline = aborting();
  let fail: () => void = () => undefined;
  const work = new Promise<never>((_resolve, reject) => {
    fail = () => {
      reject(new Error('late'));
    };
  });
  const ended = assert.rejects(
    within(deadline, 3_600_000, () => work),
    DeadlineError,
  );
  deadline.abort();
  await ended;
  fail();
  assert.equal(await unhandled(), 0);
});

test('a deadline that passes after the work has ended is not an unhandled rejection', async (t) => {
  const unhandled = countUnhandled(t);
  const deadline = aborting();
  const work = within(deadline, 3_600_000, ({ signal }) => {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve('in time');
      });
    });
  });
  deadline.abort();
  assert.deepEqual([await work, await unhandled()], ['in time', 0]);
});

test('work that is done leaves no listener, no clock and no running deadline behind', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const deadline = { ...aborting(), endsAt: 60_000 };
  const signals: AbortSignal[] = [];
  const keep = ({ signal }: Deadline): Promise<number> => Promise.resolve(signals.push(signal));
  for (let round = 0; round < 20; round += 1) await within(deadline, 1000, keep);
  await assert.rejects(within(deadline, 1000, () => Promise.reject(new Error('mine'))));
  assert.equal(getEventListeners(deadline.signal, 'abort').length, 0);
  t.mock.timers.tick(120_000);
  assert.ok(signals.length === 20 && signals.every(({ aborted }) => !aborted));
});

test('work that throws at once leaves no more behind than work that fails', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const unhandled = countUnhandled(t);
  const deadline = aborting();
  const work = (): never => {
    throw new RangeError('mine');
  };
  await assert.rejects(within(deadline, 1000, work), RangeError);
  assert.equal(getEventListeners(deadline.signal, 'abort').length, 0);
  t.mock.timers.tick(1000);
  assert.equal(await unhandled(), 0);
});

test('a deadline passes when its time has come, the shorter of two first', (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const opened: Deadline[] = [];
  const open = (outer: Deadline | undefined, ms: number): void => {
    within(outer, ms, (deadline) => {
      opened.push(deadline);
      return never;
    }).catch(() => undefined);
  };
  open(undefined, 1000);
  for (const ms of [400, 3_600_000]) open(opened[0], ms);
  const [outer, inner, longer] = opened as [Deadline, Deadline, Deadline];
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
  const ended = assert.rejects(
    within(undefined, 200, (outer) => within(outer, 100, () => never)),
    DeadlineError,
  );
  collectGarbage();
  const alive = setTimeout(() => undefined, 60_000);
  await ended;
  clearTimeout(alive);
});

test('fractions and negative durations are deadlines too', async () => {
  const remaining = ({ signal, endsAt }: Deadline): Promise<number> => Promise.resolve(remainingMs({ signal, endsAt }));
  assert.ok((await within(openDeadline(), 1000.7, remaining)) > 0);
  assert.equal(await within(openDeadline(), -5, remaining), 0);
});

test('nothing is left of a deadline that was ended early, however far off its end', () => {
  assert.equal(remainingMs({ ...openDeadline(true), endsAt: Date.now() + 60_000 }), 0);
});

test('a pause ends with the deadline, or when its time is over', { timeout: 10_000 }, async () => {
  await pause({ ...openDeadline(), endsAt: Date.now() + 5 }, 3_600_000);
  const deadline = aborting();
  const pausing = pause(deadline, 3_600_000);
  deadline.abort();
  await pausing;
  await pause(openDeadline(), 1);
});

test('a run keeps time back for its report, for writing what came, and for its preflight a part alone', () => {
  assert.deepEqual(planTimes(30_000), { workMs: 29_100, preflightMs: 10_000, closeMs: 5000 });
  assert.deepEqual(planTimes(12_000), { workMs: 11_640, preflightMs: 4000, closeMs: 3000 });
});
