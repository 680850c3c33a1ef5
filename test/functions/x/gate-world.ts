import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

import type { App } from '../../../functions/app.ts';
import type { XAnswer, XRequest } from '../../../functions/collectors/collector.ts';
import { type Reason, RunError } from '../../../functions/failure.ts';
import { openBookWriter } from '../../../functions/store/book-writer.ts';
import { askX, enterGate, openXGate, type XGate } from '../../../functions/x/gate.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { appOf, askingInTurn, openDeadline } from '../fixtures.ts';

/** When the clock of these tests begins, in Unix milliseconds. */
export const start = Date.parse('2026-11-23T12:00:00Z');
/** In milliseconds. */
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** Requests to two endpoints. */
export const byName: XRequest = { path: 'users/by', query: { usernames: 'jack' } };
export const byId: XRequest = { path: 'users', query: { ids: '12' } };

/** X's refusal; `retryAt` is the end it names, in Unix milliseconds. */
export function refusal(reason: Reason, retryAt?: number): RunError {
  return new RunError(reason, `X refused: ${reason}`, { retryable: reason === 'rate_limited', retryAt });
}

/** An app whose X answers in turn, at a clock that the test sets on; `gate` opens the passage of one run. */
export function gated(
  t: TestContext,
  answers: Parameters<typeof askingInTurn>[0],
): {
  app: App;
  asked: readonly string[];
  /** Points of latches that were written, as `reason until`, times in minutes from the start. */
  latches: readonly string[];
  gate: (probe?: boolean) => XGate;
} {
  t.mock.timers.enable({ apis: ['Date'], now: start });
  const x = askingInTurn(answers);
  const app = appOf({ askX: x });
  const latches: string[] = [];
  const gate = (probe = false): XGate => openXGate(app, openDeadline(), openBookWriter(keeping(latches)), probe);
  return { app, asked: x.asked, latches, gate };
}

/** A store that keeps latches alone, at once. */
function keeping(latches: string[]): (points: readonly Measurement[]) => Promise<void> {
  return (points) => {
    for (const { name, tags, fields, time } of points) {
      assert.equal(name, 'twitter_latch');
      const until = Number(fields['until']) * 1000;
      latches.push(`${minutesAt(time)}: ${tags['reason'] ?? ''} ${until === 0 ? 'cleared' : minutesAt(until)}`);
    }
    return Promise.resolve();
  };
}

function minutesAt(time: number): string {
  return String((time - start) / minuteMs);
}

/** What collectors do for what costs nothing. */
export async function ask(gate: XGate, request: XRequest): Promise<XAnswer> {
  await enterGate(gate, request.path);
  return askX(gate, request);
}

/** The passage of one run, whose latches go nowhere. */
export function gateFor(app: App, deadline = openDeadline(), probe = false): XGate {
  const writer = openBookWriter(() => Promise.resolve());
  return openXGate(app, deadline, writer, probe);
}
