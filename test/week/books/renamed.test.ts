import assert from 'node:assert/strict';
import { test } from 'node:test';
import { billOn } from '../../support/billing-x.ts';
import { daysOf } from '../books.ts';
import { call, run, tweetsTick, twice, usersTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { rowsOf } from '../rows.ts';
import { days, startWorld, weekStart } from '../world.ts';

const hourMs = 3_600_000;
const [firstDay = ''] = days;

for (const processes of ['the same process', 'a new process']) {
  test(`a name that passes to another account on the day: ${processes} says so once, and the cent is in the books`, async (t) => {
    const world = await startWorld(t, { postsPerDay: [2, 2] });
    const { x, clock, influxd } = world;
    const [seller, buyer] = x.accounts;
    assert.ok(seller !== undefined && buyer !== undefined);
    const name = seller.username;
    world.watch([{ username: name }]);
    let app = world.startProcess();
    assert.deepEqual((await run(app, usersTick)).failures, []);
    [seller.username, buyer.username] = ['sold_it', name];
    clock.leapTo(weekStart + hourMs);
    if (processes === 'a new process') app = world.startProcess();
    assert.equal((await call(app, { time: Date.now(), data: usersTick })).status, 204);
    assert.deepEqual(await daysOf(world, [firstDay]), [{ day: firstDay, bill: 20_000, settled: 20_000, held: 0 }]);
    await checkFigures(influxd, app);
    const [failure] = await rowsOf(influxd, `SELECT * FROM "twitter_collector_failure" WHERE "reason" = 'renamed'`);
    assert.deepEqual([failure?.['account'], failure?.['collector']], [name, 'user']);
    assert.match(String(failure?.['detail']), new RegExp(`${buyer.id}.*${seller.id}`));
    const stored = await rowsOf(influxd, 'SELECT count("followers_count") FROM "twitter_user" GROUP BY "user_id"');
    assert.deepEqual(
      stored.map((row) => [row['user_id'], row['count']]),
      [
        [seller.id, 1],
        [buyer.id, 1],
      ],
    );
    clock.leapTo(weekStart + 2 * hourMs);
    if (processes === 'a new process') app = world.startProcess();
    await twice(async () => {
      const report = await run(app, { ...tweetsTick, collectors: ['user', 'tweet'] });
      assert.deepEqual([report.status, report.failures], [200, []]);
    });
    assert.deepEqual(
      x.seen.filter(({ path }) => path.endsWith('/tweets')).map(({ path }) => path),
      [`users/${buyer.id}/tweets`, `users/${buyer.id}/tweets`],
    );
    assert.equal((await checkFigures(influxd, app))[0], billOn(x, firstDay));
  });
}
