/** A time that runs `speed` times faster than the real one from `startMs` on, and equals it before. */
export interface Clock {
  readonly startMs: number;
  readonly speed: number;
  readonly now: () => Date;
}

export function startClock(speed: number, now: () => Date = () => new Date()): Clock {
  return { startMs: now().getTime(), speed, now };
}

/** The fast time, in ms, at the real time `realMs`. */
export function toSimulatedMs(clock: Clock, realMs: number): number {
  return realMs <= clock.startMs ? realMs : clock.startMs + (realMs - clock.startMs) * clock.speed;
}

/** The real time, in whole ms, at which the fast clock shows `simulatedMs`: the inverse of `toSimulatedMs`. */
export function toRealMs(clock: Clock, simulatedMs: number): number {
  if (simulatedMs <= clock.startMs) return Math.floor(simulatedMs);
  return Math.floor(clock.startMs + (simulatedMs - clock.startMs) / clock.speed);
}
