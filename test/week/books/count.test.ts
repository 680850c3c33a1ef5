import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, tweetsTick, usersTick } from '../call.ts';
import { rowsOf } from '../rows.ts';
import { dayMs, days, startWorld, weekStart } from '../world.ts';

const [firstDay = ''] = days;
const owner = {
  TWITTER_API_KEY: 'key',
  TWITTER_API_SECRET: 'secret',
  TWITTER_ACCESS_TOKEN: '1000-token',
  TWITTER_ACCESS_SECRET: 'secret',
};

test('X’s own count may leave out the owner’s posts or not: either is right, any other is a failure', async (t) => {
  const env = { ...owner, TWITTER_OWNED_USERS: 'w1_0', TWITTER_TWEETS_PER_USER: '100' };
  const world = await startWorld(t, { postsPerDay: [30, 1], env });
  const { x, clock, influxd } = world;
  x.owners.add('1000');
  await run(world.startProcess(), usersTick);
  await run(world.startProcess(), tweetsTick);
  const bought = [...(x.bill.get(firstDay)?.keys() ?? [])];
  const [owned, others] = ['owned:', 'tweet:'].map((kind) => bought.filter((each) => each.startsWith(kind)).length);
  assert.ok(owned === 100 && others !== undefined && others > 1, `${owned} and ${others}`);
  clock.leapTo(weekStart + dayMs + 40 * 60_000);
  const app = world.startProcess();
  for (const [count, isRight] of [
    [others, true],
    [owned + others, true],
    [owned, false],
    [others + 2, false],
  ] as const) {
    const usage = [{ date: `${firstDay}T00:00:00.000Z`, usage: String(count) }];
    x.before = () => ({ status: 200, body: { data: { daily_project_usage: { usage } } } });
    const report = await run(app, { job: 'reconcile' });
    assert.deepEqual([report.status, report.failures.length], [200, isRight ? 0 : 1], `X counts ${count}`);
    const [point] = await rowsOf(influxd, `SELECT * FROM "twitter_usage" WHERE time = '${firstDay}T00:00:00Z'`);
    assert.deepEqual([point?.['posts_x'], point?.['posts_ledger']], [count, owned + others]);
  }
});
