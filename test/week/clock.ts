import type { TestContext } from 'node:test';

/** `Date` in a test's hands: it goes on as real time does, and leaps when told to. All other timers stay real. */
export interface Clock {
  /** Moves on by so many milliseconds at once. */
  advance(durationMs: number): void;
  /** Moves on to a time in Unix milliseconds; stays when that is past. */
  leapTo(time: number): void;
}

/** Starts the clock at a time in Unix milliseconds; it ends with the test. */
export function startClock(t: TestContext, time: number): Clock {
  const { timers } = t.mock;
  timers.enable({ apis: ['Date'], now: time });
  let seenAt = performance.now();
  const run = (): void => {
    const passed = Math.floor(performance.now() - seenAt);
    seenAt += passed;
    if (passed > 0) timers.tick(passed);
  };
  const running = setInterval(run, 1).unref();
  t.after(() => {
    clearInterval(running);
    timers.reset();
  });
  const advance = (durationMs: number): void => {
    run();
    if (durationMs > 0) timers.tick(Math.floor(durationMs));
  };
  return {
    advance,
    leapTo: (to) => {
      advance(to - Date.now());
    },
  };
}
