import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectStore, toLineProtocol } from '../../../functions/adapters/influxdb.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { openDeadline, runErrorOf } from '../fixtures.ts';
import { startRecordingStore, type StoreReply, untilClosed } from './recording-store.ts';

const time = Date.parse('2026-11-23T01:40:00Z');
const user: Measurement = {
  name: 'twitter_user',
  tags: { username: 'jack', user_id: '12' },
  fields: { tweet_count: 0, followers_count: 9_007_199_254_740_991 },
  time,
};
const failure: Measurement = {
  name: 'twitter_collector_failure',
  tags: { app: 'my, app = x', collector: 'user', reason: 'suspended', account: 'id:12' },
  fields: { count: 2, detail: 'said "no" \\ ünï, a=b 😀' },
  time: time + 1,
};
const userLine = 'twitter_user,user_id=12,username=jack followers_count=9007199254740991i,tweet_count=0i 1795398000000';
const failureLine =
  'twitter_collector_failure,account=id:12,app=my\\,\\ app\\ \\=\\ x,collector=user,reason=suspended count=2i,detail="said \\"no\\" \\\\ ünï, a=b 😀" 1795398000001';
const stored: StoreReply = { status: 204 };

function points(count: number): Measurement[] {
  return Array.from({ length: count }, (_, index) => ({ ...user, fields: { followers_count: index } }));
}

test('line protocol: integers, quoted strings, escaped tags, milliseconds', () => {
  assert.equal(toLineProtocol([user, failure]), `${userLine}\n${failureLine}\n`);
  assert.equal(toLineProtocol([]), '');
});

test('a field that is not in the table, and a point without fields, are errors and not dropped', () => {
  const unknown = { ...user, fields: { followers: 1 } };
  assert.throws(() => toLineProtocol([unknown]), {
    message: 'twitter_user has no field followers: add it to MEASUREMENTS',
  });
  assert.throws(() => toLineProtocol([{ ...user, fields: {} }]), { message: 'a point of twitter_user has no field' });
});

test('a write is one POST with Basic credentials, the database and milliseconds', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => stored);
  await connectStore(access).write([user, failure], openDeadline());
  const [request] = seen;
  assert.equal(seen.length, 1);
  assert.deepEqual([request?.method, request?.path], ['POST', '/write']);
  assert.deepEqual(request?.query, { db: 'stats & more', precision: 'ms' });
  assert.equal(request.headers['authorization'], `Basic ${Buffer.from('wri ter:pä:ss-marker').toString('base64')}`);
  assert.equal(request.body, `${userLine}\n${failureLine}`);
});

test('an address with a path keeps it', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => stored);
  await connectStore({ ...access, url: `${access.url}/influx` }).write([user], openDeadline());
  assert.equal(seen[0]?.path, '/influx/write');
});

test('nothing to write is no request', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => stored);
  await connectStore(access).write([], openDeadline());
  assert.equal(seen.length, 0);
});

test('many points are several writes, one after another, all answered before it resolves', async (t) => {
  const store = await startRecordingStore(t, () => {
    assert.equal(store.open(), 1);
    return stored;
  });
  await connectStore(store.access).write(points(20_001), openDeadline());
  assert.deepEqual(
    store.seen.map(({ body }) => body.split('\n').length),
    [10_000, 10_000, 1],
  );
  assert.equal(store.open(), 0);
  const counts = store.seen.flatMap(({ body }) => body.split('\n').map((line) => Number(/=(\d+)i /.exec(line)?.[1])));
  assert.deepEqual(counts, [...counts.keys()]);
  assert.deepEqual(
    store.seen.map(({ headers }) => headers['content-encoding']),
    ['gzip', 'gzip', undefined],
  );
});

test('a failure of a later write is a failure, and what was to follow is not sent', async (t) => {
  const store = await startRecordingStore(t, (_request, count) => (count === 2 ? { status: 400 } : stored));
  const error = await runErrorOf(connectStore(store.access).write(points(30_000), openDeadline()));
  assert.deepEqual([error.reason, store.seen.length], ['store_refused', 2]);
});

test('one connection serves write after write', async (t) => {
  const { access, sockets } = await startRecordingStore(t, () => stored);
  const store = connectStore(access);
  for (let round = 0; round < 3; round += 1) await store.write([user], openDeadline());
  assert.equal(sockets.length, 1);
});

test('what can be tried again is, with the same points, until it is stored', async (t) => {
  const replies: readonly StoreReply[] = [{ status: 503 }, 'close', { status: 500, body: '<html>' }, stored];
  const { access, seen } = await startRecordingStore(t, (_request, count) => replies[count - 1] ?? stored);
  await connectStore(access).write([user], openDeadline());
  assert.deepEqual(
    seen.map(({ body }) => body),
    Array<string>(4).fill(userLine),
  );
});

test('what cannot be tried again is sent once', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => ({ status: 401 }));
  await runErrorOf(connectStore(access).write([user], openDeadline()));
  assert.equal(seen.length, 1);
});

for (const retryAfter of ['3', '3600', 'Mon, 23 Nov 2026 01:40:40 GMT']) {
  test(`Retry-After: ${retryAfter} neither hurries nor holds up the next try`, async (t) => {
    const { access, seen } = await startRecordingStore(t, (_request, count) =>
      count === 1 ? { status: 503, headers: { 'retry-after': retryAfter } } : stored,
    );
    await connectStore(access).write([user], startDeadline(20_000));
    assert.equal(seen.length, 2);
  });
}

test('at the deadline the store is unavailable, and the last answer says why', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => ({ status: 503, body: { error: 'busy' } }));
  const error = await runErrorOf(connectStore(access).write([user], startDeadline(400)));
  assert.deepEqual([error.reason, error.retryable, error.status], ['store_unavailable', true, 503]);
  assert.equal(error.message, `InfluxDB (${access.url}, database stats & more), given 1 points, answered 503 (busy)`);
  assert.ok(seen.length >= 2);
});

for (const fault of ['hang', 'drip'] as const) {
  for (const work of ['write', 'query'] as const) {
    test(
      `a ${work} that ${fault}s ends with the deadline, and so does its connection`,
      { timeout: 10_000 },
      async (t) => {
        const store = await startRecordingStore(t, () => fault);
        const connected = connectStore(store.access);
        const asking =
          work === 'write'
            ? connected.write([user], startDeadline(200))
            : connected.query('SHOW DATABASES', startDeadline(200));
        const error = await runErrorOf(asking);
        assert.deepEqual([error.reason, error.retryable], ['store_unavailable', true]);
        assert.match(error.message, /did not answer in time: is it running, is INFLUXDB_URL right\?$/);
        assert.equal(store.seen.length, 1);
        await untilClosed(store.sockets);
      },
    );
  }
}

test('nobody at the address is said with the system’s word for it', async () => {
  const access = { url: 'http://127.0.0.1:9', database: 'stats', username: 'u', password: 'pass-marker' };
  const error = await runErrorOf(connectStore(access).write([user], startDeadline(300)));
  assert.deepEqual([error.reason, error.retryable], ['store_unavailable', true]);
  assert.equal(
    error.message,
    'InfluxDB (http://127.0.0.1:9, database stats), given 1 points, cannot be reached (ECONNREFUSED): is it running, is INFLUXDB_URL right?',
  );
});
