import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Point } from '../../../functions/measurement.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import type { InfluxDb } from '../../../functions/store/influxdb.ts';
import { checkDay, daysOf, linesOn } from '../books.ts';
import { call, run, tweetsTick, twice, usersTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { rowsOf } from '../rows.ts';
import { days, startWorld } from '../world.ts';

const [firstDay = ''] = days;

/** Writes in which the program itself fails, and how many requests of X are made in spite of it. */
const writes: readonly (readonly [what: string, asked: number, isIt: (point: Point) => boolean])[] = [
  ['a reservation', 0, ({ tags }) => tags['state'] === 'reserved'],
  ['a settlement', 1, ({ tags }) => tags['state'] === 'settled'],
  ['a result', 1, ({ measurement }) => measurement === 'twitter_tweet'],
  ['a run’s own point', 1, ({ measurement }) => measurement === 'twitter_collector_run'],
];

for (const [what, asked, isIt] of writes) {
  test(`an error of the program in the write of ${what}: 500 with its stack in the log, and nobody else is blamed`, async (t) => {
    const world = await startWorld(t, { postsPerDay: [3] });
    const { x, influxd, logged } = world;
    const app = world.startProcess();
    await run(app, usersTick);
    const before = x.seen.length;
    const broken = breaking(app, isIt);
    await twice(async () => {
      logged.length = 0;
      const { status, body } = await call(broken, { time: Date.now(), data: tweetsTick });
      assert.equal(status, 500, body);
      const line = logged.find(({ level }) => level === 'error');
      assert.match(String(line?.facts['stack']), /^TypeError: a mistake in the program\n +at /);
    });
    assert.equal(x.seen.length - before, 2 * asked);
    for (const row of await daysOf(world, [firstDay])) checkDay(row, 1_000_000);
    const blamed = await rowsOf(influxd, `SELECT * FROM "twitter_collector_failure"`);
    assert.deepEqual(blamed, []);
    assert.equal((await call(app, { time: Date.now(), data: tweetsTick })).status, 204);
    await checkFigures(influxd, app);
    for (const row of await daysOf(world, [firstDay])) checkDay(row, 1_000_000);
  });
}

test('an error of the program in one collector leaves the other its data, and its purchase held', async (t) => {
  const world = await startWorld(t, { postsPerDay: [3] });
  const { x, influxd, logged } = world;
  const app = world.startProcess();
  const askX: Instance['askX'] = (request, ...rest) => {
    if (request.path.endsWith('/tweets')) throw new TypeError('a mistake in the program');
    return app.askX(request, ...rest);
  };
  await twice(async () => {
    const { status } = await call({ ...app, askX }, { data: { ...tweetsTick, collectors: ['user', 'tweet'] } });
    assert.equal(status, 500);
  });
  assert.equal(logged.filter(({ facts }) => /a mistake in the program/.test(String(facts['stack']))).length, 2);
  assert.equal((await rowsOf(influxd, 'SELECT * FROM "twitter_user"')).length > 0, true);
  assert.equal(x.seen.filter(({ path }) => path === 'users/by').length, 2);
  const held = (await linesOn(influxd, firstDay)).filter(({ resource }) => resource === 'tweet');
  assert.ok(held.length > 0 && held.every(({ state }) => state === 'reserved'));
  assert.equal((await run(app, tweetsTick)).status, 200);
  await checkFigures(influxd, app);
});

/** The instance with a mistake in the program, met when such a point is written. */
function breaking(app: Instance, isIt: (point: Point) => boolean): Instance {
  const { influxdb } = app.store;
  const write: InfluxDb['write'] = (points, deadline) => {
    if (points.some(isIt)) throw new TypeError('a mistake in the program');
    return influxdb.write(points, deadline);
  };
  return { ...app, store: { ...app.store, influxdb: { ...influxdb, write } } };
}
