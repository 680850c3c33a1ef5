/** The rule about X's refusals, on data that should fire it and on data that should not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { latchFor } from '../../../functions/billing/latch.ts';
import type { Point } from '../../../functions/measurement.ts';
import { latchPoint } from '../../../functions/store/preflight.ts';
import { textsOf } from './message.ts';
import { hourMs, minutesOf, noon, ticks, useInfluxd } from './world.ts';

const { open } = useInfluxd();
const refusal = { reason: 'credits_depleted' as const, retryAt: undefined };

/** The points that a latch leaves: set, and written again by each probe that fails. */
function latchPoints(app: string, from: number, probes: number): Point[] {
  const times = ticks(from, from + probes * hourMs, hourMs);
  return times.map((time) => latchPoint(app, latchFor(refusal, time) ?? assert.fail('no latch')));
}

test('latch: fires at once with its end, and ends with the success that clears it', async () => {
  const { write, watch } = await open();
  const clearedAt = noon + 5 * hourMs;
  const cleared = latchPoint('acme.prod-2', { reason: refusal.reason, until: 0, askedAt: clearedAt });
  await write([...latchPoints('acme.prod-2', noon, 4), cleared]);
  const alerts = await watch('twittergraph-latch', noon - hourMs, noon + 8 * hourMs);
  const labels = { app: 'acme.prod-2', reason: 'credits_depleted' };
  assert.deepEqual(minutesOf(alerts), [{ labels, fired: 0, resolved: 300 }]);
  const [text] = alerts.map((alert) => textsOf('twittergraph-latch', alert));
  assert.equal(text?.summary, 'X refuses every request of the app acme.prod-2: credits_depleted');
  // Forty days from the first refusal on.
  assert.match(text.description, /^Asked once an hour until 2026-11-14 12:00:00 UTC or the first success\. /);
});

test('latch: one that X no longer confirms is over, though nothing cleared it; none is none', async () => {
  const { write, watch } = await open();
  assert.deepEqual(await watch('twittergraph-latch', noon, noon + hourMs), []);
  await write(latchPoints('default', noon, 2));
  const [alert, ...others] = minutesOf(await watch('twittergraph-latch', noon, noon + 8 * hourMs));
  assert.deepEqual(others, []);
  assert.deepEqual([alert?.fired, alert?.resolved], [0, 5 * 60 + 5]);
});
