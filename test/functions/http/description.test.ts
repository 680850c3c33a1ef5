import assert from 'node:assert/strict';
import { test } from 'node:test';

import { enterLine, openBook } from '../../../functions/billing/book.ts';
import type { Latch } from '../../../functions/billing/latch.ts';
import { describeFunction } from '../../../functions/http/description.ts';
import { parseAccounts } from '../../../functions/config/accounts.ts';
import type { Reason } from '../../../functions/failure.ts';
import { withoutPosts } from '../../../functions/store/ledger.ts';
import { instanceOf, ledgerLine, termsOf } from '../fixtures.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

test('the description says how the function stands, without a secret', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const env = { TWITTER_USERS: 'Jack, id:12', TWITTER_APP: 'second', TWITTER_DAILY_BUDGET_USD: '1' };
  const instance = instanceOf({ env });
  const terms = termsOf({ accounts: ['jack', 'id:12'] });
  const [yesterday, today] = [openBook(terms), openBook(terms)];
  enterLine(yesterday, ledgerLine({ keys: ['jack=13'], ids: ['13'] }));
  enterLine(today, ledgerLine({ keys: ['id:12=12'], ids: ['12'] }));
  enterLine(today, ledgerLine({ purchase: 'p2', resource: 'tweet', state: 'reserved', newResources: 5, cost: 25_000 }));
  const latches: readonly Latch[] = [
    { reason: 'spend_cap', until: now + 5_400_000, askedAt: now },
    { reason: 'usage_cap', until: now, askedAt: now - 1 },
  ];
  Object.assign(instance.memory, {
    books: withoutPosts(
      new Map([
        ['2026-11-22', yesterday],
        ['2026-11-23', today],
      ]),
    ),
    patience: {
      ...instance.memory.patience,
      latches: new Map<Reason, Latch>(latches.map((latch) => [latch.reason, latch])),
    },
  });
  const description = describeFunction(instance);
  assert.deepEqual(description, {
    name: 'twittergraph',
    version: '0.0.0-test',
    app: 'second',
    accounts: ['Jack', 'id:12'],
    collectors: ['user', 'tweet'],
    budget: {
      ...{ spentTodayMicroUsd: 10_000, heldTodayMicroUsd: 25_000, setAsideMicroUsd: 10_000, leftMicroUsd: 955_000 },
      ...{ budgetMicroUsd: 1_000_000, profilesMicroUsd: 20_000 },
    },
    latches: [{ reason: 'spend_cap', until: '2026-11-23T13:30:00.000Z', nextProbe: '2026-11-23T13:00:00.000Z' }],
  });
  assert.doesNotMatch(JSON.stringify(description), /marker|influxdb/);
  t.mock.timers.setTime(now + 86_400_000);
  const tomorrow = describeFunction(instance);
  assert.deepEqual(tomorrow['budget'], { budgetMicroUsd: 1_000_000, profilesMicroUsd: 20_000 });
  assert.deepEqual(tomorrow['latches'], []);
});

test('money spent today is not claimed to be known before the ledger was read', () => {
  assert.deepEqual(Object.keys(describeFunction(instanceOf())['budget'] as object), [
    'budgetMicroUsd',
    'profilesMicroUsd',
  ]);
});

test('the accounts are those that the newest run watched, and so is what their profiles cost', () => {
  const instance = instanceOf();
  assert.deepEqual(describeFunction(instance)['accounts'], ['jack']);
  instance.memory.watched = { accounts: parseAccounts('Jill, id:13').accounts, text: undefined };
  const { accounts, budget } = describeFunction(instance);
  assert.deepEqual([accounts, (budget as Record<string, number>)['profilesMicroUsd']], [['Jill', 'id:13'], 20_000]);
});
