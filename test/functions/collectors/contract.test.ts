import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openBook } from '../../../functions/billing/book.ts';
import type { Paid, XRequest } from '../../../functions/collectors/collector.ts';
import { COLLECTORS } from '../../../functions/collectors/index.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import { enterRows } from '../../../functions/store/ledger.ts';
import { profile } from '../../support/x-server.ts';
import { configOf, instanceOf, replyOf, termsOf } from '../fixtures.ts';
import { collectorOf, collectWith, countedInfluxDb, ledgerRow, pointsIn, stopClock } from '../run/world.ts';
import { idsFrom, postsOf } from './tweet/world.ts';
import { accountsOf } from './world.ts';

const midnight = Date.parse('2026-11-24T00:00:00Z');
const [post = '', other = ''] = idsFrom(0, 2);

/** What a collector is told to be paid for at this moment, with these lines in the ledger. */
async function paidWith(rows: Parameters<typeof countedInfluxDb>[0]): Promise<Paid> {
  let paid: Paid | undefined;
  const looking = collectorOf('looking', (collecting) => {
    paid = collecting.paidToday();
    return Promise.resolve();
  });
  await collectWith([looking], { instance: instanceOf({ influxdb: countedInfluxDb(rows) }) });
  assert.ok(paid !== undefined);
  return paid;
}

const [jack, gone, jill] = accountsOf('jack, gone, jill') as [Account, Account, Account];
type Account = ReturnType<typeof accountsOf>[number];

test('what X has charged for today is told by account: its id, whether there was an answer, its posts', async (t) => {
  stopClock(t);
  const paid = await paidWith([
    ledgerRow({ keys: 'jack=12,gone=', ids: '12' }),
    ledgerRow({ purchase: 'p2', resource: 'tweet', keys: 'jack', ids: `${post},${other}`, price: 5000 }),
  ]);
  assert.deepEqual([jack, gone, jill].map(paid.idOf.bind(paid)), ['12', '', undefined]);
  assert.deepEqual([jack, gone, jill].map(paid.isAnswered.bind(paid)), [true, true, false]);
  assert.deepEqual([[...paid.postsOf(jack)], [...paid.postsOf(jill)]], [[post, other], []]);
});

test('around midnight nothing is taken for paid that only one of the two days has paid', async (t) => {
  stopClock(t, midnight - 30_000);
  const rowAt = (time: number, columns: object): ReturnType<typeof ledgerRow> =>
    ledgerRow({ time: new Date(time).toISOString(), ...columns });
  const profileOf = (time: number, purchase: string, keys: string, ids: string): ReturnType<typeof ledgerRow> =>
    rowAt(time, { purchase, keys, ids });
  const postsAt = (time: number, purchase: string, ids: string): ReturnType<typeof ledgerRow> =>
    rowAt(time, { purchase, resource: 'tweet', keys: 'jack', ids, price: 5000 });
  const [before, after] = [midnight - 60_000, midnight + 1000];
  const paid = await paidWith([
    profileOf(before, 'p1', 'jack=12,jill=13', '12,13'),
    profileOf(after, 'p2', 'jack=12', '12'),
    postsAt(before, 'p3', `${post},${other}`),
    postsAt(after, 'p4', other),
  ]);
  assert.deepEqual([jack, jill].map(paid.isAnswered.bind(paid)), [true, false]);
  assert.deepEqual([...paid.postsOf(jack)], [other]);
});

/** An X with one account and two posts, and the requests it has seen. */
function openX(): { askX: Instance['askX']; asked: XRequest[] } {
  const asked: XRequest[] = [];
  const askX: Instance['askX'] = (request) => {
    asked.push(request);
    const isTimeline = request.path === 'users/12/tweets';
    return Promise.resolve(replyOf({ data: isTimeline ? postsOf([post, other]) : [profile('12', 'jack')], meta: {} }));
  };
  return { askX, asked };
}

test('the second run of a day brings the same points and costs nothing, on the same process and on a new one', async (t) => {
  stopClock(t);
  const rows: ReturnType<typeof ledgerRow>[] = [];
  const influxdb = countedInfluxDb(rows, (points) => {
    for (const { measurement, tags, fields, time } of points) {
      const at = new Date(Number(String(time).slice(0, -6))).toISOString();
      if (measurement === 'twitter_ledger') rows.push({ measurement, columns: { time: at, ...tags, ...fields } });
    }
    return undefined;
  });
  const { askX, asked } = openX();
  const instance = instanceOf({ influxdb, askX });
  const runs = [instance, instance, instanceOf({ influxdb, askX })];
  const costs: unknown[] = [];
  for (const each of runs) {
    influxdb.writes.splice(0);
    const { report } = await collectWith(COLLECTORS, { instance: each });
    costs.push([report.points, report.cost.newResources, report.cost.microUsd, report.cost.spentTodayMicroUsd]);
    assert.equal(pointsIn(influxdb, 'twitter_tweet').length, 2);
  }
  assert.deepEqual(costs, [
    [5, 3, 20_000, 20_000],
    [5, 0, 0, 20_000],
    [5, 0, 0, 20_000],
  ]);
  assert.equal(asked.length, 6);
  const books = new Map([['2026-11-23', openBook(termsOf())]]);
  enterRows(
    books,
    rows.map((row) => ({ tags: {}, ...row })),
    'default',
  );
  assert.equal(books.get('2026-11-23')?.spent, 20_000);
});

test('X that answers with accounts nobody asked for is asked no more once its bill is above the budget', async (t) => {
  stopClock(t);
  let stranger = 100;
  const askX: Instance['askX'] = () =>
    Promise.resolve(replyOf({ data: [profile(`${(stranger += 1)}`, `n${stranger}`)] }));
  const rows: ReturnType<typeof ledgerRow>[] = [];
  const influxdb = countedInfluxDb(rows, (points) => {
    for (const { measurement, tags, fields } of points) {
      const time = new Date().toISOString();
      if (measurement === 'twitter_ledger') rows.push({ measurement, columns: { time, ...tags, ...fields } });
    }
    return undefined;
  });
  const env = { TWITTER_DAILY_BUDGET_USD: '0.045' };
  for (let tick = 1; tick <= 20; tick += 1)
    await collectWith(COLLECTORS.slice(0, 1), { instance: instanceOf({ influxdb, askX, env }) });
  assert.equal(stranger, 105);
});

test('each collector has a name of its own, and a request that names none buys no posts', () => {
  const names = COLLECTORS.map(({ name }) => name);
  assert.deepEqual(names, ['user', 'tweet']);
  assert.deepEqual(
    COLLECTORS.filter(({ byDefault }) => byDefault).map(({ name }) => name),
    ['user'],
  );
});

for (const collector of COLLECTORS) {
  test(`${collector.name} plans nothing and asks nothing for no accounts, and says in a sentence what it brings`, async () => {
    assert.deepEqual(collector.plan(configOf(), [], []), { counts: {}, max: 0 });
    const unasked = collectorOf(collector.name, (collecting) => collector.collect(collecting, []));
    const { report } = await collectWith([unasked]);
    assert.deepEqual([report.requests, report.failures], [0, []]);
    assert.match(collector.description, /^[A-Z].*\.$/);
  });
}
