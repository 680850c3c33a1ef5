import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { explainOverBudget, formatUsd, parseUsd, profilesPerDay } from '../../../functions/billing/price.ts';

for (const [text, amount] of [
  ['1', 1_000_000],
  ['1.25', 1_250_000],
  ['0.010', 10_000],
  ['0.000001', 1],
  [' 0 ', 0],
  ['999999999.999999', 999_999_999_999_999],
  ['0.0000001', undefined],
  ['1000000000', undefined],
  ['.5', undefined],
  ['5.', undefined],
  ['-1', undefined],
  ['+1', undefined],
  ['1e3', undefined],
  ['1,5', undefined],
  ['$1', undefined],
  ['', undefined],
] as const) {
  test(`"${text}" dollars are ${String(amount)} micro-dollars`, () => {
    assert.equal(parseUsd(text), amount);
  });
}

for (const [amount, text] of [
  [0, '$0.00'],
  [1, '$0.000001'],
  [1_000, '$0.001'],
  [10_000, '$0.01'],
  [15_000, '$0.015'],
  [1_000_000, '$1.00'],
  [12_345_678, '$12.345678'],
] as const) {
  test(`${amount} micro-dollars are written ${text}`, () => {
    assert.equal(formatUsd(amount), text);
  });
}

test('what is written is read back as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (amount) => {
      assert.equal(parseUsd(formatUsd(amount).slice(1)), amount);
      assert.match(formatUsd(amount), /^\$\d+\.\d{2,6}$/);
    }),
  );
});

const prices = { user: 10_000, tweet: 5_000, ownedTweet: 1_000 };

test('profiles cost their price each', () => {
  assert.equal(profilesPerDay(150, prices), 1_500_000);
});

test('exactly the budget is within it', () => {
  assert.equal(explainOverBudget(100, prices, 1_000_000), undefined);
  assert.equal(explainOverBudget(0, prices, 0), undefined);
  assert.equal(explainOverBudget(5, { ...prices, user: 0 }, 0), undefined);
});

test('above the budget the arithmetic says what would be within it', () => {
  assert.equal(
    explainOverBudget(250, prices, 1_005_000),
    '250 accounts × $0.01 = $2.50 a day for their profiles alone, above TWITTER_DAILY_BUDGET_USD ($1.005): raise the budget to $2.50 or watch at most 100 accounts',
  );
});

test('a sentence is there exactly when profiles alone cost more than the budget, and following its advice ends it', () => {
  fc.assert(
    fc.property(fc.nat(20_000), fc.nat(50_000), fc.nat(200_000_000), (accounts, user, budget) => {
      const given = { ...prices, user };
      const said = explainOverBudget(accounts, given, budget);
      assert.equal(said !== undefined, accounts * user > budget);
      if (said === undefined) return;
      const [, raised, most] = /raise the budget to \$([\d.]+) or watch at most (\d+) accounts$/.exec(said) ?? [];
      assert.equal(explainOverBudget(accounts, given, parseUsd(raised ?? '') ?? 0), undefined);
      assert.equal(explainOverBudget(Number(most), given, budget), undefined);
      assert.notEqual(explainOverBudget(Number(most) + 1, given, budget), undefined);
    }),
  );
});
