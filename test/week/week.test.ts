import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BillingX } from '../support/billing-x.ts';
import { checkDay, daysOf, printDays } from './books.ts';
import { call, eventsOf } from './call.ts';
import { checkFigures } from './figures.ts';
import { callAndKill } from './kill.ts';
import { rowsOf } from './rows.ts';
import { dayMs, days, startWorld, weekStart } from './world.ts';

const seed = Number(process.env['WEEK_SEED'] ?? 1);

test('with nothing killed the settled ledger is X’s bill to the cent, every day', async (t) => {
  const world = await startWorld(t, { seed, postsPerDay: [0, 0.2, 1, 1, 2, 2, 3, 4, 6, 30] });
  const app = world.startProcess();
  const startedAt = performance.now();
  for (const { time, data } of eventsOf(15, 1)) {
    world.clock.leapTo(time + 300);
    const { status, body } = await call(app, { time, data });
    assert.equal(status, 204, body);
    await checkFigures(world.influxd, app);
  }
  t.diagnostic(`${Math.round((performance.now() - startedAt) / 1000)} s`);
  const week = await daysOf(world, days);
  printDays(t, week, app.config.dailyBudget);
  for (const { bill, settled, held } of week) {
    assert.equal(settled, bill);
    assert.equal(held, 0);
    assert.ok(bill > 0 && bill <= app.config.dailyBudget);
  }
  const costs = days.map((day) => world.reports.filter(({ time }) => time.startsWith(day)));
  for (const [index, reports] of costs.entries()) {
    assert.equal(
      reports.reduce((sum, { cost }) => sum + cost.microUsd, 0),
      week[index]?.bill,
    );
    assert.equal(reports.at(-1)?.cost.spentTodayMicroUsd, week[index]?.bill);
  }
  assert.ok(Date.now() < weekStart + 7 * dayMs);
});

test('killed at random moments, the bill lies between what is settled and what is held besides', async (t) => {
  const env = { TWITTER_DAILY_BUDGET_USD: '2.00' };
  const world = await startWorld(t, { seed, postsPerDay: [0, 0.2, 0.5, 1, 1, 1, 1.5, 1.5, 2, 2], env });
  const { clock, random } = world;
  let app = world.startProcess();
  let kills = 0;
  for (const { time, data } of eventsOf(60, 1)) {
    clock.leapTo(time + 300);
    while (random() < 0.2) {
      if (!(await callAndKill(app, { time, data }, Math.floor(random() * 30), random))) break;
      kills += 1;
      app = world.startProcess();
      clock.advance(2000 + random() * 10_000);
    }
    if (random() >= 0.8) continue;
    assert.equal((await call(app, { time, data })).status, 204);
    await checkFigures(world.influxd, app);
  }
  const week = await daysOf(world, days);
  t.diagnostic(`${kills} kills`);
  printDays(t, week, app.config.dailyBudget);
  for (const row of week) checkDay(row, app.config.dailyBudget);
});

test('more posts are wanted than the budget allows: it is used, never exceeded, and over the week by everyone', async (t) => {
  const postsPerDay = Array.from({ length: 24 }, (_, index) => 1 + (index % 6));
  const world = await startWorld(t, { seed, postsPerDay });
  const { clock, random, x, influxd } = world;
  let app = world.startProcess();
  x.before = () => {
    clock.advance(20 + random() * 100);
    return undefined;
  };
  for (const { time, data } of eventsOf(60, 2, weekStart - 1500)) {
    x.skewMs = Math.round((random() - 0.5) * 100_000);
    clock.leapTo(time + 300);
    if (random() < 0.1) app = world.startProcess();
    const times = random() < 0.1 ? 2 : 1;
    for (let sent = 0; sent < times; sent += 1) assert.equal((await call(app, { time, data })).status, 204);
    await checkFigures(influxd, app);
  }
  const week = await daysOf(world, days);
  const { dailyBudget } = app.config;
  printDays(t, week, dailyBudget);
  for (const { day, bill, settled, held } of week) {
    assert.deepEqual([settled, held], [bill, 0], day);
    assert.ok(bill <= dailyBudget, day);
    assert.ok(bill >= 0.9 * dailyBudget, day);
  }
  const bought = await rowsOf(influxd, 'SELECT count("like_count") FROM "twitter_tweet" GROUP BY "username"');
  assert.equal(bought.length, postsPerDay.length);
});

test('the bill stays within the budget through kills, outages, broken answers, midnights and changed lists of accounts', async (t) => {
  const postsPerDay = Array.from({ length: 24 }, (_, index) => 1 + (index % 6) * 3);
  const world = await startWorld(t, { seed, postsPerDay, env: { RUN_TIMEOUT_SECONDS: '3' } });
  const { clock, random, x, influxd } = world;
  let app = world.startProcess();
  const above = Array.from({ length: 100 }, (_, index) => ({ username: `above_${index}` }));
  let [kills, outages] = [0, 0];
  const breakSome: BillingX['before'] = () => {
    const chance = random();
    return chance < 0.01 ? { fault: 'close-billed' } : chance < 0.02 ? { fault: 'cut-billed' } : undefined;
  };
  x.before = breakSome;
  for (const { time, data } of eventsOf(120, 2, weekStart - 1500)) {
    x.skewMs = Math.round((random() - 0.5) * 100_000);
    clock.leapTo(time + 300);
    if (random() < 0.1) world.watch(x.accounts.filter(() => random() < 0.7));
    const isAbove = random() < 0.05;
    if (isAbove) world.watch([...x.accounts, ...above]);
    if (random() < 0.4 && (await callAndKill(app, { time, data }, Math.floor(random() * 16), random))) {
      kills += 1;
      clock.advance(random() * 3000);
      if (isAbove) world.watch(x.accounts); // a process does not start with more than it can pay for
      app = world.startProcess();
    }
    if (random() < 0.04) {
      outages += 1;
      let left = Math.floor(random() * 8);
      x.before = async () => {
        left -= 1;
        if (left === 0) await influxd.stop();
        return undefined;
      };
      await call(app, { time, data });
      x.before = breakSome;
      await influxd.start();
    }
    if ((await call(app, { time, data })).status === 204) await checkFigures(influxd, app);
    if (isAbove) world.watch(x.accounts);
  }
  const week = await daysOf(world, days);
  t.diagnostic(`${kills} kills, ${outages} outages`);
  printDays(t, week, app.config.dailyBudget);
  for (const row of week) checkDay(row, app.config.dailyBudget);
});
