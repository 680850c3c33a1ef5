import assert from 'node:assert/strict';
import { test } from 'node:test';

import { describeFunction } from '../../../functions/http/description.ts';
import { collect } from '../../../functions/jobs/collect.ts';
import { planJob } from '../../../functions/run/plan.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import { profile } from '../../support/x-server.ts';
import { askingInTurn, collectOnce, instanceOf, openDeadline, replyOf, type StoredRow, tickOf } from '../fixtures.ts';
import { countedInfluxDb, jobOf, ledgerRow, openPromise, pointsIn, runOf, soon, stopClock } from './world.ts';

/** What `GET /` says of the day's money. */
function budgetOf(instance: Instance): unknown {
  return describeFunction(instance)['budget'];
}

const jack = { data: [profile('12', 'jack')] };
const unknown = { budgetMicroUsd: 1_000_000, profilesMicroUsd: 10_000 };

test('money is not claimed to be known before the ledger was read, and is again as each run leaves it', async (t) => {
  stopClock(t);
  const influxdb = countedInfluxDb();
  const query: typeof influxdb.query = (...asked) => countedInfluxDb().query(...asked);
  const instance = instanceOf({
    influxdb,
    env: { TWITTER_DAILY_BUDGET_USD: '1' },
    askX: askingInTurn([replyOf(jack)]),
  });
  assert.deepEqual(budgetOf(instance), unknown);
  influxdb.query = () => Promise.resolve({ status: 401, text: '' });
  const failed = await collectOnce(instance);
  assert.deepEqual(failed.report.cost, { newResources: 0, microUsd: 0, budgetMicroUsd: 1_000_000 });
  assert.deepEqual(budgetOf(instance), unknown);
  influxdb.query = query;
  const { report } = await collectOnce(instance);
  const figures = { spentTodayMicroUsd: 10_000, heldTodayMicroUsd: 0, setAsideMicroUsd: 0, leftMicroUsd: 990_000 };
  assert.deepEqual(report.cost, { newResources: 1, microUsd: 10_000, ...figures, budgetMicroUsd: 1_000_000 });
  assert.deepEqual(budgetOf(instance), { ...unknown, ...figures });
});

test('each run begins with what the ledger says, whatever the process knew', async (t) => {
  stopClock(t);
  const rows = [ledgerRow({ keys: 'jack=12', ids: '12' })];
  const influxdb = countedInfluxDb(rows);
  const env = { TWITTER_USERS: 'jack, jill', TWITTER_DAILY_BUDGET_USD: '1' };
  const instance = instanceOf({ influxdb, env });
  const job = jobOf(() => Promise.resolve());
  const first = await runOf(job, { instance });
  assert.deepEqual([first.report.cost.spentTodayMicroUsd, first.report.cost.setAsideMicroUsd], [10_000, 10_000]);
  rows.push(ledgerRow({ purchase: 'p2', keys: 'jill=13', ids: '13' }));
  const second = await runOf(job, { instance });
  assert.deepEqual([second.report.cost.spentTodayMicroUsd, second.report.cost.setAsideMicroUsd], [20_000, 0]);
  rows.splice(0);
  const third = await runOf(job, { instance });
  assert.deepEqual([third.report.cost.spentTodayMicroUsd, third.report.cost.setAsideMicroUsd], [0, 20_000]);
});

test('a plan beside a run changes nothing of what the run, its report, its point and GET / say', async (t) => {
  stopClock(t);
  const asked = openPromise();
  const seen = { measurement: 'twitter_user', tags: { user_id: '12', username: 'jack' } };
  const influxdb = countedInfluxDb([{ ...seen, columns: { time: new Date().toISOString(), last: 1 } }]);
  const env = { TWITTER_DAILY_BUDGET_USD: '1' };
  const askX: Instance['askX'] = async () => {
    await asked.promise;
    return replyOf({ data: [{ id: '1800000000000000000', public_metrics: { like_count: 1 } }], meta: {} });
  };
  const instance = instanceOf({ influxdb, env, askX });
  const running = collectOnce(instance, { collectors: ['tweet'] });
  await soon();
  const { memory } = instance;
  const before = { ...memory };
  for (let round = 1; round <= 2; round += 1) {
    const plan = await planJob(instance, { job: collect, data: {}, tick: tickOf(), dryRun: undefined }, openDeadline());
    assert.equal(plan['leftMicroUsd'], 990_000);
  }
  assert.deepEqual(
    [memory.books, memory.patience, memory.watched.accounts],
    [before.books, before.patience, before.watched.accounts],
  );
  asked.resolve();
  const { report } = await running;
  const figures = { spentTodayMicroUsd: 5000, heldTodayMicroUsd: 0, setAsideMicroUsd: 10_000, leftMicroUsd: 985_000 };
  assert.deepEqual(report.cost, { newResources: 1, microUsd: 5000, ...figures, budgetMicroUsd: 1_000_000 });
  assert.deepEqual(budgetOf(instance), { ...unknown, ...figures });
  const [point] = pointsIn(influxdb, 'twitter_budget');
  const ledger = pointsIn(influxdb, 'twitter_ledger').filter(({ tags }) => tags['state'] === 'settled');
  assert.equal(point?.fields['spent_microusd'], 5000);
  assert.deepEqual(
    ledger.map(({ fields }) => fields['cost_microusd']),
    [5000],
  );
});

test('the plan counts requests by path, what they could cost, and what is left', async (t) => {
  stopClock(t);
  const names = Array.from({ length: 101 }, (_, index) => `name${index}`);
  const rows = [ledgerRow({ keys: 'id:12=12,name0=13', ids: '12,13' })];
  const env = { TWITTER_USERS: [...names, 'id:12'].join(','), TWITTER_DAILY_BUDGET_USD: '2' };
  const influxdb = countedInfluxDb(rows);
  const planOf = (data: object): ReturnType<typeof planJob> =>
    planJob(
      instanceOf({ env, influxdb }),
      { job: collect, data: { ...data }, tick: tickOf(), dryRun: undefined },
      openDeadline(),
    );
  assert.deepEqual(await planOf({}), {
    requests: [
      { collector: 'user', method: 'GET', path: '/2/users/by', count: 2 },
      { collector: 'user', method: 'GET', path: '/2/users', count: 1 },
    ],
    worstCaseMicroUsd: 1_020_000,
    leftMicroUsd: 2_000_000 - 20_000 - 100 * 10_000,
  });
  const one = await planOf({ users: ['id:12'] });
  assert.deepEqual([one['worstCaseMicroUsd'], influxdb.reads.length, influxdb.writes], [10_000, 2, []]);
});

test('the plan of posts has a timeline an account, and the profiles of accounts that neither the store nor the run knows', async (t) => {
  stopClock(t);
  const owner = {
    TWITTER_API_KEY: 'k',
    TWITTER_API_SECRET: 's',
    TWITTER_ACCESS_TOKEN: 't',
    TWITTER_ACCESS_SECRET: 's',
  };
  const env = { TWITTER_USERS: 'jack, jill', TWITTER_OWNED_USERS: 'jill', TWITTER_TWEETS_PER_USER: '5', ...owner };
  const columns = { time: new Date().toISOString(), last: 1 };
  const seen = { measurement: 'twitter_user', tags: { user_id: '12', username: 'Jack' }, columns };
  const planOf = async (rows: readonly StoredRow[], collectors: readonly string[]): Promise<unknown[]> => {
    const wanted = { job: collect, data: { collectors }, tick: tickOf(), dryRun: undefined };
    const instance = instanceOf({ env, influxdb: countedInfluxDb(rows) });
    const { requests, worstCaseMicroUsd } = await planJob(instance, wanted, openDeadline());
    const counts = (requests as { path: string; count: number }[]).map(({ path, count }) => [path, count]);
    return [counts, worstCaseMicroUsd];
  };
  const timelines = ['/2/users/:id/tweets', 2];
  const posts = 9 * 5000 + 19 * 1000;
  assert.deepEqual(await planOf([seen], ['tweet']), [[['/2/users/by', 1], timelines], posts + 10_000]);
  const both = [['/2/users/by', 1], timelines];
  assert.deepEqual(await planOf([], ['tweet']), [both, posts + 20_000]);
  assert.deepEqual(await planOf([], ['user', 'tweet']), [both, posts + 20_000]);
});
