import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type App, freshState } from '../../../functions/app.ts';
import { dayOf } from '../../../functions/billing/day.ts';
import { bookOf, spentOf } from '../../../functions/billing/ledger.ts';
import { readConfig } from '../../../functions/config.ts';
import { RunError } from '../../../functions/failure.ts';
import { type Bank, claim, leave, openBank, settle } from '../../../functions/x/bank.ts';
import { openBookWriter } from '../../../functions/store/book-writer.ts';

/** A worker's purchase: how much it wants, what becomes of it, and how long things take, in turns of the event loop. */
interface Order {
  readonly resource: 'user' | 'tweet';
  readonly most: number;
  readonly outcome: 'settled' | 'unknown';
  readonly share: number;
  readonly turns: number;
}

const order: fc.Arbitrary<Order> = fc.record({
  resource: fc.constantFrom('user', 'tweet', 'tweet'),
  most: fc.integer({ min: 5, max: 20 }),
  outcome: fc.constantFrom('settled', 'settled', 'unknown'),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  turns: fc.nat(4),
});
const shop = fc.record({
  orders: fc.array(order, { maxLength: 25 }),
  budgetCents: fc.integer({ min: 10, max: 200 }),
  failingWrites: fc.uniqueArray(fc.nat(30), { maxLength: 3 }),
});
const prices = { user: 10_000, tweet: 5000 };
const profiles = Array.from({ length: 10 }, (_, index) => `watched_${index}`);
const noon = Date.UTC(2026, 10, 23, 12);

test('whatever is claimed, settled and lost, in whatever order, the worst case stays within the budget and nobody waits for ever', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: noon });
  await fc.assert(
    fc.asyncProperty(shop, async ({ orders, budgetCents, failingWrites }) => {
      let writes = 0;
      const bank = openBankWith(budgetCents * 10_000, () => failingWrites.includes((writes += 1)));
      const worst = { spent: 0 };
      await Promise.all(orders.map((one, index) => shopFor(bank, one, index, worst)));
      assert.equal(bank.underWay, 0);
      assert.equal(bank.waiting.length, 0);
      const book = bookOf(bank.app.state.ledger, dayOf(noon));
      assert.equal(spentOf(book), worst.spent);
    }),
  );
});

test('after any posts that were affordable, every profile not bought yet still is', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: noon });
  await fc.assert(
    fc.asyncProperty(shop, async ({ orders, budgetCents }) => {
      const bank = openBankWith(budgetCents * 10_000, () => false);
      const tweets = orders.filter(({ resource }) => resource === 'tweet');
      await Promise.all(tweets.map((one, index) => shopFor(bank, one, index, { spent: 0 })));
      const want = { resource: 'user' as const, keys: profiles, most: profiles.length, least: 1, price: prices.user };
      assert.equal((await claim(bank, want))?.granted, profiles.length);
    }),
  );
});

test('less than what is wanted is granted only to one who is alone', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: noon });
  const bank = openBankWith(10 * 10_000 + 32 * 5000, () => false);
  const want = (key: string): Parameters<typeof claim>[1] => ({
    resource: 'tweet',
    keys: [key],
    most: 20,
    least: 5,
    price: prices.tweet,
  });
  const first = await claim(bank, want('a'));
  let isGranted = false;
  const second = claim(bank, want('b')).then((granted) => ((isGranted = true), granted));
  await nextTurn();
  assert.deepEqual([first?.granted, isGranted], [20, false]);
  if (first !== undefined) settle(bank, first, { ids: ['1', '2', '3'], keys: ['a'], date: noon });
  assert.equal((await second)?.granted, 20);
  const third = claim(bank, want('c'));
  await nextTurn();
  const blocker = await second;
  if (blocker !== undefined) leave(bank, blocker);
  assert.equal((await third)?.granted, 9);
});

async function shopFor(bank: Bank, one: Order, index: number, worst: { spent: number }): Promise<void> {
  const { resource, most, turns, outcome, share } = one;
  const keys =
    resource === 'tweet' ? [`poster_${index}`] : Array.from({ length: most }, (_, n) => `user_${index}_${n}`);
  const want = { resource, keys, most, least: resource === 'tweet' ? 5 : 1, price: prices[resource] };
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  const claimed = await claim(bank, want).catch((error: unknown) => {
    assert.ok(error instanceof RunError);
  });
  const { ledger } = bank.app.state;
  assert.ok(spentOf(bookOf(ledger, dayOf(noon))) <= bank.app.config.dailyBudget);
  if (claimed === undefined) return;
  assert.ok(claimed.granted >= want.least && claimed.granted <= most);
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  const bought = outcome === 'unknown' ? claimed.granted : Math.floor(share * claimed.granted);
  worst.spent += bought * want.price;
  if (outcome === 'unknown') leave(bank, claimed);
  else {
    const ids = Array.from({ length: bought }, (_, n) => `${index}_${n}`);
    settle(bank, claimed, { ids, keys: keys.slice(0, resource === 'tweet' ? 1 : bought), date: noon });
  }
}

function openBankWith(budget: number, fails: () => boolean): Bank {
  const config = readConfig({
    CONFIG_DIR: '/nonexistent',
    TWITTER_USERS: profiles.join(),
    TWITTER_BEARER_TOKEN: 'bearer',
    TWITTER_DAILY_BUDGET_USD: (budget / 1_000_000).toFixed(2),
    INFLUXDB_URL: 'http://127.0.0.1:1',
    INFLUXDB_TOKEN: 'token',
  });
  const nobody = (): never => {
    throw new Error('nobody is asked here');
  };
  const writer = openBookWriter(async () => {
    await nextTurn();
    if (fails()) throw new RunError('store_unavailable', 'away', { retryable: true });
  });
  const store = { query: nobody, write: nobody };
  const redact = (text: string): string => text;
  const app: App = {
    version: '0',
    config,
    state: freshState(config),
    askX: nobody,
    store,
    log: () => undefined,
    redact,
  };
  return openBank(app, writer);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
