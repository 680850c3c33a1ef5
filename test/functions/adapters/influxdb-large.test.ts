import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { connectInfluxDb } from '../../../functions/adapters/influxdb.ts';
import { isRetryable } from '../../../functions/failure.ts';
import { openDeadline, runErrorOf } from '../fixtures.ts';
import { startRecordingStore, untilClosed } from './recording-store.ts';

const limit = 16_777_216;
const json = { 'content-type': 'application/json' };

test('an answer of 16 MiB is read, one byte more is too much', async (t) => {
  const store = await startRecordingStore(t, (_request, count) => ({
    status: 200,
    body: 'x'.repeat(limit + count - 1),
  }));
  const influxdb = connectInfluxDb(store.access);
  assert.equal((await influxdb.query('SELECT 1', undefined, openDeadline())).text.length, limit);
  const error = await runErrorOf(influxdb.query('SELECT 1', undefined, openDeadline()));
  assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_unavailable', true]);
  assert.match(error.message, /^InfluxDB cannot be reached \(its answer is larger than 16777216 bytes\)/);
  await untilClosed(store.sockets);
});

test('an answer without end is left at 16 MiB', { timeout: 20_000 }, async (t) => {
  const store = await startRecordingStore(t, () => ({ status: 200, endless: 'x'.repeat(65_536) }));
  const error = await runErrorOf(connectInfluxDb(store.access).query('SELECT 1', undefined, openDeadline()));
  assert.match(error.message, /larger than 16777216 bytes/);
  await untilClosed(store.sockets);
});

test('an answer that unpacks to more than 16 MiB is left there', { timeout: 20_000 }, async (t) => {
  const bomb = gzipSync(Buffer.alloc(64 * 1_048_576));
  const headers = { ...json, 'content-encoding': 'gzip' };
  const store = await startRecordingStore(t, () => ({ status: 200, headers, body: bomb }));
  const error = await runErrorOf(connectInfluxDb(store.access).query('SELECT 1', undefined, openDeadline()));
  assert.match(error.message, /larger than 16777216 bytes/);
});

for (const type of ['application/json', 'text/plain']) {
  test(`of a long error that is ${type} the beginning is kept`, async (t) => {
    const body = JSON.stringify({ error: 'no'.repeat(5_000_000) });
    const store = await startRecordingStore(t, () => ({ status: 500, headers: { 'content-type': type }, body }));
    const { status, text } = await connectInfluxDb(store.access).query('SELECT 1', undefined, openDeadline());
    assert.deepEqual([status, text], [500, body.slice(0, 1000)]);
  });

  test(`an error without end that is ${type} ends with its deadline`, { timeout: 20_000 }, async (t) => {
    const controller = new AbortController();
    let parts = 0;
    const part = (): string => {
      parts += 1;
      if (parts === 100) controller.abort();
      return 'x'.repeat(65_536);
    };
    const store = await startRecordingStore(t, () => ({
      status: 500,
      headers: { 'content-type': type },
      endless: part,
    }));
    const deadline = { ...openDeadline(), signal: controller.signal };
    const error = await runErrorOf(connectInfluxDb(store.access).query('SELECT 1', undefined, deadline));
    assert.equal(error.failure.reason, 'store_unavailable');
    await untilClosed(store.sockets);
  });
}
