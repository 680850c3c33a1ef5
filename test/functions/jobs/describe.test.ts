import assert from 'node:assert/strict';
import { test } from 'node:test';

import { noteBought } from '../../../functions/billing/bought.ts';
import { describeFunction } from '../../../functions/jobs/describe.ts';
import { planCollect } from '../../../functions/jobs/plan.ts';
import { appOf, requestOf } from '../fixtures.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

test('the description says how the function stands, without a secret', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const app = appOf({ env: { TWITTER_USERS: 'jack, id:12', TWITTER_APP: 'second', TWITTER_DAILY_BUDGET_USD: '1' } });
  noteBought(app.state.bought, ['12'], now);
  app.state.latches.set('spend_cap', { reason: 'spend_cap', until: now + 5_400_000, askedAt: now });
  app.state.latches.set('usage_cap', { reason: 'usage_cap', until: now, askedAt: now - 1 });
  const description = describeFunction(app);
  assert.deepEqual(description, {
    name: 'twittergraph',
    version: '0.0.0-test',
    app: 'second',
    accounts: ['jack', 'id:12'],
    collectors: ['user'],
    budget: { dailyMicroUsd: 1_000_000, profilesMicroUsd: 20_000, spentTodayMicroUsd: 10_000 },
    latches: [{ reason: 'spend_cap', until: '2026-11-23T13:30:00.000Z', nextProbe: '2026-11-23T13:00:00.000Z' }],
  });
  assert.doesNotMatch(JSON.stringify(description), /marker|influxdb/);
});

test('the plan counts requests by path and what they could cost', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const names = Array.from({ length: 101 }, (_, index) => `name${index}`);
  const app = appOf({ env: { TWITTER_USERS: [...names, 'id:12'].join(','), TWITTER_DAILY_BUDGET_USD: '2' } });
  noteBought(app.state.bought, ['12', '13'], now);
  assert.deepEqual(planCollect(app, requestOf(), now), {
    requests: [
      { collector: 'user', method: 'GET', path: '/2/users/by', count: 2 },
      { collector: 'user', method: 'GET', path: '/2/users', count: 1 },
    ],
    worstCaseMicroUsd: 1_020_000,
    leftMicroUsd: 1_980_000,
  });
  const one = planCollect(app, requestOf({ users: ['id:12'] }), now);
  assert.deepEqual([one.requests.length, one.worstCaseMicroUsd], [1, 10_000]);
});
