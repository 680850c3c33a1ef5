import type { TestContext } from 'node:test';

/** Sets the clock of the test on by `stepMs` whenever nothing else is left to do, until the promise has settled. */
export async function untilSettled<T>(t: TestContext, promise: Promise<T>, stepMs = 50): Promise<T> {
  const state = { isSettled: false };
  const end = (): void => {
    state.isSettled = true;
  };
  promise.then(end, end);
  for (;;) {
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (state.isSettled) return promise;
    t.mock.timers.tick(stepMs);
  }
}
