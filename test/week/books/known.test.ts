import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeLines } from '../../support/write-lines.ts';
import { describe, plan, run, tweetsTick, twice, usersTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { startWorld, weekStart } from '../world.ts';

const spentNames = ['spentTodayMicroUsd', 'heldTodayMicroUsd', 'setAsideMicroUsd', 'leftMicroUsd'];

test('while the ledger was never read, what is spent is not known, and not 0', async (t) => {
  const world = await startWorld(t, { postsPerDay: [1], env: { RUN_TIMEOUT_SECONDS: '1' } });
  const app = world.startProcess();
  await run(world.startProcess(), usersTick);
  await world.influxd.stop();
  await twice(async () => {
    const { status, cost } = await run(app, usersTick);
    assert.deepEqual([status, Object.keys(cost)], [503, ['newResources', 'microUsd', 'budgetMicroUsd']]);
    const { budget } = await describe(app);
    assert.deepEqual(
      spentNames.filter((name) => name in budget),
      [],
    );
  });
  await world.influxd.start();
  assert.equal((await run(world.startProcess({ RUN_TIMEOUT_SECONDS: '30' }), usersTick)).status, 200);
});

test('a plan made while X takes its time with a timeline changes nothing of what the run reports', async (t) => {
  const world = await startWorld(t, { postsPerDay: [2, 2] });
  const { x, influxd } = world;
  const app = world.startProcess();
  await run(app, usersTick);
  await twice(async () => {
    let planned: Awaited<ReturnType<typeof plan>> | undefined;
    x.before = async ({ path }) => {
      if (path.endsWith('/tweets')) planned ??= await plan(app, tweetsTick);
      return undefined;
    };
    const { status, cost } = await run(app, tweetsTick);
    assert.deepEqual([status, planned?.status], [200, 200]);
    const shown = await checkFigures(influxd, app);
    const { budget } = await describe(app);
    assert.deepEqual([cost.spentTodayMicroUsd, budget['spentTodayMicroUsd']], [shown[0], shown[0]]);
    assert.ok((planned?.leftMicroUsd ?? NaN) < (shown[3] ?? NaN), 'the plan saw what the run held');
  });
});

const strangeIds = [
  '../../1.1/account',
  '12/tweets?max_results=100&x=',
  '12%2F..',
  '-1',
  '',
  '12345678901234567890',
  ' 12',
];

test('what stands as a user_id in the store gets into X’s path only when it is an id', async (t) => {
  const world = await startWorld(t, { postsPerDay: [2] });
  const { x, influxd } = world;
  const tag = (id: string): string => (id === '' ? '' : `,user_id=${id.replaceAll(/[ ,=]/g, '\\$&')}`);
  for (const [index, id] of strangeIds.entries()) {
    const time = weekStart - (index + 1) * 1000;
    await writeLines(influxd, [`twitter_user${tag(id)},username=w1_0 followers_count=1i ${time}`]);
  }
  await writeLines(influxd, [`twitter_user,user_id=1000,username=../../1.1/x followers_count=1i ${weekStart - 500}`]);
  await twice(async () => {
    const { status, failures } = await run(world.startProcess(), tweetsTick);
    assert.deepEqual([status, failures], [200, []]);
  });
  const app = world.startProcess();
  await twice(async () => {
    assert.equal((await run(app, { ...tweetsTick, collectors: ['user', 'tweet'] })).status, 200);
  });
  assert.deepEqual(new Set(x.seen.map(({ path }) => path)), new Set(['users/by', 'users/1000/tweets']));
  await checkFigures(influxd, app);
});
