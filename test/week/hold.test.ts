import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App } from '../../functions/app.ts';
import type { Measurement } from '../../functions/measurement.ts';
import { linesOn, printWeek, weekOf } from './books.ts';
import { callAndKill } from './kill.ts';
import { call, startWorld, tweetsTick, usersTick, weekStart } from './world.ts';

const hourMs = 3_600_000;

test('what a killed purchase holds is not spent twice, however often new posts appear', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [60], env: { TWITTER_DAILY_BUDGET_USD: '0.12' } });
  const { clock, x } = world;
  await call(world.startProcess(), { time: weekStart, data: usersTick });
  clock.leapTo(weekStart + hourMs);
  // Its requests: the preflight, the reservation, the timeline, the settlement.
  assert.ok(await callAndKill(world.startProcess(), { time: weekStart + hourMs, data: tweetsTick }, 3, () => 1));
  assert.equal(x.seen.filter(({ path }) => path.endsWith('/tweets')).length, 1);
  const app = world.startProcess();
  for (let hour = 2; hour < 24; hour += 1) {
    clock.leapTo(weekStart + hour * hourMs);
    await call(app, { time: weekStart + hour * hourMs, data: tweetsTick });
  }
  const [first] = await weekOf(world);
  printWeek(t, first === undefined ? [] : [first], app.config.dailyBudget);
  assert.ok((first?.bill ?? NaN) <= app.config.dailyBudget);
});

test('accounts for which a killed run holds money share what is left with all others', async (t) => {
  const postsPerDay = Array.from({ length: 8 }, () => 60);
  const world = await startWorld(t, { seed: 1, postsPerDay, env: { TWITTER_DAILY_BUDGET_USD: '0.99' } });
  const { clock, x } = world;
  await call(world.startProcess(), { time: weekStart, data: usersTick });
  clock.leapTo(weekStart + hourMs);
  const first = world.startProcess();
  // All eight timelines are asked for and charged, the process dies before it has written down any.
  const { store } = first;
  const unwritten: App['store'] = {
    ...store,
    write: (lines, by) => (lines.some(isSettled) ? new Promise(() => undefined) : store.write(lines, by)),
  };
  void call({ ...first, store: unwritten }, { time: weekStart + hourMs, data: tweetsTick });
  while (x.seen.filter(({ cost }) => cost === 100_000).length < 8)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const second = world.startProcess();
  clock.leapTo(weekStart + 6 * hourMs);
  await call(second, { time: weekStart + 6 * hourMs, data: tweetsTick });
  const [day] = await weekOf(world);
  printWeek(t, day === undefined ? [] : [day], second.config.dailyBudget);
  assert.ok((day?.bill ?? NaN) > 900_000 && (day?.bill ?? NaN) <= second.config.dailyBudget);
});

test('purchases killed again and again: their lines hold what all may have cost, and the budget is kept', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [60], env: { TWITTER_DAILY_BUDGET_USD: '0.25' } });
  const { clock } = world;
  await call(world.startProcess(), { time: weekStart, data: usersTick });
  for (const hour of [1, 6, 11, 16]) {
    clock.leapTo(weekStart + hour * hourMs);
    await callAndKill(world.startProcess(), { time: weekStart + hour * hourMs, data: tweetsTick }, 3, () => 1);
  }
  const [first] = await weekOf(world);
  const lines = await linesOn(world.influxd, first?.day ?? '');
  const held = lines.filter(({ state }) => state === 'reserved').reduce((sum, { cost }) => sum + cost, 0);
  printWeek(t, first === undefined ? [] : [first], 250_000);
  const bill = first?.bill ?? NaN;
  assert.ok(bill > (first?.settled ?? NaN) + (first?.reserved ?? NaN), 'more than the largest of them was bought');
  assert.ok(bill <= (first?.settled ?? NaN) + held);
  assert.ok((first?.settled ?? NaN) + held <= 250_000);
});

function isSettled({ name, fields }: Measurement): boolean {
  return name === 'twitter_ledger' && fields['state'] === 'settled';
}
