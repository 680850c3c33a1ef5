import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countBought, noteBought, nothingBought } from '../../../functions/billing/bought.ts';

const evening = Date.parse('2026-11-23T23:59:59.999Z');
const midnight = Date.parse('2026-11-24T00:00:00Z');

test('a resource is bought once a day, however often it is read', () => {
  const bought = nothingBought();
  assert.equal(countBought(bought, evening), 0);
  assert.equal(noteBought(bought, ['1', '2', '1'], evening), 2);
  assert.equal(noteBought(bought, ['2', '3'], evening), 1);
  assert.equal(noteBought(bought, [], evening), 0);
  assert.equal(countBought(bought, evening), 3);
});

test('at midnight UTC of X everything has to be bought again', () => {
  const bought = nothingBought();
  noteBought(bought, ['1', '2'], evening);
  assert.equal(noteBought(bought, ['1'], midnight), 1);
  assert.equal(countBought(bought, midnight), 1);
  assert.equal(countBought(bought, evening), 0);
});

test('an answer of the day before, heard late, does not bring that day back', () => {
  const bought = nothingBought();
  noteBought(bought, ['1'], midnight);
  noteBought(bought, ['2'], evening);
  assert.equal(bought.day, '2026-11-24');
  assert.ok(countBought(bought, midnight) >= 1);
});
