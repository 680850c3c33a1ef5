import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf, linesOn } from './books.ts';
import { call, run, tweetsTick, usersTick } from './call.ts';
import { checkFigures } from './figures.ts';
import { rowsOf } from './rows.ts';
import { days, startWorld, weekStart } from './world.ts';

const hourMs = 3_600_000;
const [firstDay = ''] = days;

test('near the edge of the budget timelines get smaller, below that posts bought today are read again at no cost', async (t) => {
  const env = { TWITTER_DAILY_BUDGET_USD: '0.20' };
  const world = await startWorld(t, { seed: 2, postsPerDay: [20, 20, 20], env });
  const { clock, x, influxd } = world;
  const app = world.startProcess();
  await call(app, { time: weekStart, data: usersTick });
  clock.leapTo(weekStart + 60_000);
  await call(app, { time: Date.now(), data: tweetsTick });
  const timelines = x.seen.filter(({ path }) => path.endsWith('/tweets'));
  // Of $0.20 three profiles leave $0.17: twenty posts at $0.005, then fourteen.
  assert.deepEqual(
    timelines.map(({ query }) => query.get('max_results')),
    ['20', '14'],
  );
  clock.leapTo(weekStart + hourMs);
  const before = x.seen.length;
  const report = await run(app, tweetsTick);
  const again = x.seen.slice(before);
  assert.deepEqual(
    again.map(({ path, cost }) => [path, cost]),
    [['tweets', 0]],
  );
  assert.equal(again[0]?.query.get('ids')?.split(',').length, 34);
  assert.deepEqual([report.status, report.points], [200, 2 * 34]);
  assert.deepEqual(
    report.failures.map(({ reason }) => reason),
    ['budget', 'budget', 'budget'],
  );
  assert.deepEqual(await daysOf(world, [firstDay]), [{ day: firstDay, bill: 200_000, settled: 200_000, held: 0 }]);
  assert.deepEqual(await checkFigures(influxd, app), [200_000, 0, 0, 0, 200_000]);
  const curve = await rowsOf(influxd, 'SELECT count("like_count") FROM "twitter_tweet" GROUP BY "tweet_id"');
  assert.ok(curve.length === 34 && curve.every(({ count }) => count === 2));
});

test('the smallest timeline is five posts, for less nothing is asked', async (t) => {
  const world = await startWorld(t, { seed: 2, postsPerDay: [20], env: { TWITTER_DAILY_BUDGET_USD: '0.034' } });
  await call(world.startProcess(), { data: usersTick });
  await call(world.startProcess(), { data: tweetsTick });
  assert.equal(world.x.seen.filter(({ path }) => path.endsWith('/tweets')).length, 0);
});

test('an empty timeline costs nothing and holds nothing', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [0] });
  const app = world.startProcess();
  assert.equal((await call(app, { data: tweetsTick })).status, 200);
  const lines = (await linesOn(world.influxd, firstDay)).filter(({ resource }) => resource === 'tweet');
  assert.deepEqual(lines.map(({ state, cost }) => [state, cost]).sort(), [
    ['reserved', 100_000],
    ['settled', 0],
  ]);
  assert.deepEqual(await daysOf(world, [firstDay]), [{ day: firstDay, bill: 10_000, settled: 10_000, held: 0 }]);
});

test('a dry run writes the ledger alone, and what it bought is not bought again', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [2, 2] });
  const data = { job: 'collect', collectors: ['user', 'tweet'] };
  const { status, body } = await call(world.startProcess(), { data, path: '/?dry-run' });
  assert.equal(status, 200);
  assert.match(body, /^twitter_tweet,/m);
  assert.deepEqual(await rowsOf(world.influxd, 'SHOW MEASUREMENTS'), [{ name: 'twitter_ledger' }]);
  const [day] = await daysOf(world, [firstDay]);
  assert.ok((day?.bill ?? 0) > 0 && day?.bill === day?.settled);
  await call(world.startProcess(), { data });
  assert.equal((await daysOf(world, [firstDay]))[0]?.bill, day?.bill);
});

test('an answer that cannot be read holds its money, and nobody waits for it', async (t) => {
  const env = { TWITTER_DAILY_BUDGET_USD: '0.19', RUN_TIMEOUT_SECONDS: '4' };
  const world = await startWorld(t, { seed: 2, postsPerDay: [20, 20], env });
  const { x } = world;
  const app = world.startProcess();
  await call(app, { data: usersTick });
  const before = x.seen.length;
  x.before = () => (x.seen.length === before + 1 ? { status: 200, body: { data: [{ id: 'none' }] } } : undefined);
  const report = await run(app, tweetsTick);
  assert.deepEqual(
    x.seen.slice(before).map(({ query }) => query.get('max_results')),
    ['20', '14'],
  );
  assert.deepEqual(
    report.failures.map(({ reason }) => reason),
    ['bad_answer'],
  );
  const [day] = await daysOf(world, [firstDay]);
  assert.deepEqual([day?.settled, day?.held], [day?.bill, 100_000]);
  await checkFigures(world.influxd, app);
});

test('whenever X is asked for something new, the store holds the money for it already', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [1, 2, 3, 4] });
  const { x, influxd } = world;
  const unheld: string[] = [];
  x.before = async ({ path }) => {
    const lines = (await linesOn(influxd, firstDay)).filter(({ state }) => state === 'reserved');
    const account = x.accounts.find(({ id }) => path === `users/${id}/tweets`);
    const [resource, key] = account === undefined ? ['user', x.accounts[0]?.username] : ['tweet', account.username];
    if (!lines.some((line) => line.resource === resource && line.keys.includes(key ?? ''))) unheld.push(path);
    return undefined;
  };
  await call(world.startProcess(), { data: { job: 'collect', collectors: ['user', 'tweet'] } });
  assert.equal(x.seen.length, 5);
  assert.deepEqual(unheld, []);
});
