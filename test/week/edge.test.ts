import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOn, rowsOf, weekOf } from './books.ts';
import { call, days, startWorld, tweetsTick, usersTick, weekStart } from './world.ts';

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
  const answer = await call(app, { data: tweetsTick });
  const again = x.seen.slice(before);
  assert.deepEqual(
    again.map(({ path, cost }) => [path, cost]),
    [['tweets', 0]],
  );
  assert.equal(again[0]?.query.get('ids')?.split(',').length, 34);
  const report = JSON.parse(answer.body) as { points: number; failures: { reason: string; account: string }[] };
  assert.deepEqual([answer.status, report.points], [200, 2 * 34]);
  assert.deepEqual(
    report.failures.map(({ reason }) => reason),
    ['budget', 'budget', 'budget'],
  );
  const [day] = await weekOf(world);
  assert.deepEqual([day?.bill, day?.settled, day?.reserved], [200_000, 200_000, 0]);
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
  assert.ok(lines.length > 0 && lines.every(({ state, cost }) => state === 'settled' && cost === 0));
  const [day] = await weekOf(world);
  assert.deepEqual([day?.bill, day?.settled, day?.reserved], [10_000, 10_000, 0]);
});

test('a dry run writes the ledger alone, and what it bought is not bought again', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [2, 2] });
  const data = { job: 'collect', collectors: ['user', 'tweet'] };
  const { status, body } = await call(world.startProcess(), { data, path: '/?dry-run' });
  assert.equal(status, 200);
  assert.match(body, /^twitter_tweet,/m);
  assert.deepEqual(await rowsOf(world.influxd, 'SHOW MEASUREMENTS'), [{ name: 'twitter_ledger' }]);
  const [day] = await weekOf(world);
  assert.ok((day?.bill ?? 0) > 0 && day?.bill === day?.settled);
  await call(world.startProcess(), { data });
  assert.equal((await weekOf(world))[0]?.bill, day?.bill);
});

test('an answer that cannot be read holds its money, and nobody waits for it', async (t) => {
  const env = { TWITTER_DAILY_BUDGET_USD: '0.19', RUN_TIMEOUT_SECONDS: '4' };
  const world = await startWorld(t, { seed: 2, postsPerDay: [20, 20], env });
  const { x } = world;
  const app = world.startProcess();
  await call(app, { data: usersTick });
  const before = x.seen.length;
  x.before = () => (x.seen.length === before + 1 ? { status: 200, body: { data: [{ id: 'none' }] } } : undefined);
  const answer = await call(app, { data: tweetsTick });
  assert.deepEqual(
    x.seen.slice(before).map(({ query }) => query.get('max_results')),
    ['20', '14'],
  );
  const report = JSON.parse(answer.body) as { failures: { reason: string }[] };
  assert.deepEqual(
    report.failures.map(({ reason }) => reason),
    ['bad_answer'],
  );
  const [day] = await weekOf(world);
  assert.deepEqual([day?.settled, day?.reserved], [day?.bill, 100_000]);
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
