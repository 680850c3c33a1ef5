import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import {
  type Book,
  enterLine,
  figuresOf,
  isAnswered,
  isProfilePaid,
  openBook,
  postsPaidFor,
  profileMoney,
} from '../../../functions/billing/book.ts';
import type { LedgerLine } from '../../../functions/billing/line.ts';
import { ledgerLine, termsOf } from '../fixtures.ts';
import { accountKeys, daysLines, shuffledLines } from './days-lines.ts';

const terms = termsOf({ accounts: ['a', 'b', 'id:3'], budget: 300_000 });

function read(lines: readonly LedgerLine[], its = terms): Book {
  const book = openBook(its);
  for (const line of lines) enterLine(book, line);
  return book;
}

/** What a book says, without the order in which it came to know it. */
function contentOf(book: Book): unknown {
  const ofAccounts = accountKeys.map((key) => [
    key,
    { isAnswered: isAnswered(book, key), isPaid: isProfilePaid(book, key), posts: [...postsPaidFor(book, key)].sort() },
  ]);
  const paid = paidIn(book).sort(([a], [b]) => (a < b ? -1 : 1));
  return { figures: figuresOf(book), paid, held: [...profileMoney(book).held].sort(), ofAccounts };
}

test('the lines of a day give one and the same book, in whatever order and however often they come', () => {
  const twice = daysLines.chain((lines) => fc.tuple(fc.constant(lines), shuffledLines(lines)));
  fc.assert(
    fc.property(twice, ([stored, other]) => {
      assert.deepEqual(contentOf(read(other)), contentOf(read(stored)));
    }),
  );
});

test('a process that asks after each line knows at the end what one knows that has read them all', () => {
  fc.assert(
    fc.property(daysLines, (lines) => {
      const book = openBook(terms);
      for (const line of lines) {
        enterLine(book, line);
        figuresOf(book);
      }
      assert.deepEqual(contentOf(book), contentOf(read(lines)));
    }),
  );
});

test('spent is the price of the distinct ids settled, at the dearest they were bought at', () => {
  fc.assert(
    fc.property(daysLines, (lines) => {
      const prices = new Map<string, number>();
      for (const { state, resource, ids, cost } of lines)
        for (const id of state === 'settled' ? ids : [])
          prices.set(`${resource} ${id}`, Math.max(prices.get(`${resource} ${id}`) ?? 0, cost / ids.length));
      const spent = [...prices.values()].reduce((sum, price) => sum + price, 0);
      assert.equal(figuresOf(read(lines)).spent, spent);
    }),
  );
});

test('held is what is reserved and not settled: all of it for posts, of an unpaid profile once', () => {
  fc.assert(
    fc.property(daysLines, (lines) => {
      const book = read(lines);
      const settled = lines.filter(({ state }) => state === 'settled').map(({ purchase }) => purchase);
      const open = lines.filter(({ state, purchase }) => state === 'reserved' && !settled.includes(purchase));
      const forPosts = open.filter(({ resource }) => resource === 'tweet').map(({ cost }) => cost);
      const forProfile = (key: string): number =>
        Math.max(0, ...open.filter((line) => line.keys.includes(key) && line.resource === 'user').map(unitPriceOf));
      const unpaid = accountKeys.filter((key) => !isProfilePaid(book, key));
      assert.equal(figuresOf(book).held, sumOf(forPosts) + sumOf(unpaid.map(forProfile)));
    }),
  );
});

test('set aside is the price of the configured profiles neither bought nor held, left is what remains of the budget', () => {
  fc.assert(
    fc.property(daysLines, fc.nat(1_000_000), (lines, budget) => {
      const book = read(lines, { ...terms, budget });
      const figures = figuresOf(book);
      const { held } = profileMoney(book);
      const missing = terms.accounts.filter((key) => !isProfilePaid(book, key) && !held.has(key));
      assert.equal(figures.setAside, missing.length * terms.userPrice);
      assert.equal(figures.budget, budget);
      assert.equal(figures.left, budget - figures.spent - figures.held - figures.setAside);
    }),
  );
});

test('the figures are the same whether they are asked for after each line or at the end', () => {
  fc.assert(
    fc.property(daysLines, (lines) => {
      const book = openBook(terms);
      for (const [index, line] of lines.entries()) {
        enterLine(book, line);
        const once = read(lines.slice(0, index + 1));
        assert.deepEqual(
          [figuresOf(book), [...profileMoney(book).held].sort()],
          [figuresOf(once), [...profileMoney(once).held].sort()],
        );
      }
    }),
  );
});

test('nothing that comes later lowers what was paid', () => {
  fc.assert(
    fc.property(daysLines, daysLines, (before, after) => {
      const book = read(before);
      const known = paidIn(book);
      let { spent } = book;
      for (const line of after) {
        enterLine(book, line);
        assert.ok(book.spent >= spent);
        spent = book.spent;
      }
      const later = new Map(paidIn(book));
      for (const [resource, price] of known) assert.ok((later.get(resource) ?? 0) >= price);
    }),
  );
});

test('posts are bought with what is left: then there is money for every profile that is still to come', () => {
  const step = fc.record({
    isProfile: fc.boolean(),
    index: fc.nat(2),
    isSettled: fc.boolean(),
    max: fc.integer({ min: 5, max: 20 }),
  });
  const budgets = fc.integer({ min: terms.accounts.length * terms.userPrice, max: 1_000_000 });
  fc.assert(
    fc.property(budgets, fc.array(step, { maxLength: 30 }), (budget, steps) => {
      const book = openBook({ ...terms, budget });
      for (const [purchase, { isProfile, index, isSettled, max }] of steps.entries()) {
        const key = terms.accounts[index] ?? '';
        const id = String(index + 1);
        const count = isProfile ? 1 : max;
        const [resource, cost] = isProfile ? (['user', terms.userPrice] as const) : (['tweet', max * 5000] as const);
        const line = ledgerLine({
          purchase: `${purchase}`,
          resource,
          state: 'reserved',
          keys: [key],
          newResources: count,
          cost,
        });
        const ids = isProfile ? [id] : Array.from({ length: max }, (_, post) => `${purchase}${post}`);
        const answered = isProfile ? [`${key}=${id}`] : [key];
        if (!isProfile && figuresOf(book).left < cost) continue;
        enterLine(book, line);
        if (isSettled) enterLine(book, { ...line, state: 'settled', keys: answered, ids });
        assert.ok(figuresOf(book).left >= 0);
      }
    }),
  );
});

/** What was paid, by resource and id. */
function paidIn({ paid }: Book): [string, number][] {
  return (['user', 'tweet'] as const).flatMap((resource) =>
    [...paid[resource]].map(([id, price]): [string, number] => [`${resource}:${id}`, price]),
  );
}

function unitPriceOf({ cost, keys }: LedgerLine): number {
  return cost / keys.length;
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
