import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RunError, statusOf } from '../../../functions/failure.ts';
import { planJob } from '../../../functions/jobs/dispatch.ts';
import { day, dayMs, openWorld, usageIn, userContext, type World } from './reconcile-world.ts';

test('each of the last seven finished days has X’s count beside the ledger’s', async () => {
  const world = openWorld({ [day(0)]: '5', [day(1)]: '100', [day(2)]: '0', [day(8)]: '9' }, { [day(1)]: 100 });
  const { report, failures } = await world.run();
  const midnight = (ago: number): string => `${day(ago)}T00:00:00.000Z`;
  assert.deepEqual(usageIn(world.delivered), [
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
});

test('the store is asked before X, and for settled posts of this app alone', async () => {
  const world = openWorld({});
  await world.run();
  assert.equal(world.queries.length, 2);
  const days = `time >= ${Date.parse(day(7))}ms AND time < ${Date.parse(day(0))}ms`;
  for (const part of [`"app" = 'acme'`, `"resource" = 'tweet'`, `"state" = 'settled'`, days, 'time(1d)'])
    assert.ok(world.queries[1]?.includes(part), part);
});

test('a difference is a recorded failure with its arithmetic, and the run is a success', async () => {
  const world = openWorld({ [day(1)]: '1240', [day(2)]: '1200', [day(3)]: '12' }, { [day(1)]: 1200, [day(2)]: 1200 });
  const { failures } = await world.run();
  assert.deepEqual(
    failures.map(({ collector, reason, retryable, account }) => [collector, reason, retryable, account]),
    [
      ['reconcile', 'budget', false, undefined],
      ['reconcile', 'budget', false, undefined],
    ],
  );
  assert.match(
    failures[0]?.detail ?? '',
    new RegExp(`^${day(1)}: X counts 1,240 posts, the ledger 1,200: 3.3 % apart`),
  );
  assert.equal(statusOf(failures), 204);
  const points = world.delivered.filter(({ name }) => name === 'twitter_collector_failure');
  assert.deepEqual(
    points.map(({ tags, fields }) => [tags, fields['count']]),
    [[{ app: 'acme', collector: 'reconcile', reason: 'budget' }, 2]],
  );
});

test('the run has a point of its own', async () => {
  const world = openWorld({ [day(1)]: '3' });
  await world.run();
  const [run] = world.delivered.filter(({ name }) => name === 'twitter_collector_run');
  const fields = Object.entries(run?.fields ?? {}).filter(([name]) => name !== 'duration_ms');
  assert.deepEqual(run?.tags, { app: 'acme', collector: 'reconcile' });
  assert.deepEqual(Object.fromEntries(fields), {
    success: 1,
    points: 7,
    accounts: 0,
    accounts_missing: 0,
    requests: 1,
    resources: 0,
    rate_limit_remaining: 49,
  });
});

test('without a bearer token nothing is asked, which the report says and which is no error', async () => {
  const world = openWorld({ [day(1)]: '3' }, {}, userContext);
  const { report, failures } = await world.run();
  assert.deepEqual([world.asked, failures, usageIn(world.delivered)], [[], [], []]);
  assert.match(report.note ?? '', /TWITTER_BEARER_TOKEN/);
  assert.deepEqual(planJob(world.app, { job: 'reconcile' }, Date.now()).requests, []);
});

test('the plan is one free request', () => {
  const { requests, worstCaseMicroUsd } = planJob(openWorld({}).app, { job: 'reconcile' }, Date.now());
  assert.deepEqual(requests, [{ collector: 'reconcile', method: 'GET', path: '/2/usage/tweets', count: 1 }]);
  assert.equal(worstCaseMicroUsd, 0);
});

test('a tick of long ago reconciles all the same', async () => {
  const world = openWorld({ [day(1)]: '3' }, { [day(1)]: 3 });
  const { failures, report } = await world.run({ time: Date.now() - 20 * dayMs });
  assert.deepEqual([failures, report.points], [[], 7]);
});

const broken: readonly (readonly [what: string, world: () => World, status: number, reason: string])[] = [
  ['a wrong shape', () => openWorld({ [day(1)]: 'many' }), 503, 'bad_answer'],
  [
    'an outage of X',
    () => openWorld(new RunError('upstream_error', 'X answered 503', { retryable: true })),
    503,
    'upstream_error',
  ],
  [
    'a refusal',
    () => openWorld(new RunError('unauthorized', 'X answered 401', { retryable: false })),
    422,
    'unauthorized',
  ],
];
for (const [what, open, status, reason] of broken) {
  test(`${what} ends with ${status}, a failure of reconcile, and no usage`, async () => {
    const world = open();
    const { failures } = await world.run();
    assert.deepEqual(
      failures.map((failure) => [failure.collector, failure.reason]),
      [['reconcile', reason]],
    );
    assert.equal(statusOf(failures), status);
    assert.deepEqual(usageIn(world.delivered), []);
  });
}

test('a latch stays as it is, and costs no request', async () => {
  const world = openWorld({ [day(1)]: '3' });
  const latch = { reason: 'credits_depleted' as const, until: Date.now() + dayMs, askedAt: Date.now() - 7_200_000 };
  world.app.state.latches.set(latch.reason, latch);
  const { failures } = await world.run();
  assert.deepEqual([world.asked.length, statusOf(failures), failures[0]?.reason], [0, 422, 'credits_depleted']);
  assert.deepEqual([...world.app.state.latches.values()], [latch]);
});

test('a rate limit that is used up is waited for', async () => {
  const world = openWorld({});
  const until = Date.now() + 600_000;
  world.app.state.rateLimitedUntil.set('usage/tweets', until);
  const { failures, retryAt } = await world.run();
  assert.deepEqual([world.asked.length, statusOf(failures), retryAt], [0, 503, until]);
});
