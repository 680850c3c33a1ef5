import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';

import { openBook } from '../../../functions/billing/book.ts';
import { dayOf } from '../../../functions/billing/day.ts';
import { enterRows } from '../../../functions/store/ledger.ts';
import { closeWriter } from '../../../functions/store/writer.ts';
import { figuresNow, release, reserve, settle } from '../../../functions/x/budget.ts';
import { termsOf } from '../fixtures.ts';
import { openShop, shop, shopFor, watched } from './shop.ts';
import { budgetOf, nextTurn, noon, posts, prices, profiles } from './world.ts';

function stopAtNoon(t: TestContext): void {
  t.mock.timers.enable({ apis: ['Date'], now: noon });
}

test('whatever is reserved, settled and lost, in whatever order, no more is spent and held than the budget, and nobody waits for ever', async (t) => {
  stopAtNoon(t);
  await fc.assert(
    fc.asyncProperty(shop, async ({ orders, budgetCents, failingWrites }) => {
      const place = openShop(budgetCents, failingWrites);
      await Promise.all(orders.map((one, index) => shopFor(place, one, index)));
      await closeWriter(place.budget.writer);
      assert.deepEqual([place.budget.underWay, place.budget.waiting], [0, []]);
    }),
  );
});

test('who reads the ledger afterwards finds the same money', async (t) => {
  stopAtNoon(t);
  await fc.assert(
    fc.asyncProperty(shop, async ({ orders, budgetCents }) => {
      const place = openShop(budgetCents);
      await Promise.all(orders.map((one, index) => shopFor(place, one, index)));
      await closeWriter(place.budget.writer);
      const rows = place.influxdb.written.map(({ measurement, tags, fields, time }) => {
        const columns = { time: Number(String(time).slice(0, -6)), ...tags, ...fields };
        return { measurement, tags: {}, columns };
      });
      const books = new Map([[dayOf(noon), openBook(termsOf({ accounts: watched, budget: budgetCents * 10_000 }))]]);
      enterRows(books, rows, 'default');
      assert.deepEqual(figuresNow({ ...place.budget, books }), figuresNow(place.budget));
    }),
  );
});

test('after any posts that were affordable, every profile not bought yet still is', async (t) => {
  stopAtNoon(t);
  await fc.assert(
    fc.asyncProperty(shop, async ({ orders, budgetCents }) => {
      const place = openShop(budgetCents);
      const forPosts = orders.filter(({ kind }) => kind !== 'profiles');
      await Promise.all(forPosts.map((one, index) => shopFor(place, one, index)));
      assert.equal((await reserve(place.budget, profiles(watched)))?.granted, watched.length);
    }),
  );
});

test('less than what is wanted is granted only to one who is alone', async (t) => {
  stopAtNoon(t);
  const budget = budgetOf({ terms: { accounts: watched, budget: 10 * prices.user + 32 * prices.tweet } });
  const first = await reserve(budget, posts('a'));
  let isGranted = false;
  const second = reserve(budget, posts('b')).then((granted) => ((isGranted = true), granted));
  await nextTurn();
  assert.deepEqual([first?.granted, isGranted], [20, false]);
  if (first !== undefined) settle(budget, first, { ids: ['1', '2', '3'], answered: ['a'], date: noon });
  const blocker = await second;
  assert.equal(blocker?.granted, 20);
  const third = reserve(budget, posts('c'));
  await nextTurn();
  release(budget, blocker);
  assert.equal((await third)?.granted, 9);
});
