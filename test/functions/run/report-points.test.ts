import assert from 'node:assert/strict';
import { test } from 'node:test';

import { note, runPart } from '../../../functions/run/run.ts';
import { putResults } from '../../../functions/store/writer.ts';
import { instanceOf } from '../fixtures.ts';
import { countedInfluxDb, jobOf, ledgerRow, pointOf, pointsIn, reasonsOf, runOf, stopClock } from './world.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const gone = { reason: 'suspended', detail: 'gone' } as const;
const away = { reason: 'upstream_error', detail: 'first' } as const;

test('failures alike in collector, reason and account become one point that counts them', async (t) => {
  stopClock(t, now);
  const influxdb = countedInfluxDb();
  const job = jobOf((run) => {
    note(run, 'user', { ...gone, account: 'jack' });
    note(run, 'user', { ...gone, account: 'jill' });
    note(run, 'user', away);
    t.mock.timers.setTime(now + 7);
    note(run, 'user', { ...away, detail: 'second' });
    note(run, 'user', { ...gone, account: 'jack', reason: 'protected' });
    note(run, 'tweet', { ...gone, account: 'jack' });
    return Promise.resolve();
  });
  await runOf(job, { instance: instanceOf({ influxdb, env: { TWITTER_APP: 'first-app' } }) });
  const points = pointsIn(influxdb, 'twitter_collector_failure');
  assert.deepEqual(
    points.map(({ tags, fields }) => [tags['collector'], tags['reason'], tags['account'], fields['count']]),
    [
      ['user', 'suspended', 'jack', 1],
      ['user', 'suspended', 'jill', 1],
      ['user', 'upstream_error', undefined, 2],
      ['user', 'protected', 'jack', 1],
      ['tweet', 'suspended', 'jack', 1],
    ],
  );
  assert.deepEqual(points[2], {
    measurement: 'twitter_collector_failure',
    tags: { app: 'first-app', collector: 'user', reason: 'upstream_error' },
    fields: { count: 2, detail: 'first' },
    time: now,
  });
  assert.deepEqual([points[0]?.tags['account'], points[3]?.time], ['jack', now + 7]);
});

test("a part of a run is a point at the tick's time, and the day's money another", async (t) => {
  stopClock(t, now);
  const influxdb = countedInfluxDb([ledgerRow({ keys: 'jack=12', ids: '12' })]);
  const env = { TWITTER_APP: 'first-app', TWITTER_USERS: 'jack, jill', TWITTER_DAILY_BUDGET_USD: '1' };
  const job = jobOf((run) =>
    runPart(run, 'user', 5, (part) => {
      putResults(run.writer, 'user', [pointOf(now - 60_000), pointOf(now - 60_000, '13')]);
      Object.assign(part, {
        served: 3,
        requests: 1,
        resources: 4,
        rateLimit: { limit: 300, remaining: 298, reset: 1 },
      });
      t.mock.timers.setTime(now + 120);
      return Promise.resolve();
    }),
  );
  await runOf(job, { instance: instanceOf({ influxdb, env }), tick: { time: now - 60_000 } });
  assert.deepEqual(pointsIn(influxdb, 'twitter_collector_run'), [
    {
      measurement: 'twitter_collector_run',
      tags: { app: 'first-app', collector: 'user' },
      fields: {
        ...{ success: 1, duration_ms: 120, points: 2, accounts: 5, accounts_missing: 2 },
        ...{ requests: 1, resources: 4, rate_limit_remaining: 298 },
      },
      time: now - 60_000,
    },
  ]);
  assert.deepEqual(pointsIn(influxdb, 'twitter_budget'), [
    {
      measurement: 'twitter_budget',
      tags: { app: 'first-app' },
      fields: {
        ...{ spent_microusd: 10_000, held_microusd: 0, set_aside_microusd: 10_000 },
        ...{ left_microusd: 980_000, budget_microusd: 1_000_000 },
      },
      time: now - 60_000,
    },
  ]);
  assert.equal(influxdb.writes.length, 1);
});

test('a run without failures has no failure point, and a rate limit that X did not send is an absent field', async () => {
  const influxdb = countedInfluxDb();
  const job = jobOf((run) => runPart(run, 'user', 1, () => Promise.resolve()));
  const { report } = await runOf(job, { instance: instanceOf({ influxdb }) });
  assert.deepEqual(pointsIn(influxdb, 'twitter_collector_failure'), []);
  const [point] = pointsIn(influxdb, 'twitter_collector_run');
  assert.deepEqual([point?.fields['success'], 'rate_limit_remaining' in (point?.fields ?? {})], [1, false]);
  assert.deepEqual(['rateLimit' in report, 'note' in report], [false, false]);
});

for (const [name, failures, success] of [
  ['an account that is gone', [['user', { ...gone, account: 'jack' }]], 1],
  ["another collector's failure", [['tweet', away]], 1],
  [
    'a refusal',
    [
      ['user', { ...gone, account: 'jack' }],
      ['user', { ...away, reason: 'unauthorized' }],
    ],
    0,
  ],
  ['a failure to be tried again', [['user', away]], 0],
] as const) {
  test(`${name} leaves success at ${success}`, async () => {
    const influxdb = countedInfluxDb();
    const job = jobOf((run) =>
      runPart(run, 'user', 1, () => {
        for (const [collector, failure] of failures) note(run, collector, failure);
        return Promise.resolve();
      }),
    );
    await runOf(job, { instance: instanceOf({ influxdb }) });
    assert.equal(pointsIn(influxdb, 'twitter_collector_run')[0]?.fields['success'], success);
  });
}

test('a run whose work never had a part has its money and its failures alone', async () => {
  const influxdb = countedInfluxDb();
  const job = jobOf((run) => {
    note(run, 'tick', { ...gone, reason: 'stale_event' });
    return Promise.resolve();
  });
  const outcome = await runOf(job, { instance: instanceOf({ influxdb }) });
  assert.deepEqual(reasonsOf(outcome), [['tick', 'stale_event']]);
  assert.deepEqual(
    influxdb.writes.map((points) => points.map(({ measurement }) => measurement)),
    [['twitter_budget', 'twitter_collector_failure']],
  );
});
