import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bookOf, enterLine, type Ledger, spentOf } from '../../../functions/billing/ledger.ts';
import { affordableCount, leftOf, setAside } from '../../../functions/billing/plan.ts';

const day = '2026-11-23';
const time = Date.parse(`${day}T12:00:00Z`);
const userPrice = 10_000;
const accounts = Array.from({ length: 8 }, (_, index) => ({ key: `a${index}`, username: `a${index}` }));
const step = fc.record({
  resource: fc.constantFrom('user' as const, 'tweet' as const),
  key: fc.constantFrom(...accounts.map(({ key }) => key)),
  most: fc.integer({ min: 5, max: 20 }),
  state: fc.constantFrom('reserved' as const, 'settled' as const),
});

test('money set aside for profiles is there for each of them, whatever posts were bought with the rest', () => {
  const budgets = fc.integer({ min: accounts.length * userPrice, max: 1_000_000 });
  fc.assert(
    fc.property(budgets, fc.array(step, { maxLength: 30 }), (budget, steps) => {
      const ledger: Ledger = new Map();
      const book = bookOf(ledger, day);
      for (const [batch, { resource, key, most, state }] of steps.entries()) {
        const aside = resource === 'user' ? 0 : setAside(book, accounts, userPrice);
        const price = resource === 'user' ? userPrice : 5000;
        const want = { resource, keys: [key], most: resource === 'user' ? 1 : most, price };
        const granted = affordableCount(book, want, leftOf(book, budget, aside));
        assert.ok(granted >= 0 && granted <= want.most);
        if (resource === 'user') assert.equal(granted, 1);
        if (granted === 0) continue;
        const ids = state === 'reserved' ? [] : resource === 'user' ? [key] : tweetIds(key, batch, granted);
        const line = { time, batch, resource, keys: [key], ids, newResources: granted, cost: granted * price };
        enterLine(ledger, { ...line, state });
        assert.ok(spentOf(book) + setAside(book, accounts, userPrice) <= budget);
      }
    }),
  );
});

function tweetIds(key: string, batch: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${key}_${batch}_${index}`);
}
