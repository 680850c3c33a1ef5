import assert from 'node:assert/strict';
import { test } from 'node:test';

import { enterLine } from '../../../functions/billing/ledger.ts';
import { describeFunction } from '../../../functions/http/description.ts';
import { planCollect } from '../../../functions/jobs/plan.ts';
import { appOf, ledgerLine, requestOf } from '../fixtures.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

test('the description says how the function stands, without a secret', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const app = appOf({ env: { TWITTER_USERS: 'jack, id:12', TWITTER_APP: 'second', TWITTER_DAILY_BUDGET_USD: '1' } });
  enterLine(app.state.ledger, ledgerLine({ time: now - 3_600_000, keys: ['id:12'], ids: ['12'] }));
  enterLine(app.state.ledger, ledgerLine({ time: now - 43_200_001, keys: ['jack'], ids: ['13'] }));
  app.state.latches.set('spend_cap', { reason: 'spend_cap', until: now + 5_400_000, askedAt: now });
  app.state.latches.set('usage_cap', { reason: 'usage_cap', until: now, askedAt: now - 1 });
  const description = describeFunction(app);
  assert.deepEqual(description, {
    name: 'twittergraph',
    version: '0.0.0-test',
    app: 'second',
    accounts: ['jack', 'id:12'],
    collectors: ['user', 'tweet'],
    budget: { dailyMicroUsd: 1_000_000, profilesMicroUsd: 20_000, spentTodayMicroUsd: 10_000 },
    latches: [{ reason: 'spend_cap', until: '2026-11-23T13:30:00.000Z', nextProbe: '2026-11-23T13:00:00.000Z' }],
  });
  assert.doesNotMatch(JSON.stringify(description), /marker|influxdb/);
});

test('money spent today is not claimed to be known before the ledger was read', () => {
  assert.deepEqual(Object.keys(describeFunction(appOf()).budget), ['dailyMicroUsd', 'profilesMicroUsd']);
});

test('the plan counts requests by path and what they could cost', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const names = Array.from({ length: 101 }, (_, index) => `name${index}`);
  const app = appOf({ env: { TWITTER_USERS: [...names, 'id:12'].join(','), TWITTER_DAILY_BUDGET_USD: '2' } });
  enterLine(app.state.ledger, ledgerLine({ time: now, keys: ['id:12', 'name0'], ids: ['12', '13'] }));
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

test('the plan of posts has as many requests as accounts, at their worst case', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const owner = {
    TWITTER_API_KEY: 'k',
    TWITTER_API_SECRET: 's',
    TWITTER_ACCESS_TOKEN: 't',
    TWITTER_ACCESS_SECRET: 's',
  };
  const env = { TWITTER_USERS: 'jack, jill', TWITTER_OWNED_USERS: 'jill', TWITTER_TWEETS_PER_USER: '5', ...owner };
  const { requests, worstCaseMicroUsd } = planCollect(appOf({ env }), requestOf({ collectors: ['tweet'] }), now);
  assert.deepEqual(requests, [{ collector: 'tweet', method: 'GET', path: '/2/users/:id/tweets', count: 2 }]);
  assert.equal(worstCaseMicroUsd, 5 * 5000 + 10 * 1000);
});
