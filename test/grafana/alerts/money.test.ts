/** The rules about money and X's refusals, on data that should fire them and on data that should not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { latchFor } from '../../../functions/billing/latch.ts';
import type { LedgerLine } from '../../../functions/billing/ledger.ts';
import { toLedgerMeasurement } from '../../../functions/x/bank.ts';
import { toLatchMeasurement } from '../../../functions/x/gate.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { textsOf } from './message.ts';
import { dayMs, hourMs, labelsIn, minuteMs, minutesOf, noon, ticks, useInfluxd } from './world.ts';

const { open } = useInfluxd();
const midnight = noon + 12 * hourMs;

/** A purchase of so many posts for one account. */
function purchase(time: number, posts: number, parts: Partial<LedgerLine> = {}): LedgerLine {
  const ids = Array.from({ length: posts }, (_, index) => String(time + index));
  const settled = { state: 'settled' as const, newResources: posts, cost: posts * 5000 };
  return { time, resource: 'tweet', batch: 0, keys: ['jack'], ids, ...settled, ...parts };
}

test('budget: above 80 % of the dollar of this UTC day, app by app, until midnight UTC', async () => {
  const { write, watch } = await open();
  // 20 posts an hour, $0.10: the ninth purchase makes $0.90.
  const lines = ticks(noon, noon + 9 * hourMs, hourMs).slice(0, 9);
  const other = ticks(noon, noon + 9 * hourMs, hourMs).map((time) => purchase(time, 2));
  await write(lines.map((time) => toLedgerMeasurement('default', purchase(time, 20))));
  await write(other.map((line) => toLedgerMeasurement('acme.prod-2', line)));
  const alerts = await watch('twittergraph-budget', noon - hourMs, midnight + hourMs);
  // At 20:00 the ninth: $0.90. Eight are exactly 80 %, which is not above.
  assert.deepEqual(minutesOf(alerts), [{ labels: { app: 'default' }, fired: 8 * 60 + 5, resolved: 12 * 60 }]);
  assert.deepEqual(
    alerts.map(({ values }) => [values['today'], values['budget'], Math.round(values['percent'] ?? NaN)]),
    [[0.9, 1, 90]],
  );
  const [text] = alerts.map((alert) => textsOf('twittergraph-budget', alert));
  assert.equal(text?.summary, "90 % of the day's budget is spent (app default)");
  assert.match(text.description, /^0\.90 of 1\.00 dollars since 00:00 UTC\. /);
});

test('budget: what is reserved and never settled counts, what is settled instead of it counts once', async () => {
  const { write, evaluate } = await open();
  const held = purchase(noon, 100, { state: 'reserved', ids: [], newResources: 100 });
  const answered = purchase(noon + minuteMs, 100, { state: 'reserved', ids: [], newResources: 100 });
  await write([held, answered].map((line) => toLedgerMeasurement('default', line)));
  assert.deepEqual(labelsIn(await evaluate('twittergraph-budget', noon + hourMs), 'Alerting'), [{ app: 'default' }]);
  await write([toLedgerMeasurement('default', purchase(answered.time, 3))]);
  const [settled] = await evaluate('twittergraph-budget', noon + hourMs);
  assert.deepEqual([settled?.state, settled?.values['today']], ['Normal', 0.515]);
});

test('budget: a day that ended at 99 % is no alert on the next one, nor is a store without a ledger', async () => {
  const { write, watch, evaluate } = await open();
  assert.deepEqual(labelsIn(await evaluate('twittergraph-budget', noon), 'NoData'), [{}]);
  await write([toLedgerMeasurement('default', purchase(midnight - 3 * minuteMs, 198))]);
  assert.deepEqual(await watch('twittergraph-budget', midnight, midnight + dayMs), []);
});

const refusal = { reason: 'credits_depleted' as const, retryAt: undefined };

/** The points that a latch leaves: set, and written again by each probe that fails. */
function latchPoints(app: string, from: number, probes: number): Measurement[] {
  const times = ticks(from, from + probes * hourMs, hourMs);
  return times.map((time) => toLatchMeasurement(app, latchFor(refusal, time) ?? assert.fail('no latch')));
}

test('latch: fires at once with its end, and ends with the success that clears it', async () => {
  const { write, watch } = await open();
  const clearedAt = noon + 5 * hourMs;
  const cleared = toLatchMeasurement('acme.prod-2', { reason: refusal.reason, until: 0, askedAt: clearedAt });
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
