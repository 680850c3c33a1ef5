import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, isRetried, toDeadLetter, toHttp, toRecord } from './event.ts';

const body = Buffer.from('{"points":[]}');
const headers = {
  'ce-specversion': '1.0',
  'ce-id': '2026-11-28T21:00:00.000Z/user/1f',
  'ce-source': '/twittergraph/default',
  'ce-type': 'twittergraph.record.v1',
  'ce-time': '2026-11-28T21:00:00.000Z',
  'content-type': 'application/json',
};

test('an event is a record with ce_ headers and content-type, its data as it came, and no key', () => {
  const record = toRecord({ headers: { ...headers, host: 'broker', 'content-length': '13' }, body });
  assert.deepEqual(record, {
    key: undefined,
    headers: {
      ce_specversion: '1.0',
      ce_id: '2026-11-28T21:00:00.000Z/user/1f',
      ce_source: '/twittergraph/default',
      ce_type: 'twittergraph.record.v1',
      ce_time: '2026-11-28T21:00:00.000Z',
      'content-type': 'application/json',
    },
    value: body,
  });
});

test('the extension partitionkey is the key, and stays an attribute', () => {
  const record = toRecord({ headers: { ...headers, 'ce-partitionkey': 'jack' }, body });
  assert.deepEqual([record?.key, record?.headers['ce_partitionkey']], ['jack', 'jack']);
});

test('what lacks an attribute that every event has is no event', () => {
  for (const name of ['ce-specversion', 'ce-id', 'ce-source', 'ce-type'])
    assert.equal(toRecord({ headers: { ...headers, [name]: '' }, body }), undefined, name);
  assert.equal(toRecord({ headers: { ...headers, 'ce-specversion': '0.3' }, body }), undefined);
});

test('a subscriber gets the event as it was sent', () => {
  const record = toRecord({ headers, body });
  assert.ok(record !== undefined);
  assert.deepEqual(toHttp(record), { headers, body });
});

test('an event without data type has none on either side', () => {
  const untyped = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-type'));
  const record = toRecord({ headers: untyped, body });
  assert.ok(record !== undefined && !('content-type' in record.headers));
  assert.deepEqual(toHttp(record).headers, untyped);
});

test('a dead letter says where the event could not go, the status, and the first 1024 bytes of the answer', () => {
  const said = Buffer.alloc(2000, 'x');
  const letter = toDeadLetter({ headers, body }, 'http://recorder/', { status: 422, body: said });
  assert.deepEqual(letter, {
    headers: {
      ...headers,
      'ce-knativeerrordest': 'http://recorder/',
      'ce-knativeerrorcode': '422',
      'ce-knativeerrordata': said.subarray(0, 1024).toString('base64'),
    },
    body,
  });
});

test('where nobody answered a dead letter has the destination alone', () => {
  const letter = toDeadLetter({ headers, body }, 'http://recorder/', { status: undefined, body: Buffer.alloc(0) });
  assert.deepEqual(letter.headers, { ...headers, 'ce-knativeerrordest': 'http://recorder/' });
});

test('no answer, 404, 408, 409, 429 and 5xx are tried again, other refusals are not', () => {
  for (const status of [undefined, 404, 408, 409, 429, 500, 503, 599]) assert.ok(isRetried(status), String(status));
  for (const status of [300, 307, 400, 401, 403, 413, 422]) assert.ok(!isRetried(status), String(status));
});

test('the first retry waits twice the delay, each one after it twice as long', () => {
  assert.deepEqual(
    [1, 2, 3, 15].map((retry) => backoffMs(2000, retry)),
    [4000, 8000, 16_000, 65_536_000],
  );
});
