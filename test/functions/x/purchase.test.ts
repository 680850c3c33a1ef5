import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { App, Row, Store } from '../../../functions/app.ts';
import { dayOf } from '../../../functions/billing/day.ts';
import { bookOf, spentOf } from '../../../functions/billing/ledger.ts';
import type { AskX } from '../../../functions/collectors/collector.ts';
import { user } from '../../../functions/collectors/user.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import { RunError, statusOf } from '../../../functions/failure.ts';
import { answerOf, appOf, askingInTurn, emptyStore } from '../fixtures.ts';
import { collectorOf, reasonsOf, runOf, soon } from '../jobs/collect-world.ts';

const now = Date.parse('2026-11-23T01:40:00Z');
const minuteMs = 60_000;

/** X's answer to `buying`, and a collector that buys that one profile. */
const jack = { data: [{ id: '12', username: 'jack', public_metrics: { followers_count: 1 } }] };
const buying = collectorOf('buying', async (collecting) => {
  const purchase = await collecting.buy({ resource: 'user', keys: ['jack'], most: 1, least: 1, price: 10_000 }, () => ({
    path: 'users/by',
    query: { usernames: 'jack' },
  }));
  purchase?.settle(['12'], ['jack']);
});

test('what was held for an answer that never came stays held', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'], now });
  const app = appOf({ askX: () => new Promise(() => undefined) });
  const running = runOf([buying], { app, tick: { deadline: startDeadline(30_000) } });
  await soon();
  t.mock.timers.tick(25_000);
  const { outcome } = await running;
  assert.deepEqual(reasonsOf(outcome), [['buying', 'timeout']]);
  const { cost } = outcome.report;
  assert.deepEqual([cost.newResources, cost.microUsd, cost.spentTodayMicroUsd], [0, 0, 10_000]);
});

test('a second run of the same day costs nothing, in a new process either', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const store = rememberingStore();
  for (const [name, microUsd, newResources] of [
    ['first', 10_000, 1],
    ['second', 0, 0],
  ] as const) {
    const askX = askingInTurn([answerOf(jack)]);
    const { outcome } = await runOf([user], { app: appOf({ askX, store }) });
    const { cost, points } = outcome.report;
    assert.deepEqual([points, cost.microUsd, cost.newResources], [1, microUsd, newResources], name);
    assert.equal(cost.spentTodayMicroUsd, 10_000, name);
  }
});

test('money is held in the store before X is asked and settled after, apart from the results', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const seen: string[] = [];
  const write: Store['write'] = async (points) => {
    await soon();
    seen.push(...points.map(({ name, fields }) => `${name} ${fields['state'] ?? ''} ${fields['cost_microusd'] ?? ''}`));
  };
  const askX: AskX = () => {
    seen.push('asked');
    return Promise.resolve(answerOf(jack, { date: now }));
  };
  const { delivered } = await runOf([buying], { app: appOf({ askX, store: { ...emptyStore, write } }) });
  assert.deepEqual(seen, ['twitter_ledger reserved 10000', 'asked', 'twitter_ledger settled 10000']);
  assert.deepEqual(
    delivered.flat().map(({ name }) => name),
    ['twitter_collector_run'],
  );
});

test('where the money cannot be held X is not asked, and nothing counts as spent', async () => {
  const away = new RunError('store_unavailable', 'away', { retryable: true });
  const app = appOf({ store: { ...emptyStore, write: () => Promise.reject(away) } });
  const { outcome } = await runOf([buying], { app });
  assert.equal(statusOf(outcome.failures), 503);
  assert.ok(outcome.failures.every(({ reason }) => reason === 'store_unavailable'));
  assert.deepEqual([outcome.report.requests, outcome.report.cost.spentTodayMicroUsd], [0, 0]);
});

for (const [what, facts, spent] of [
  ['an HTTP error costs nothing', { status: 503 }, 0],
  ['an answer that never came may have been charged', {}, 10_000],
] as const) {
  test(what, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now });
    const askX = askingInTurn([new RunError('upstream_error', 'no', { retryable: true, ...facts })]);
    const app = appOf({ askX });
    const { outcome } = await runOf([buying], { app });
    assert.deepEqual(reasonsOf(outcome), [['buying', 'upstream_error']]);
    assert.equal(spentOf(bookOf(app.state.ledger, dayOf(now))), spent);
  });
}

test('of several batches in flight one tries a latch, and no other is asked once X has refused', async () => {
  const names = Array.from({ length: 800 }, (_, index) => `name${index}`).join(',');
  const refusal = new RunError('credits_depleted', 'no', { retryable: false, status: 402 });
  const askX = askingInTurn([refusal]);
  const app = latchedApp({ env: { TWITTER_USERS: names }, askX });
  const { outcome } = await runOf([user], { app });
  assert.equal(askX.asked.length, 1);
  assert.deepEqual(reasonsOf(outcome), [['user', 'credits_depleted']]);
});

for (const outcome of ['refused', 'answered'] as const) {
  test(`of several requests in flight one probes; once it is ${outcome} the others ${outcome === 'refused' ? 'do not go' : 'go'}`, async () => {
    let answer: () => void = () => assert.fail('X was not asked');
    let asked = 0;
    const askX: AskX = () => {
      asked += 1;
      if (asked > 1) return Promise.resolve(answerOf({}));
      return new Promise((resolve, reject) => {
        answer = () => {
          if (outcome === 'answered') resolve(answerOf({}));
          else reject(new RunError('spend_cap', 'no', { retryable: false, status: 403 }));
        };
      });
    };
    const statuses: string[] = [];
    const asking = collectorOf('asking', async (collecting) => {
      const all = [1, 2, 3, 4].map(() => collecting.ask({ path: 'users', query: {} }));
      statuses.push(...(await Promise.allSettled(all)).map(({ status }) => status));
    });
    const running = runOf([asking], { app: latchedApp({ askX }) });
    await soon();
    assert.equal(asked, 1);
    answer();
    await running;
    assert.deepEqual([...new Set(statuses)], [outcome === 'refused' ? 'rejected' : 'fulfilled']);
    assert.equal(asked, outcome === 'refused' ? 1 : 4);
  });
}

/** An app that X refused an hour ago: it may be asked once. */
function latchedApp(parts: Parameters<typeof appOf>[0]): App {
  const app = appOf(parts);
  const askedAt = Date.now() - 61 * minuteMs;
  app.state.latches.set('spend_cap', { reason: 'spend_cap', until: askedAt + 1440 * minuteMs, askedAt });
  return app;
}

/** A store that knows the ledger lines it was given, a later one in the place of that with its time and tags. */
function rememberingStore(): Store {
  const lines = new Map<string, Row>();
  return {
    query: () => Promise.resolve([...lines.values()]),
    write: (points) => {
      for (const { name: measurement, tags, fields, time } of points)
        lines.set(JSON.stringify([tags, time]), { measurement, tags: {}, columns: { time, ...tags, ...fields } });
      return Promise.resolve();
    },
  };
}
