import assert from 'node:assert/strict';
import { test } from 'node:test';

import { enterLine } from '../../../functions/billing/ledger.ts';
import { type Failure, RunError } from '../../../functions/failure.ts';
import {
  type CollectorResult,
  toCutShort,
  toFailureMeasurements,
  toReport,
  toRunMeasurement,
} from '../../../functions/run/report.ts';
import { appOf, ledgerLine, tickOf } from '../fixtures.ts';

const time = Date.parse('2026-11-23T01:40:00Z');

function failure(parts: Partial<Failure> = {}): Failure {
  return { collector: 'user', reason: 'suspended', detail: 'gone', retryable: false, time, ...parts };
}

const facts = { job: 'collect', note: undefined, time, startedAt: time };

const result: CollectorResult = {
  name: 'user',
  accounts: 5,
  accountsMissing: 2,
  points: 3,
  requests: 1,
  resources: 4,
  rateLimit: { limit: 300, remaining: 298, reset: 1_795_400_000 },
  durationMs: 120,
};

test('failures alike in collector, reason and account become one point that counts them', () => {
  const failures = [
    failure({ account: 'jack', detail: 'first', time: time + 1 }),
    failure({ account: 'jill' }),
    failure({ account: 'jack', detail: 'second', time: time + 2 }),
    failure({ account: 'jack', reason: 'protected' }),
    failure({ collector: 'tweet', account: 'jack' }),
    failure({}),
  ];
  const points = toFailureMeasurements('first-app', failures);
  assert.deepEqual(
    points.map(({ tags, fields }) => [
      tags['collector'],
      tags['reason'],
      tags['account'],
      fields['count'],
      fields['detail'],
    ]),
    [
      ['user', 'suspended', 'jack', 2, 'first'],
      ['user', 'suspended', 'jill', 1, 'gone'],
      ['user', 'protected', 'jack', 1, 'gone'],
      ['tweet', 'suspended', 'jack', 1, 'gone'],
      ['user', 'suspended', undefined, 1, 'gone'],
    ],
  );
  assert.deepEqual(points[0], {
    name: 'twitter_collector_failure',
    tags: { app: 'first-app', collector: 'user', reason: 'suspended', account: 'jack' },
    fields: { count: 2, detail: 'first' },
    time: time + 1,
  });
  assert.equal('account' in (points[4]?.tags ?? {}), false);
});

test('no failures are no points', () => {
  assert.deepEqual(toFailureMeasurements('app', []), []);
});

test("a collector's run is a point at the tick's time", () => {
  assert.deepEqual(toRunMeasurement('first-app', time, result, []), {
    name: 'twitter_collector_run',
    tags: { app: 'first-app', collector: 'user' },
    fields: {
      success: 1,
      duration_ms: 120,
      points: 3,
      accounts: 5,
      accounts_missing: 2,
      requests: 1,
      resources: 4,
      rate_limit_remaining: 298,
    },
    time,
  });
});

for (const [name, failures, success] of [
  ['an account that is gone', [failure({ account: 'jack' })], 1],
  ["another collector's failure", [failure({ collector: 'tweet', reason: 'upstream_error' })], 1],
  ['a refusal', [failure({ account: 'jack' }), failure({ reason: 'unauthorized' })], 0],
  ['a failure to be tried again', [failure({ reason: 'upstream_error', retryable: true })], 0],
] as const) {
  test(`${name} leaves success at ${success}`, () => {
    assert.equal(toRunMeasurement('app', time, result, failures).fields['success'], success);
  });
}

test('a rate limit that X did not send is an absent field', () => {
  const { fields } = toRunMeasurement('app', time, { ...result, rateLimit: undefined }, []);
  assert.equal('rate_limit_remaining' in fields, false);
});

test('the report adds its collectors up, beside the money of the run and of the day', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: time + 500 });
  const app = appOf({ env: { TWITTER_DAILY_BUDGET_USD: '2' } });
  const settled = { keys: ['a', 'b', 'c'], ids: ['1', '2', '3'] };
  enterLine(app.state.ledger, ledgerLine({ time, ...settled }));
  const reserved = { state: 'reserved', ids: [], newResources: 5, cost: 25_000 } as const;
  enterLine(app.state.ledger, ledgerLine({ time, resource: 'tweet', keys: ['a'], ...reserved }));
  const failures = [failure({ account: 'jack' }), failure({})];
  const run = { ...facts, points: 6, accounts: 5, failures, newResources: 2, microUsd: 20_000 };
  const second = { ...result, requests: 2, rateLimit: undefined };
  assert.deepEqual(toReport(app, run, [result, second]), {
    job: 'collect',
    time: '2026-11-23T01:40:00Z',
    points: 6,
    accounts: 5,
    failures: [
      { collector: 'user', account: 'jack', reason: 'suspended', detail: 'gone', retryable: false },
      { collector: 'user', reason: 'suspended', detail: 'gone', retryable: false },
    ],
    requests: 3,
    cost: { newResources: 2, microUsd: 20_000, spentTodayMicroUsd: 55_000, budgetMicroUsd: 2_000_000 },
    rateLimit: { limit: 300, remaining: 298, reset: 1_795_400_000 },
    durationMs: 500,
  });
});

test('a report of nothing has no rate limit and no note, and cost nothing', () => {
  const run = { ...facts, points: 0, accounts: 1, failures: [], newResources: 0, microUsd: 0 };
  const report = toReport(appOf(), run, []);
  assert.deepEqual(['rateLimit' in report, 'note' in report], [false, false]);
  assert.deepEqual([report.requests, report.cost.microUsd, report.cost.spentTodayMicroUsd], [0, 0, 0]);
});

test('a note says why a run had nothing to do', () => {
  const run = { ...facts, note: 'no token', points: 0, accounts: 0, failures: [], newResources: 0, microUsd: 0 };
  assert.equal(toReport(appOf(), run, []).note, 'no token');
});

test('a run cut short has a report with what cut it, without a secret', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: time + 500 });
  const error = new RunError('timeout', 'no end, bearer-marker', { retryable: true, retryAt: time + 9000 });
  const { report, failures, retryAt } = toCutShort(appOf(), 'reconcile', tickOf({ time, startedAt: time }), error);
  const cut = { collector: 'tick', reason: 'timeout', detail: 'no end, [secret]', retryable: true };
  assert.deepEqual([failures, retryAt], [[{ ...cut, time: time + 500 }], time + 9000]);
  assert.deepEqual([report.job, report.failures, report.points, report.durationMs], ['reconcile', [cut], 0, 500]);
  assert.equal(report.time, '2026-11-23T01:40:00Z');
});
