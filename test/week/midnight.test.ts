import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InfluxDb } from '../../functions/store/influxdb.ts';
import { daysOf, printDays } from './books.ts';
import { call, tweetsTick, usersTick } from './call.ts';
import { dayMs, days, startWorld, weekStart } from './world.ts';

const midnight = weekStart + dayMs;

test('a reservation that took until midnight to be stored is not used for the day after', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [2, 2, 2] });
  const { clock, x } = world;
  const app = world.startProcess();
  let isSlow = true;
  const { influxdb } = app.store;
  const write: InfluxDb['write'] = async (points, deadline) => {
    const reply = await influxdb.write(points, deadline);
    if (isSlow && points.some(({ measurement }) => measurement === 'twitter_ledger')) clock.advance(15_000);
    isSlow = false;
    return reply;
  };
  x.skewMs = 50_000;
  clock.leapTo(midnight - 64_000);
  await call({ ...app, store: { ...app.store, influxdb: { ...influxdb, write } } }, { data: usersTick });
  assert.equal(x.seen.length, 0);
  for (const { bill, settled, held } of await daysOf(world, days.slice(0, 2)))
    assert.deepEqual([bill, settled, held], [0, 0, 0]);
});

for (const skewMs of [-50_000, 0, 50_000]) {
  test(`a run straddling midnight is entered on X’s days, with X’s clock ${skewMs / 1000} s ahead of ours`, async (t) => {
    const world = await startWorld(t, { seed: 2, postsPerDay: Array.from({ length: 12 }, () => 3) });
    const { clock, x } = world;
    const app = world.startProcess();
    x.skewMs = skewMs;
    x.before = () => {
      clock.advance(700);
      return undefined;
    };
    await call(app, { data: usersTick });
    clock.leapTo(midnight - skewMs - 3000);
    await call(app, { data: { ...tweetsTick, collectors: ['user', 'tweet'] } });
    const week = await daysOf(world, days.slice(0, 2));
    printDays(t, week, app.config.dailyBudget);
    for (const { bill, settled, held } of week) {
      assert.deepEqual([settled, held], [bill, 0]);
      assert.ok(bill > 0 && bill <= app.config.dailyBudget);
    }
  });
}
