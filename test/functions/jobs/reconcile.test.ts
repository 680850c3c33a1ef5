import assert from 'node:assert/strict';
import { test } from 'node:test';

import { statusOf } from '../../../functions/http/answer.ts';
import { reconcile } from '../../../functions/jobs/reconcile.ts';
import { planJob } from '../../../functions/run/plan.ts';
import { openDeadline, tickOf } from '../fixtures.ts';
import { pointsIn } from '../run/world.ts';
import { day, dayMs, openWorld, usageIn, userContext, type World } from './reconcile-world.ts';

/** The reconciliation's plan. */
function planOf({ instance }: World): ReturnType<typeof planJob> {
  return planJob(instance, { job: reconcile, data: {}, tick: tickOf(), dryRun: undefined }, openDeadline());
}

test('each of the last seven finished days has X’s count beside the ledger’s', async () => {
  const world = openWorld({ [day(0)]: '5', [day(1)]: '100', [day(2)]: '0', [day(8)]: '9' }, { [day(1)]: 100 });
  const { report, failures } = await world.run();
  const midnight = (ago: number): string => `${day(ago)}T00:00:00.000Z`;
  assert.deepEqual(usageIn(world.influxdb.writes.flat()), [
    [{ app: 'acme' }, { posts_x: 100, posts_ledger: 100 }, midnight(1)],
    [{ app: 'acme' }, { posts_x: 0, posts_ledger: 0 }, midnight(2)],
    ...[3, 4, 5, 6, 7].map((ago) => [{ app: 'acme' }, { posts_ledger: 0 }, midnight(ago)]),
  ]);
  assert.deepEqual(failures, []);
  assert.deepEqual(
    [report.job, report.points, report.requests, report.accounts, report.note, report.cost.microUsd],
    ['reconcile', 7, 1, 0, undefined, 0],
  );
  assert.deepEqual(world.asked, [
    { path: 'usage/tweets', query: { days: '8', 'usage.fields': 'daily_project_usage' } },
  ]);
  assert.equal(world.influxdb.writes.length, 1);
});

test('the store is asked before X, and for settled posts of this app alone, with and without owned ones', async () => {
  const world = openWorld({});
  await world.run();
  assert.deepEqual([world.readsBefore, world.influxdb.reads.length], [[1], 2]);
  const days = `time >= ${Date.parse(day(7))}ms AND time < ${Date.parse(day(0))}ms`;
  const questions = world.influxdb.reads[1]?.split('; ') ?? [];
  assert.deepEqual(
    questions.map((question) => question.includes('"owned" = 0')),
    [false, true],
  );
  for (const question of questions) {
    for (const part of [`"app" = 'acme'`, `"resource" = 'tweet'`, `"state" = 'settled'`, days, 'time(1d)'])
      assert.ok(question.includes(part), part);
  }
});

test('a difference is a recorded failure with its arithmetic, and the run is a success', async () => {
  const world = openWorld({ [day(1)]: '1240', [day(2)]: '1200', [day(3)]: '12' }, { [day(1)]: 1200, [day(2)]: 1200 });
  const { failures } = await world.run();
  assert.deepEqual(
    failures.map(({ collector, reason, account }) => [collector, reason, account]),
    [
      ['reconcile', 'budget', undefined],
      ['reconcile', 'budget', undefined],
    ],
  );
  assert.match(
    failures[0]?.detail ?? '',
    new RegExp(`^${day(1)}: X counts 1,240 posts, the ledger 1,200: 3.3 % apart`),
  );
  assert.equal(statusOf(failures), 204);
  const points = pointsIn(world.influxdb, 'twitter_collector_failure');
  assert.deepEqual(
    points.map(({ tags, fields }) => [tags, fields['count']]),
    [[{ app: 'acme', collector: 'reconcile', reason: 'budget' }, 2]],
  );
});

for (const [byX, isContent] of [
  ['155', true],
  ['2', true],
  ['80', false],
] as const) {
  test(`of 2 posts and 153 owned ones X counts ${byX}: ${isContent ? 'as with or without those' : 'a failure'}`, async () => {
    const world = openWorld({ [day(1)]: byX }, { [day(1)]: [155, 2] });
    const { failures } = await world.run();
    assert.equal(failures.length, isContent ? 0 : 1);
    assert.deepEqual(pointsIn(world.influxdb, 'twitter_usage')[0]?.fields, { posts_x: Number(byX), posts_ledger: 155 });
  });
}

test('the run has a point of its own', async () => {
  const world = openWorld({ [day(1)]: '3' });
  await world.run();
  const [run] = pointsIn(world.influxdb, 'twitter_collector_run');
  const fields = Object.entries(run?.fields ?? {}).filter(([name]) => name !== 'duration_ms');
  assert.deepEqual(run?.tags, { app: 'acme', collector: 'reconcile' });
  assert.deepEqual(Object.fromEntries(fields), {
    ...{ success: 1, points: 7, accounts: 0, accounts_missing: 0, requests: 1, resources: 0 },
    rate_limit_remaining: 49,
  });
});

test('without a bearer token nothing is asked, which the report says and which is no error', async () => {
  const world = openWorld({ [day(1)]: '3' }, {}, userContext);
  const { report, failures } = await world.run();
  assert.deepEqual([world.asked, failures, pointsIn(world.influxdb, 'twitter_usage')], [[], [], []]);
  assert.match(report.note ?? '', /TWITTER_BEARER_TOKEN/);
  assert.deepEqual((await planOf(world))['requests'], []);
});

test('the plan is one free request', async () => {
  const { requests, worstCaseMicroUsd } = await planOf(openWorld({}));
  assert.deepEqual(requests, [{ collector: 'reconcile', method: 'GET', path: '/2/usage/tweets', count: 1 }]);
  assert.equal(worstCaseMicroUsd, 0);
});

test('a tick of long ago reconciles all the same', async () => {
  const world = openWorld({ [day(1)]: '3' }, { [day(1)]: 3 });
  const { failures, report } = await world.run({ time: Date.now() - 20 * dayMs });
  assert.deepEqual([failures, report.points], [[], 7]);
});
