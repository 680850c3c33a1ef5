import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOvergrown } from '../../functions/json.ts';
import { rowsOf } from '../../functions/store/rows.ts';
import { readAnswer } from '../../functions/x/answer.ts';
import { cleanerOf, errorOf, replyOf } from './fixtures.ts';

const lists = `{"data":[${'[],'.repeat(1_000_000)}0],"results":[]}`;

test('a million lists and objects are no more than a neighbour can send, one more is', () => {
  assert.equal(isOvergrown('[{'.repeat(500_000)), false);
  assert.equal(isOvergrown(`${'[{'.repeat(500_000)}[`), true);
  assert.equal(isOvergrown('"'.repeat(3_000_000)), false);
});

test('nothing but lists is no answer of X, which may have charged for it, and none of InfluxDB', () => {
  const ofX = errorOf(() => readAnswer({ path: 'users', query: {} }, replyOf(lists), cleanerOf()));
  assert.deepEqual([ofX.failure.reason, ofX.mayCost], ['bad_answer', true]);
  const ofInfluxDb = errorOf(() => rowsOf(lists, 0, cleanerOf()));
  assert.equal(ofInfluxDb.failure.reason, 'store_unavailable');
});
