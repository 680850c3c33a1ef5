import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { closeWriter } from '../../../functions/store/writer.ts';
import { type Budget, figuresNow, nothing, reserve, type Reservation, settle } from '../../../functions/x/budget.ts';
import { ledgerLine, runErrorOf, stubInfluxDb } from '../fixtures.ts';
import { budgetOf, noon, posts, prices, profiles } from './world.ts';

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: noon });
});

const bought = ledgerLine({ keys: ['jack=12'], ids: ['12'] });
const boughtPost = ledgerLine({ resource: 'tweet', keys: ['jack'], ids: ['100'], cost: prices.tweet });
/** Too much for a budget of a cent. */
const overspent = ledgerLine({ keys: ['odd=1'], ids: ['1', '2'] });

async function granted(budget: Budget, want: Parameters<typeof reserve>[1]): Promise<Reservation> {
  const reservation = await reserve(budget, want);
  assert.ok(reservation !== undefined);
  return reservation;
}

/** What the run has bought: new resources, and what they cost. */
function costOf({ newResources, microUsd }: Budget): readonly number[] {
  return [newResources, microUsd];
}

test('a profile is held once, however many ask for it, and its money is there for it', async () => {
  const budget = budgetOf({ terms: { accounts: ['jack'], budget: prices.user } });
  const first = await granted(budget, profiles(['jack']));
  const second = await granted(budget, profiles(['jack']));
  assert.deepEqual([figuresNow(budget)?.held, figuresNow(budget)?.left], [prices.user, 0]);
  for (const each of [first, second]) settle(budget, each, { ids: ['12'], answered: ['jack=12'], date: noon });
  assert.deepEqual([figuresNow(budget)?.spent, ...costOf(budget)], [prices.user, 1, prices.user]);
});

test('with money for some profiles the first of them are held, and their keys stand in the ledger', async () => {
  const influxdb = stubInfluxDb();
  const budget = budgetOf({ terms: { budget: 25_000 }, influxdb });
  const reservation = await granted(budget, profiles(['a', 'b', 'c']));
  assert.equal(reservation.granted, 2);
  const [line] = influxdb.written;
  assert.deepEqual(
    [line?.tags, line?.fields['keys'], line?.fields['new_resources'], line?.fields['cost_microusd']],
    [{ app: 'default', resource: 'user', state: 'reserved' }, 'a,b', 2, 20_000],
  );
});

test('a profile that is held already leaves the money for the one after it', async () => {
  const open = ledgerLine({ state: 'reserved', keys: ['a'], newResources: 1, cost: prices.user });
  const budget = budgetOf({ terms: { budget: 2 * prices.user }, lines: [open] });
  assert.equal((await granted(budget, profiles(['a', 'b', 'c']))).granted, 2);
});

test('what came of a purchase costs what was not paid for yet, and an id twice in one answer counts once', async () => {
  const budget = budgetOf({ lines: [boughtPost] });
  const reservation = await granted(budget, posts('jack'));
  settle(budget, reservation, { ids: ['100', '101', '101', '102'], answered: ['jack'], date: noon });
  assert.deepEqual(costOf(budget), [2, 2 * prices.tweet]);
  assert.equal(figuresNow(budget)?.spent, 3 * prices.tweet);
});

test("a post paid for at the owner's price costs the full price when it is bought at that", async () => {
  const owned = ledgerLine({ resource: 'tweet', keys: ['jack'], ids: ['100'], cost: 1000, owned: true });
  const budget = budgetOf({ lines: [owned] });
  settle(budget, await granted(budget, posts('jack')), { ids: ['100'], answered: ['jack'], date: noon });
  assert.deepEqual([figuresNow(budget)?.spent, budget.newResources], [prices.tweet, 1]);
});

test('a profile that X sends unasked is paid for, beyond what was held for it too', async () => {
  const budget = budgetOf({ terms: { budget: prices.user } });
  settle(budget, await granted(budget, profiles(['a'])), { ids: ['1', '2', '3'], answered: ['a=1'], date: noon });
  const { spent, left } = figuresNow(budget) ?? {};
  assert.deepEqual([spent, left], [3 * prices.user, -2 * prices.user]);
});

for (const [what, want] of [
  ['a profile', profiles(['a'])],
  ['posts', posts('a')],
  ['what is paid for', posts('a', { max: 0, min: 0 })],
] as const) {
  test(`once X has charged beyond the budget nothing is asked any more: ${what}`, async () => {
    const terms = { budget: prices.user };
    assert.equal(await reserve(budgetOf({ terms, lines: [overspent] }), want), undefined);
  });
}

test('what is paid for needs no money, though none is left, and no line where nothing new comes', async () => {
  const influxdb = stubInfluxDb();
  const budget = budgetOf({ terms: { budget: prices.user }, lines: [bought], influxdb });
  const reservation = await granted(budget, profiles([], { max: 0, min: 0 }));
  settle(budget, reservation, { ids: ['12'], answered: ['jack=12'], date: noon });
  await closeWriter(budget.writer);
  assert.deepEqual([influxdb.written, budget.underWay], [[], 0]);
});

for (const [what, receipt, fields] of [
  ['an id that was not paid for', { ids: ['12', '13'], answered: [] }, { ids: '13', new_resources: 1, keys: '' }],
  [
    'another id behind a name',
    { ids: ['12'], answered: ['jack=12', 'jill=12'] },
    { ids: '', new_resources: 0, keys: 'jack=12,jill=12' },
  ],
] as const) {
  test(`${what}, where nothing new was expected, goes into the ledger in one settled line`, async () => {
    const influxdb = stubInfluxDb();
    const budget = budgetOf({ lines: [bought], influxdb });
    const reservation = await granted(budget, profiles([], { max: 0, min: 0 }));
    settle(budget, reservation, { ...receipt, date: noon });
    await closeWriter(budget.writer);
    const lines = influxdb.written.map(({ tags, fields: { ids, new_resources: count, keys } }) => [
      tags['state'],
      { ids, new_resources: count, keys },
    ]);
    assert.deepEqual(lines, [['settled', fields]]);
    assert.equal(figuresNow(budget)?.spent, prices.user * (1 + fields.new_resources));
  });
}

test('of posts less than the fewest is not granted, what is left of the budget is not even touched', async () => {
  const budget = budgetOf({ terms: { accounts: ['jack'], budget: prices.user + 5 * prices.tweet - 1 } });
  assert.equal(await reserve(budget, posts('jack')), undefined);
  assert.equal(figuresNow(budget)?.held, 0);
});

test('where the line cannot be stored nothing is held, and the purchases that waited go on', async () => {
  const inner = stubInfluxDb();
  const replies = [{ status: 401, text: '' }];
  const influxdb = { ...inner, write: (...given: Parameters<typeof inner.write>) => next() ?? inner.write(...given) };
  const next = (): Promise<{ status: number; text: string }> | undefined => {
    const reply = replies.shift();
    return reply && Promise.resolve(reply);
  };
  const budget = budgetOf({ terms: { budget: 20 * prices.tweet }, influxdb });
  const first = reserve(budget, posts('a'));
  const second = reserve(budget, posts('b'));
  assert.equal((await runErrorOf(first)).failure.reason, 'store_refused');
  const reservation = await second;
  assert.equal(reservation?.granted, 20);
  assert.equal(figuresNow(budget)?.held, 20 * prices.tweet);
  settle(budget, reservation, nothing);
  assert.deepEqual([figuresNow(budget)?.left, budget.underWay], [20 * prices.tweet, 0]);
});
