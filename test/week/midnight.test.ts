import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printWeek, weekOf } from './books.ts';
import { call, dayMs, startWorld, tweetsTick, usersTick, weekStart } from './world.ts';

const midnight = weekStart + dayMs;

test('a reservation that took until midnight to be stored is not used for the day after', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [2, 2, 2] });
  const { clock, x } = world;
  const app = world.startProcess();
  let isSlow = true;
  const slow: typeof app.store.write = async (measurements, deadline) => {
    await app.store.write(measurements, deadline);
    if (isSlow && measurements.some(({ name }) => name === 'twitter_ledger')) clock.advance(15_000);
    isSlow = false;
  };
  x.skewMs = 50_000;
  clock.leapTo(midnight - 64_000);
  await call({ ...app, store: { ...app.store, write: slow } }, { data: usersTick });
  const [first, second] = await weekOf(world);
  assert.equal(x.seen.length, 0);
  assert.deepEqual([first?.settled, first?.reserved], [first?.bill, 0]);
  assert.deepEqual([second?.settled, second?.reserved], [second?.bill, 0]);
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
    const week = (await weekOf(world)).slice(0, 2);
    printWeek(t, week, app.config.dailyBudget);
    for (const { bill, settled, reserved } of week) {
      assert.deepEqual([settled, reserved], [bill, 0]);
      assert.ok(bill > 0 && bill <= app.config.dailyBudget);
    }
  });
}
