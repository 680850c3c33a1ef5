import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tweet } from '../../../functions/collectors/tweet.ts';
import { user } from '../../../functions/collectors/user.ts';
import { statusOf } from '../../../functions/http/answer.ts';
import { windowOf } from '../../../functions/jobs/collect.ts';
import { configOf, instanceOf } from '../fixtures.ts';
import { bring, collectorOf, collectWith, countedInfluxDb, pointsIn, reasonsOf, stopClock } from '../run/world.ts';

const now = Date.parse('2026-11-23T01:40:00Z');
const minuteMs = 60_000;

const bringing = collectorOf('bringing', (collecting) => {
  bring(collecting);
  return Promise.resolve();
});

for (const [name, age, isEvent, stale] of [
  ['a tick of ten minutes ago', 10 * minuteMs, true, undefined],
  ['a tick of more than ten minutes ago', 10 * minuteMs + 1000, true, '601 s old'],
  ['a tick of two minutes ahead', -2 * minuteMs, true, undefined],
  ['a tick of more than two minutes ahead', -2 * minuteMs - 1000, true, '121 s ahead of the clock'],
  ['a tick of yesterday that a person asks for', 1440 * minuteMs, false, undefined],
] as const) {
  test(`${name} is ${stale === undefined ? '' : 'not '}collected`, async (t) => {
    stopClock(t, now);
    const influxdb = countedInfluxDb();
    const time = now - age;
    const outcome = await collectWith([bringing], { instance: instanceOf({ influxdb }), tick: { time, isEvent } });
    const [points = [], ...more] = influxdb.writes;
    const names = points.map(({ measurement }) => measurement);
    assert.deepEqual(more, []);
    if (stale === undefined) {
      const money = age < 1440 * minuteMs ? ['twitter_budget'] : []; // that of a day long over is not known
      assert.deepEqual([outcome.failures, names], [[], ['twitter_user', ...money, 'twitter_collector_run']]);
      assert.deepEqual(new Set(points.map((point) => point.time)), new Set([time]));
      return;
    }
    assert.deepEqual(reasonsOf(outcome), [['tick', 'stale_event']]);
    assert.equal(
      outcome.failures[0]?.detail,
      `the event of ${new Date(time).toISOString()} is ${stale}: X was not asked, today's counts are not those of that time`,
    );
    assert.deepEqual([statusOf(outcome.failures), names], [204, ['twitter_budget', 'twitter_collector_failure']]);
    assert.equal(points[1]?.time, now);
  });
}

test('collectors run one after the other, each with all accounts in their order, where these fit a window', async () => {
  const instance = instanceOf({ env: { TWITTER_USERS: 'jack, jill, id:12' } });
  const log: string[] = [];
  const [first, second] = ['first', 'second'].map((name) =>
    collectorOf(name, async (_collecting, accounts) => {
      log.push(`${name}: ${accounts.map(({ key }) => key).join()}`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
    }),
  );
  assert.ok(first !== undefined && second !== undefined);
  await collectWith([first, second], { instance });
  assert.deepEqual(log, ['first: jack,jill,id:12', 'first ends', 'second: jack,jill,id:12', 'second ends']);
});

test('with a rotation each tick reads a part of the accounts, and all ticks of a turn read each account once', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `name${index}`);
  const influxdb = countedInfluxDb();
  const instance = instanceOf({ influxdb, env: { TWITTER_USERS: names.join(',') } });
  const seen: string[][] = [];
  const noting = collectorOf('noting', (_collecting, accounts) => {
    seen.push(accounts.map(({ key }) => key));
    return Promise.resolve();
  });
  await collectWith([noting], { instance });
  assert.equal(seen.splice(0)[0]?.length, 250);
  for (let turn = 0; turn < 3; turn += 1) {
    await collectWith([noting], { instance, data: { every: 3 }, tick: { time: now + turn * 3000 } });
  }
  assert.ok(
    seen.every((keys) => keys.length > 0 && keys.length < 150),
    seen.map((keys) => keys.length).join(),
  );
  assert.deepEqual(seen.flat().sort(), [...names].sort());
  const accounts = pointsIn(influxdb, 'twitter_collector_run').map(({ fields }) => fields['accounts']);
  assert.deepEqual(accounts, [250, ...seen.map((keys) => keys.length)]);
});

test('the window is that of the app where there is a bearer token, else that of the user', () => {
  const owner = {
    TWITTER_BEARER_TOKEN: '',
    TWITTER_API_KEY: 'k',
    TWITTER_API_SECRET: 's',
    TWITTER_ACCESS_TOKEN: 't',
    TWITTER_ACCESS_SECRET: 's',
  };
  const windows = [configOf(), configOf(owner)].flatMap((config) =>
    [user, tweet].map((collector) => {
      const { requestsPerWindow, accountsPerRequest } = windowOf(config, collector, 900, now);
      return [requestsPerWindow, accountsPerRequest];
    }),
  );
  assert.deepEqual(windows, [
    [300, 100],
    [10_000, 1],
    [900, 100],
    [900, 1],
  ]);
});
