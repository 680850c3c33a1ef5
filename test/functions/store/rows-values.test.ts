import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRetryable } from '../../../functions/failure.ts';
import { countOf, notAllowed, type Row, textOf, timeOf } from '../../../functions/store/rows.ts';
import { cleanerOf, errorOf } from '../fixtures.ts';

const cut = 'the answer to a query is cut or is not what InfluxDB sends: check INFLUXDB_URL and any proxy';
const clean = cleanerOf();

function rowOf(columns: Row['columns']): Row {
  return { measurement: 'twitter_usage', tags: {}, columns };
}

test('a count is a whole number or not there', () => {
  for (const posts of [0, -3, 9_007_199_254_740_991]) assert.equal(countOf(rowOf({ posts }), 'posts'), posts);
  assert.deepEqual(
    [rowOf({}), rowOf({ posts: null })].map((row) => countOf(row, 'posts')),
    [undefined, undefined],
  );
  for (const posts of [1.5, 1e300, '7', true, {}, 'x'.repeat(1000)]) {
    const error = errorOf(() => countOf(rowOf({ posts }), 'posts'));
    assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_refused', false]);
    assert.ok(error.message.startsWith(`InfluxDB has ${JSON.stringify(posts).slice(0, 40)} as posts of twitter_usage`));
  }
});

test('a text is one or empty', () => {
  const row = rowOf({ a: 'x', b: 1, c: null });
  assert.equal(textOf(row, 'a'), 'x');
  for (const column of ['b', 'c', 'd']) assert.equal(textOf(row, column), '');
});

test('a time is read from milliseconds and from RFC 3339 with nanoseconds', () => {
  const noon = Date.parse('2026-11-23T12:00:00Z');
  for (const [time, expected] of [
    [noon, noon],
    ['2026-11-23T12:00:00Z', noon],
    ['2026-11-23T12:00:00.1Z', noon + 100],
    ['2026-11-23T12:00:00.000999999Z', noon],
    ['2026-11-23T12:00:00.123456789Z', noon + 123],
    ['1969-12-31T23:59:59.999Z', -1],
    ['2262-04-11T23:47:16.854775806Z', 9_223_372_036_854],
  ] as const) {
    assert.equal(timeOf(rowOf({ time })), expected);
  }
});

for (const time of ['', 'noon', 'NaN', 1e300, 4e15, NaN, null, undefined, true, [1], {}, 9_223_372_036_855]) {
  test(`${time === undefined ? 'nothing' : JSON.stringify(time)} is not a time, and nothing of InfluxDB's`, () => {
    const error = errorOf(() => timeOf(rowOf({ time })));
    assert.deepEqual([error.failure.reason, error.message], ['store_unavailable', cut]);
  });
}

test('of a line that is not allowed the time is said, and the statement that removes it, in one line of log', () => {
  const row = { measurement: 'twitter_ledger', tags: {}, columns: { time: '2026-11-23T12:00:00.123456789Z' } };
  const app = 'a'.repeat(63);
  const error = notAllowed(row, app, 'its resource and state are not those of a purchase');
  assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_refused', false]);
  const statement = `DELETE FROM "twitter_ledger" WHERE "app" = '${app}' AND time = '2026-11-23T12:00:00.123456789Z'`;
  assert.ok(clean(error.message).includes(statement), clean(error.message));
});

test('nothing but a time gets into that statement', () => {
  const row = { measurement: 'twitter_latch', tags: {}, columns: { time: "2026'; DROP DATABASE x --" } };
  const { message } = notAllowed(row, 'default', 'x');
  assert.match(message, /, by DELETE FROM "twitter_latch" WHERE "app" = 'default' AND time = '[0-9TZ:.+-]*'$/);
});
