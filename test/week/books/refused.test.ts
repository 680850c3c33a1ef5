import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '../../../functions/run/instance.ts';
import type { Influxd } from '../../support/influxd.ts';
import { writeLines } from '../../support/write-lines.ts';
import { checkDay, daysOf } from '../books.ts';
import { call, run, tweetsTick, twice, usersTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { rowsOf } from '../rows.ts';
import { days, startWorld, weekStart } from '../world.ts';

const hourMs = 3_600_000;
const [firstDay = ''] = days;

test('a field that is a float already: 422 at each tick, success 0 and no points, so that an alert fires', async (t) => {
  const world = await startWorld(t, { postsPerDay: [1, 1] });
  const { clock, influxd } = world;
  await writeLines(influxd, [`twitter_user,user_id=1,username=x followers_count=1.5 ${weekStart}`]);
  const app = world.startProcess();
  for (let hour = 1; hour < 4; hour += 1) {
    clock.leapTo(weekStart + hour * hourMs);
    const detail = await checkRefused(influxd, app, usersTick);
    assert.match(detail, /field type conflict/);
    const rows = await daysOf(world, [firstDay]);
    for (const row of rows) checkDay(row, 1_000_000);
    assert.deepEqual([rows[0]?.settled, rows[0]?.held], [20_000, 0], 'the books were taken all the same');
    await checkFigures(influxd, app);
  }
  const report = await run(app, usersTick);
  assert.deepEqual([report.status, report.points, report.accounts], [422, 0, 2]);
  // To know whose posts they are, the profiles are read again, and refused; the posts themselves are not.
  const { status, points } = await run(app, tweetsTick);
  const [posts] = await rowsOf(influxd, 'SELECT count("like_count") AS "stored" FROM "twitter_tweet"');
  assert.ok(points > 0);
  assert.deepEqual([status, points], [422, 2 * Number(posts?.['stored'])]);
  const [tick] = await rowsOf(influxd, `SELECT * FROM "twitter_collector_run" WHERE "collector" = 'tweet'`);
  assert.deepEqual([tick?.['success'], tick?.['points']], [0, points]);
  await checkFigures(influxd, app);
});

test('a retention shorter than a post’s age: 422 at each tick, success 0 and no points, so that an alert fires', async (t) => {
  const start = Date.now();
  const day = new Date(start).toISOString().slice(0, 10);
  const world = await startWorld(t, { postsPerDay: [3, 3], start });
  const { influxd } = world;
  await influxd.adminQuery('ALTER RETENTION POLICY "autogen" ON "twittergraph" DURATION 2d SHARD DURATION 1d');
  const app = world.startProcess();
  assert.equal((await run(app, usersTick)).status, 200);
  await twice(async () => {
    const detail = await checkRefused(influxd, app, tweetsTick);
    assert.match(detail, /beyond retention policy/);
    for (const row of await daysOf(world, [day])) checkDay(row, 1_000_000);
    await checkFigures(influxd, app);
    world.clock.advance(1000); // another tick has another time
  });
  await influxd.adminQuery('ALTER RETENTION POLICY "autogen" ON "twittergraph" DURATION 0s');
  assert.equal((await call(app, { time: Date.now(), data: tweetsTick })).status, 204);
  const [stored] = await rowsOf(influxd, 'SELECT last("success") AS "success" FROM "twitter_collector_run"');
  assert.equal(stored?.['success'], 1);
});

/** Fails unless the tick is refused for good and its collector shows that; resolves with what InfluxDB said. */
async function checkRefused(influxd: Influxd, app: Instance, data: typeof usersTick): Promise<string> {
  const time = Math.floor(Date.now() / 1000) * 1000;
  const { status, body } = await call(app, { time, data });
  const { reason, detail } = JSON.parse(body) as { reason: string; detail: string };
  assert.deepEqual([status, reason], [422, 'store_refused']);
  const [run] = await rowsOf(influxd, `SELECT * FROM "twitter_collector_run" WHERE time = ${time}ms`);
  assert.deepEqual([run?.['collector'], run?.['success'], run?.['points']], [data.collectors[0], 0, 0]);
  const where = `"reason" = 'store_refused' AND time >= ${time}ms`;
  const failures = await rowsOf(influxd, `SELECT * FROM "twitter_collector_failure" WHERE ${where}`);
  assert.deepEqual(new Set(failures.map((failure) => failure['collector'])), new Set(['tick']));
  return detail;
}
