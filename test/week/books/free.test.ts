import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startByteServer, startUntrustedServer } from '../../support/broken-x.ts';
import { findFreePort } from '../../support/influxd.ts';
import { billOn } from '../../support/billing-x.ts';
import { linesOn } from '../books.ts';
import { describe, plan, run, tweetsTick, twice, usersTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { days, startWorld, type World } from '../world.ts';

const [firstDay = ''] = days;
const posts = { ...tweetsTick, collectors: ['user', 'tweet'] };
const interim = (status: string): string => `HTTP/1.1 ${status}\r\n\r\n`;

/** Ways to X on which nothing is charged: their `TWITTER_API_URL`. */
const ways: readonly (readonly [what: string, url: (t: TestContext) => string | Promise<string>])[] = [
  ['X refuses connections', async () => `http://127.0.0.1:${await findFreePort()}/2/`],
  ['X’s name leads nowhere', () => 'https://x.invalid/2/'],
  ['X’s certificate does not verify', startUntrustedServer],
  ['X answers 100 and closes', (t) => startByteServer(t, interim('100 Continue'), { closes: true })],
  ['X answers 103 and no more', (t) => startByteServer(t, interim('103 Early Hints'))],
  ['X answers 101', (t) => startByteServer(t, interim('101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade'))],
];

for (const [what, urlFor] of ways) {
  test(`${what}: every attempt settles to 0, and nothing is held`, async (t) => {
    const world = await startWorld(t, { postsPerDay: [5, 5, 5], env: { RUN_TIMEOUT_SECONDS: '2' } });
    const broken = world.startProcess({ TWITTER_API_URL: await urlFor(t) });
    await twice(async () => {
      assert.equal((await run(broken, usersTick)).status, 503);
      await checkFree(world, broken, 0);
    });
    await run(world.startProcess(), usersTick);
    await twice(async () => {
      assert.equal((await run(broken, tweetsTick)).status, 503);
      await checkFree(world, broken, 30_000);
    });
    const attempts = (await linesOn(world.influxd, firstDay)).filter(({ resource }) => resource === 'tweet');
    assert.ok(attempts.length >= 4, `${attempts.length} lines of timelines`);
  });
}

const statuses = [204, 205, 301, 302, 303, 304, 307, 308, 400, 404, 408, 429, 500, 502, 503];

test(`X answers ${statuses.join(', ')}: every attempt settles to 0, and nothing is held`, async (t) => {
  const world = await startWorld(t, { postsPerDay: [5, 5, 5] });
  const { x } = world;
  for (const status of statuses) {
    x.before = () => ({ status, headers: { location: 'https://example.com/' }, body: undefined });
    const app = world.startProcess();
    assert.ok((await run(app, usersTick)).status >= 400, `${status} to profiles`);
    await checkFree(world, app, 0);
  }
  x.before = () => undefined;
  await run(world.startProcess(), usersTick);
  for (const status of statuses) {
    x.before = ({ path }) => (path.endsWith('/tweets') ? { status } : undefined);
    const app = world.startProcess();
    await twice(async () => {
      await run(app, posts);
      await checkFree(world, app, 30_000);
    });
  }
});

/** Fails unless nothing is held and all who show money agree. */
async function checkFree(world: World, app: ReturnType<World['startProcess']>, spent: number): Promise<void> {
  const { x, influxd, reports } = world;
  const [shownSpent, held, , left] = await checkFigures(influxd, app);
  assert.deepEqual([shownSpent, held, billOn(x, firstDay)], [spent, 0, spent]);
  const lines = await linesOn(influxd, firstDay);
  const settled = lines.filter(({ state }) => state === 'settled').map(({ purchase }) => purchase);
  const open = lines.filter(({ state, purchase }) => state === 'reserved' && !settled.includes(purchase));
  assert.deepEqual(open, []);
  const { cost } = reports.at(-1) ?? {};
  assert.deepEqual([cost?.heldTodayMicroUsd, cost?.leftMicroUsd], [0, left]);
  assert.equal((await describe(app)).budget['leftMicroUsd'], left);
  assert.equal((await plan(app, posts)).leftMicroUsd, left);
}
