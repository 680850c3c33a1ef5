import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { figuresOf } from '../../../functions/billing/book.ts';
import type { Point } from '../../../functions/measurement.ts';
import { closeWriter } from '../../../functions/store/writer.ts';
import { type Budget, figuresNow, reserve, settle, sidesNow } from '../../../functions/x/budget.ts';
import { stubInfluxDb } from '../fixtures.ts';
import { budgetOf, posts, prices } from './world.ts';

const midnight = Date.parse('2026-11-24T00:00:00Z');
const [monday, tuesday] = ['2026-11-23', '2026-11-24'] as const;

function stopAt(t: TestContext, now: number): void {
  t.mock.timers.enable({ apis: ['Date'], now });
}

/** Each day's money spent and held. */
function spentAndHeld({ books }: Budget): Readonly<Record<string, readonly number[]>> {
  const figures = [...books].map(([day, book]) => [day, figuresOf(book)] as const);
  return Object.fromEntries(figures.map(([day, { spent, held }]) => [day, [spent, held]]));
}

/** A line's day, state and cost. */
function summaryOf({ time, tags, fields }: Point): unknown {
  const day = new Date(Number(String(time).slice(0, -6))).toISOString().slice(0, 10);
  return [day, tags['state'], fields['cost_microusd']];
}

for (const [what, skewMs, billed] of [
  ["X's clock ahead of ours", 20_000, tuesday],
  ["X's clock with ours", 0, monday],
] as const) {
  test(`within a minute of midnight a purchase is held on both days, and spent on that of ${what}`, async (t) => {
    stopAt(t, midnight - 10_000);
    const influxdb = stubInfluxDb();
    const budget = budgetOf({ influxdb });
    const reservation = await reserve(budget, posts('jack'));
    const held = 20 * prices.tweet;
    assert.deepEqual(spentAndHeld(budget), { [monday]: [0, held], [tuesday]: [0, held] });
    assert.ok(reservation !== undefined);
    settle(budget, reservation, { ids: ['100'], answered: ['jack'], date: Date.now() + skewMs });
    await closeWriter(budget.writer);
    const costs = { [monday]: 0, [tuesday]: 0, [billed]: prices.tweet };
    assert.deepEqual(spentAndHeld(budget), { [monday]: [costs[monday], 0], [tuesday]: [costs[tuesday], 0] });
    assert.deepEqual(influxdb.written.map(summaryOf), [
      [monday, 'reserved', held],
      [tuesday, 'reserved', held],
      [monday, 'settled', costs[monday]],
      [tuesday, 'settled', costs[tuesday]],
    ]);
    assert.equal(new Set(influxdb.written.map(({ fields }) => fields['purchase'])).size, 1);
    assert.deepEqual([budget.newResources, budget.microUsd], [1, prices.tweet]);
  });
}

for (const [ours, now] of [
  [monday, midnight - 10_000],
  [tuesday, midnight + 10_000],
] as const) {
  test(`where X does not tell its clock the day is ours: ${ours}`, async (t) => {
    stopAt(t, now);
    const budget = budgetOf();
    const reservation = await reserve(budget, posts('jack'));
    assert.ok(reservation !== undefined);
    settle(budget, reservation, { ids: ['100'], answered: ['jack'], date: undefined });
    assert.deepEqual(spentAndHeld(budget)[ours], [prices.tweet, 0]);
    assert.equal(figuresNow(budget)?.spent, prices.tweet);
  });
}

test('around midnight a purchase has to fit into both days', async (t) => {
  for (const now of [midnight - 10_000, midnight + 10_000]) {
    t.mock.timers.reset();
    stopAt(t, midnight - 61_000);
    const budget = budgetOf({ terms: { budget: 30 * prices.tweet } });
    const before = await reserve(budget, posts('jack'));
    assert.deepEqual(spentAndHeld(budget), { [monday]: [0, 20 * prices.tweet], [tuesday]: [0, 0] });
    assert.ok(before !== undefined);
    settle(budget, before, { ids: idsOf(20), answered: ['jack'], date: Date.now() });
    t.mock.timers.setTime(now);
    assert.equal((await reserve(budget, posts('jill')))?.granted, 10);
  }
});

test('on a day of which the ledger was not read nothing is bought, and nothing asked for', async (t) => {
  stopAt(t, midnight - 3_600_000);
  const budget = budgetOf();
  t.mock.timers.setTime(midnight + 3_600_000);
  assert.equal(await reserve(budget, posts('jack')), undefined);
  assert.equal(await reserve(budget, posts('jack', { max: 0, min: 0 })), undefined);
});

test('a purchase before midnight is good until a minute before it, one around it until a minute before the next', async (t) => {
  stopAt(t, midnight - 120_000);
  const day = 86_400_000;
  const budget = budgetOf();
  assert.equal((await reserve(budget, posts('a')))?.validUntil, midnight - 60_001);
  t.mock.timers.setTime(midnight - 10_000);
  assert.equal((await reserve(budgetOf(), posts('a')))?.validUntil, midnight + day - 60_001);
});

test("the day's money is that of our clock, and not known where its ledger was not read", (t) => {
  stopAt(t, midnight - 10_000);
  const budget = budgetOf();
  assert.deepEqual(
    sidesNow(budget).map(({ day }) => day),
    [monday, tuesday],
  );
  t.mock.timers.setTime(midnight + 10_000);
  assert.deepEqual(
    sidesNow(budget).map(({ day }) => day),
    [tuesday, monday],
  );
  t.mock.timers.setTime(midnight + 2 * 86_400_000);
  assert.deepEqual([sidesNow(budget), figuresNow(budget)], [[], undefined]);
});

function idsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(100 + index));
}
