import assert from 'node:assert/strict';
import { test } from 'node:test';

import { outcomeOf } from '../../../functions/run/report.ts';
import { note } from '../../../functions/run/run.ts';
import { profile } from '../../support/x-server.ts';
import { askingInTurn, collectOnce, instanceOf, replyOf } from '../fixtures.ts';
import { countedInfluxDb, ledgerRow, openJournal, pointsIn, reasonsOf, stopClock } from './world.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const away = { reason: 'upstream_error', detail: 'first' } as const;
const jack = { data: [profile('12', 'jack')] };

test('the report adds its parts up, beside the money of the run and of the day', async (t) => {
  stopClock(t, now);
  const influxdb = countedInfluxDb([
    ledgerRow({ keys: 'a=1,b=2,c=3', ids: '1,2,3' }),
    ledgerRow({
      purchase: 'p2',
      state: 'reserved',
      resource: 'tweet',
      keys: 'a',
      new_resources: 5,
      cost_microusd: 25_000,
    }),
  ]);
  const env = { TWITTER_USERS: 'jack, jill', TWITTER_DAILY_BUDGET_USD: '2' };
  const jack = { data: [profile('12', 'jack')], errors: [{ value: 'jill', title: 'Not Found Error' }] };
  const headers = { 'x-rate-limit-limit': '300', 'x-rate-limit-remaining': '298', 'x-rate-limit-reset': '1795400000' };
  const askX = askingInTurn([replyOf(jack, { headers })]);
  const { report } = await collectOnce(instanceOf({ influxdb, env, askX }), {}, { time: now, startedAt: now - 500 });
  assert.deepEqual(report, {
    job: 'collect',
    time: '2026-11-23T12:00:00Z',
    points: 1,
    accounts: 2,
    failures: [
      {
        collector: 'user',
        account: 'jill',
        reason: 'unknown_account',
        detail: 'X says: Not Found Error',
        retryable: false,
      },
    ],
    requests: 1,
    cost: {
      ...{ newResources: 1, microUsd: 10_000, spentTodayMicroUsd: 40_000, heldTodayMicroUsd: 25_000 },
      ...{ setAsideMicroUsd: 10_000, leftMicroUsd: 1_925_000, budgetMicroUsd: 2_000_000 },
    },
    rateLimit: { limit: 300, remaining: 298, reset: 1_795_400_000 },
    durationMs: 500,
  });
});

test('limits that are no counts are not known, and no rate limit lasts longer than 25 hours', async (t) => {
  stopClock(t, now);
  const limitOf = (remaining: string, reset: string): Record<string, string> => {
    return { 'x-rate-limit-limit': '300', 'x-rate-limit-remaining': remaining, 'x-rate-limit-reset': reset };
  };
  for (const [remaining, reset] of [
    ['1.5', '1795400000'],
    ['-1', '1795400000'],
    ['1e300', '1795400000'],
    ['0', '1e300'],
    ['0', '-1'],
  ] as const) {
    const askX = askingInTurn([replyOf(jack, { headers: limitOf(remaining, reset) })]);
    const { report } = await collectOnce(instanceOf({ influxdb: countedInfluxDb(), askX }));
    assert.deepEqual([report.failures, report.points, report.rateLimit], [[], 1, undefined]);
  }
  const headers = limitOf('0', String(Number.MAX_SAFE_INTEGER));
  const askX = askingInTurn([replyOf({}, { status: 429, headers })]);
  const { retryAt } = await collectOnce(instanceOf({ influxdb: countedInfluxDb(), askX }));
  assert.equal(retryAt, now + 25 * 3_600_000);
});

test('a note says why a run had nothing to do', () => {
  const journal = { ...openJournal(), note: 'no token' };
  assert.equal(outcomeOf(journal).report.note, 'no token');
});

test('the latest end that was named is that of the run, of what is worth asking again alone', () => {
  const journal = openJournal();
  for (const [index, retryAt] of [undefined, 500, 900, 700].entries()) {
    note(journal, 'user', { ...away, detail: `${index}`, retryAt });
  }
  note(journal, 'user', { reason: 'spend_cap', detail: 'next month', retryAt: 5000 });
  assert.equal(outcomeOf(journal).retryAt, 900);
  assert.equal(outcomeOf(openJournal()).retryAt, undefined);
});

for (const [skewMs, said] of [
  [61_000, "this clock is 61 s behind X's"],
  [-3_600_000, "this clock is 3600 s ahead of X's"],
  [60_000, undefined],
  [-60_000, undefined],
] as const) {
  test(`an X whose clock is ${skewMs / 1000} s ahead of ours is ${said === undefined ? 'near enough' : 'recorded, and the run a success'}`, async (t) => {
    stopClock(t, now);
    const influxdb = countedInfluxDb();
    const askX = askingInTurn([replyOf(jack, { headers: { date: new Date(now + skewMs).toUTCString() } })]);
    const outcome = await collectOnce(instanceOf({ influxdb, askX }));
    assert.deepEqual(reasonsOf(outcome), said === undefined ? [] : [['tick', 'clock_skew']]);
    assert.equal(
      outcome.report.failures[0]?.detail.startsWith(`${said ?? ''}: near midnight UTC`) ?? false,
      said !== undefined,
    );
    const [run] = pointsIn(influxdb, 'twitter_collector_run');
    assert.equal(run?.fields['success'], 1);
    assert.equal(pointsIn(influxdb, 'twitter_collector_failure').length, said === undefined ? 0 : 1);
  });
}

test('a dry run writes the ledger alone, and its results are those of the run that it stands for', async (t) => {
  stopClock(t, now);
  const influxdb = countedInfluxDb();
  const lines: Parameters<typeof collectOnce>[3] = [];
  const { report } = await collectOnce(instanceOf({ influxdb, askX: askingInTurn([replyOf(jack)]) }), {}, {}, lines);
  assert.deepEqual(
    lines.map(({ measurement }) => measurement),
    ['twitter_user', 'twitter_budget', 'twitter_collector_run'],
  );
  assert.deepEqual([report.points, report.cost.microUsd], [1, 10_000]);
  const written = influxdb.writes.flat().map(({ measurement, tags }) => [measurement, tags['state']]);
  assert.deepEqual(written, [
    ['twitter_ledger', 'reserved'],
    ['twitter_ledger', 'settled'],
  ]);
});
