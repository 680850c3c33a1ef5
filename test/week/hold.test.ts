import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Point } from '../../functions/measurement.ts';
import type { InfluxDb } from '../../functions/store/influxdb.ts';
import { checkDay, daysOf, printDays } from './books.ts';
import { call, tweetsTick, usersTick } from './call.ts';
import { checkFigures } from './figures.ts';
import { callAndKill } from './kill.ts';
import { days, startWorld, weekStart } from './world.ts';

const hourMs = 3_600_000;
const firstDay = days.slice(0, 1);

test('what a killed purchase holds is not spent twice, however often new posts appear', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [60], env: { TWITTER_DAILY_BUDGET_USD: '0.12' } });
  const { clock, x, influxd } = world;
  await call(world.startProcess(), { time: weekStart, data: usersTick });
  clock.leapTo(weekStart + hourMs);
  // Its requests: the preflight, the reservation, the timeline, the settlement.
  assert.ok(await callAndKill(world.startProcess(), { time: weekStart + hourMs, data: tweetsTick }, 3, () => 1));
  assert.equal(x.seen.filter(({ path }) => path.endsWith('/tweets')).length, 1);
  const app = world.startProcess();
  for (let hour = 2; hour < 24; hour += 1) {
    clock.leapTo(weekStart + hour * hourMs);
    await call(app, { time: weekStart + hour * hourMs, data: tweetsTick });
    await checkFigures(influxd, app);
  }
  const rows = await daysOf(world, firstDay);
  printDays(t, rows, app.config.dailyBudget);
  assert.equal(rows[0]?.held, 100_000);
  for (const row of rows) checkDay(row, app.config.dailyBudget);
});

test('accounts for which a killed run holds money share what is left with all others', async (t) => {
  const postsPerDay = Array.from({ length: 8 }, () => 60);
  const world = await startWorld(t, { seed: 1, postsPerDay, env: { TWITTER_DAILY_BUDGET_USD: '0.99' } });
  const { clock, x, influxd } = world;
  await call(world.startProcess(), { time: weekStart, data: usersTick });
  clock.leapTo(weekStart + hourMs);
  const first = world.startProcess();
  // All eight timelines are asked for and charged, the process dies before it has written down any.
  const { store } = first;
  const write: InfluxDb['write'] = (points, deadline) =>
    points.some(isSettled) ? new Promise(() => undefined) : store.influxdb.write(points, deadline);
  const unwritten = { ...first, store: { ...store, influxdb: { ...store.influxdb, write } } };
  void call(unwritten, { time: weekStart + hourMs, data: tweetsTick });
  while (x.seen.filter(({ cost }) => cost === 100_000).length < 8)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const second = world.startProcess();
  clock.leapTo(weekStart + 6 * hourMs);
  await call(second, { time: weekStart + 6 * hourMs, data: tweetsTick });
  await checkFigures(influxd, second);
  const rows = await daysOf(world, firstDay);
  printDays(t, rows, second.config.dailyBudget);
  assert.equal(rows[0]?.held, 800_000);
  for (const row of rows) checkDay(row, second.config.dailyBudget);
  assert.ok(rows[0].bill > 900_000);
});

test('purchases killed again and again: what all may have cost is held, and the budget is kept', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [60], env: { TWITTER_DAILY_BUDGET_USD: '0.25' } });
  const { clock } = world;
  await call(world.startProcess(), { time: weekStart, data: usersTick });
  for (const hour of [1, 6, 11, 16]) {
    clock.leapTo(weekStart + hour * hourMs);
    await callAndKill(world.startProcess(), { time: weekStart + hour * hourMs, data: tweetsTick }, 3, () => 1);
  }
  const rows = await daysOf(world, firstDay);
  printDays(t, rows, 250_000);
  for (const row of rows) checkDay(row, 250_000);
  // A profile, two whole timelines, and one of the eight posts that were left.
  assert.deepEqual([rows[0]?.settled, rows[0]?.held], [10_000, 240_000]);
});

function isSettled({ measurement, tags }: Point): boolean {
  return measurement === 'twitter_ledger' && tags['state'] === 'settled';
}
