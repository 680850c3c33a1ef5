import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDay, daysOf, printDays } from '../books.ts';
import { call, tweetsTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { rowsOf } from '../rows.ts';
import { dayMs, days, startWorld, weekStart } from '../world.ts';

const midnight = weekStart + dayMs;
const minuteMs = 60_000;
const everything = { ...tweetsTick, collectors: ['user', 'tweet'] };

for (const skewMs of [-58_000, 0, 58_000]) {
  test(`posts appear around midnight with X’s clock ${skewMs / 1000} s ahead: each of X’s days keeps the budget`, async (t) => {
    const env = { TWITTER_DAILY_BUDGET_USD: '0.30' };
    const world = await startWorld(t, { postsPerDay: [40, 400, 800], env });
    const { x, clock, influxd } = world;
    x.skewMs = skewMs;
    const app = world.startProcess();
    for (let time = midnight - 3 * minuteMs; time < midnight + 3 * minuteMs; time += 15_000) {
      clock.leapTo(time);
      assert.equal((await call(app, { time, data: everything })).status, 204);
      await checkFigures(influxd, app);
    }
    const rows = await daysOf(world, days.slice(0, 2));
    printDays(t, rows, 300_000);
    for (const row of rows) {
      checkDay(row, 300_000);
      assert.deepEqual([row.settled, row.held], [row.bill, 0]);
      assert.ok(row.bill > 200_000, row.day);
    }
    assert.deepEqual(await skewsIn(world.influxd), []);
  });
}

for (const [skewMs, said] of [
  [-300_000, /^this clock is (299|300|301) s ahead of X's/],
  [300_000, /^this clock is (299|300|301) s behind X's/],
] as const) {
  test(`X’s clock is ${skewMs / 1000} s ahead: recorded as clock_skew at each tick, and nothing else is wrong`, async (t) => {
    const world = await startWorld(t, { postsPerDay: [1] });
    world.x.skewMs = skewMs;
    const app = world.startProcess();
    for (const time of [midnight + minuteMs, midnight + 10 * minuteMs]) {
      world.clock.leapTo(time);
      assert.equal((await call(app, { time, data: everything })).status, 204);
    }
    const skews = await skewsIn(world.influxd);
    assert.deepEqual(
      skews.map((row) => [row['collector'], row['count']]),
      [
        ['tick', 1],
        ['tick', 1],
      ],
    );
    for (const { detail } of skews) assert.match(String(detail), said);
    world.x.skewMs = 0;
    world.clock.leapTo(midnight + 20 * minuteMs);
    assert.equal((await call(app, { time: Date.now(), data: everything })).status, 204);
    assert.equal((await skewsIn(world.influxd)).length, 2, 'nothing is said of a clock that is right again');
  });
}

function skewsIn(influxd: Parameters<typeof rowsOf>[0]): ReturnType<typeof rowsOf> {
  return rowsOf(influxd, `SELECT * FROM "twitter_collector_failure" WHERE "reason" = 'clock_skew'`);
}
