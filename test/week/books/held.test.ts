import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { writeLines } from '../../support/write-lines.ts';
import { billOn } from '../../support/billing-x.ts';
import { root } from '../../support/yaml.ts';
import { checkDay, daysOf, linesOn } from '../books.ts';
import { call, plan, run, tweetsTick, usersTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { rowsOf } from '../rows.ts';
import { dayMs, days, startWorld } from '../world.ts';

const minuteMs = 60_000;
const [firstDay = ''] = days;

test('X hangs through a tick and five more: the timelines in flight are held, no more with each, until they are released', async (t) => {
  const start = minutesAgo();
  const day = new Date(start).toISOString().slice(0, 10);
  const postsPerDay = Array.from({ length: 10 }, () => 3);
  const world = await startWorld(t, { postsPerDay, start, env: { RUN_TIMEOUT_SECONDS: '2' } });
  const { x, influxd } = world;
  const app = world.startProcess();
  assert.equal((await run(app, usersTick)).status, 200);
  x.before = () => ({ fault: 'hang' });
  for (let tick = 0; tick < 6; tick += 1) {
    assert.equal((await call(app, { time: Date.now(), data: tweetsTick })).status, 503);
    assert.deepEqual(await checkFigures(influxd, app), [100_000, 800_000, 0, 100_000, 1_000_000]);
    assert.equal((await plan(app, tweetsTick)).leftMicroUsd, 100_000);
  }
  assert.equal(x.seen.filter(({ path }) => path.endsWith('/tweets')).length, 8);
  assert.deepEqual(await daysOf(world, [day]), [{ day, bill: 100_000, settled: 100_000, held: 800_000 }]);

  await rowsOf(influxd, releaseCommand(day));
  assert.equal((await plan(app, tweetsTick)).leftMicroUsd, 900_000);
  x.before = () => undefined;
  const report = await run(app, tweetsTick);
  assert.deepEqual([report.status, report.failures, report.accounts], [200, [], 10]);
  const [spent, held] = await checkFigures(influxd, app);
  assert.deepEqual([spent, held], [billOn(x, day), 0]);
  for (const row of await daysOf(world, [day])) checkDay(row, app.config.dailyBudget);
  const profiles = (await linesOn(influxd, day)).filter(({ resource }) => resource === 'user');
  assert.deepEqual(
    profiles.map(({ state }) => state),
    ['settled'],
    'what is settled stays, and what it was reserved with is not needed',
  );
});

for (const fault of ['hang-billed', 'close-billed', 'cut-billed'] as const) {
  test(`X charges and breaks off (${fault}): the bill is within what is settled and held, at each attempt`, async (t) => {
    const env = { RUN_TIMEOUT_SECONDS: '2', TWITTER_DAILY_BUDGET_USD: '0.50' };
    const world = await startWorld(t, { postsPerDay: [5, 5, 5, 5], env });
    const { x, influxd } = world;
    const app = world.startProcess();
    x.before = () => ({ fault });
    for (const data of [usersTick, usersTick, tweetsTick]) {
      assert.equal((await run(app, data)).status, 503);
      for (const row of await daysOf(world, [firstDay])) checkDay(row, app.config.dailyBudget);
      assert.deepEqual((await checkFigures(influxd, app)).slice(0, 3), [0, 40_000, 0]);
    }
    x.before = () => undefined;
    await run(app, usersTick);
    x.before = () => ({ fault });
    for (let tick = 0; tick < 3; tick += 1) {
      await run(app, tweetsTick);
      for (const row of await daysOf(world, [firstDay])) checkDay(row, app.config.dailyBudget);
      await checkFigures(influxd, app);
    }
    x.before = () => undefined;
    await run(app, tweetsTick);
    for (const row of await daysOf(world, [firstDay])) checkDay(row, app.config.dailyBudget);
    assert.ok(billOn(x, firstDay) > 40_000);
  });
}

test('held money is released of one app alone, of one day alone, and never that of a run under way', async (t) => {
  const start = minutesAgo();
  const day = new Date(start).toISOString().slice(0, 10);
  const { influxd } = await startWorld(t, { postsPerDay: [1], start });
  const line = (app: string, purchase: string, time: number): string =>
    `twitter_ledger,app=${app},resource=tweet,state=reserved purchase="${purchase}",keys="w1_0",ids="",new_resources=20i,cost_microusd=100000i,owned=0i ${time}`;
  await writeLines(influxd, [
    line('default', 'old', start),
    line('default', 'of yesterday', start - dayMs),
    line('default', 'under way', start + 10 * minuteMs),
    line('another', 'of another app', start + 1),
  ]);
  await rowsOf(influxd, releaseCommand(day));
  const left = await rowsOf(influxd, 'SELECT "purchase" FROM "twitter_ledger"');
  assert.deepEqual(left.map(({ purchase }) => purchase).sort(), ['of another app', 'of yesterday', 'under way']);
});

/** The command in docs/money.md that releases what is held, for this day. */
function releaseCommand(day: string): string {
  const page = readFileSync(`${root}/docs/money.md`, 'utf8');
  const command = /^DELETE FROM "twitter_ledger" .*"state" = 'reserved'.*$/m.exec(page)?.[0];
  assert.ok(command !== undefined, 'docs/money.md has no such command');
  assert.match(command, /'\d{4}-\d\d-\d\dT00:00:00Z'/);
  return command.replace(/\d{4}-\d\d-\d\d(?=T00:00:00Z)/, day);
}

/** Ten minutes ago by InfluxDB's clock, or somewhat more where that would be midnight. */
function minutesAgo(): number {
  const times = [10, 15].map((minutes) => Date.now() - minutes * minuteMs);
  return times.find((time) => Math.abs(time - Math.round(time / dayMs) * dayMs) > 2 * minuteMs) ?? 0;
}
