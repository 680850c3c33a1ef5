import { Agent } from 'node:http';
import { type Clock, toRealMs, toSimulatedMs } from '../simulator/clock.ts';
import type { PingSource } from './manifests.ts';
import { type PingOutcome, sendPing } from './ping.ts';

export interface SchedulerOptions {
  readonly sources: readonly PingSource[];
  /** Where every event goes, whatever sink its manifest names. */
  readonly sinkUrl: string;
  /** The time the schedules go by; the events carry the real time. */
  readonly clock: Clock;
  readonly onOutcome: (outcome: PingOutcome) => void;
  readonly retryDelaysMs?: readonly number[];
}

export interface Scheduler {
  /** When each source is due next (ISO 8601, real time); a source that is never due is left out. */
  readonly upcoming: () => { name: string; cron: string; nextAt: string }[];
  /** No event is sent or reported after this; those under way are cut off. */
  readonly close: () => void;
}

/** A longer delay would overflow the timer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Sends every source's event once now, and then whenever it is due. Events do not wait for one another. */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const agent = new Agent({ keepAlive: true });
  const stopping = new AbortController();
  const dueMs = new Map<PingSource, number>();
  const timers = new Map<PingSource, NodeJS.Timeout>();

  const send = (source: PingSource): void => {
    const pingOptions = {
      agent,
      signal: stopping.signal,
      ...(options.retryDelaysMs && { retryDelaysMs: options.retryDelaysMs }),
    };
    void sendPing(source, options.sinkUrl, pingOptions).then((outcome) => {
      if (!stopping.signal.aborted) options.onOutcome(outcome);
    });
  };
  const waitFor = (source: PingSource, simulatedMs: number | undefined): void => {
    if (simulatedMs === undefined) {
      dueMs.delete(source);
      return;
    }
    // Rounded up: a tick that came early would find itself due again.
    const realMs = toRealMs(options.clock, simulatedMs) + 1;
    dueMs.set(source, realMs);
    const delayMs = Math.min(Math.max(0, realMs - options.clock.now().getTime()), LONGEST_TIMER_MS);
    timers.set(
      source,
      setTimeout(() => {
        const nowMs = toSimulatedMs(options.clock, options.clock.now().getTime());
        const due = nowMs >= simulatedMs;
        if (due) send(source);
        waitFor(source, due ? source.schedule.nextMs(nowMs) : simulatedMs);
      }, delayMs),
    );
  };

  for (const source of options.sources) {
    send(source);
    waitFor(source, source.schedule.nextMs(toSimulatedMs(options.clock, options.clock.now().getTime())));
  }
  return {
    upcoming: () =>
      [...dueMs].map(([source, nextMs]) => ({
        name: source.name,
        cron: source.schedule.text,
        nextAt: new Date(nextMs).toISOString(),
      })),
    close: () => {
      stopping.abort();
      for (const timer of timers.values()) clearTimeout(timer);
      agent.destroy();
    },
  };
}
