import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectInfluxDb, toLineProtocol } from '../../../functions/adapters/influxdb.ts';
import type { Deadline } from '../../../functions/deadline.ts';
import { isRetryable } from '../../../functions/failure.ts';
import type { Point } from '../../../functions/measurement.ts';
import { openDeadline, runErrorOf } from '../fixtures.ts';
import { startRecordingStore, type StoreReply, untilClosed } from './recording-store.ts';

const time = Date.parse('2026-11-23T01:40:00Z');
const user: Point = {
  measurement: 'twitter_user',
  tags: { username: 'jack', user_id: '12' },
  fields: { tweet_count: 0, followers_count: 9_007_199_254_740_991 },
  time,
};
const failure: Point = {
  measurement: 'twitter_collector_failure',
  tags: { app: 'my, app = x', collector: 'user', reason: 'suspended', account: 'id:12' },
  fields: { count: 2, detail: 'said "no" \\ ünï, a=b 😀' },
  time: time + 1,
};
const settled: Point = {
  measurement: 'twitter_ledger',
  tags: { app: 'default', resource: 'user', state: 'settled' },
  fields: { purchase: 'p1', keys: 'jack=12', ids: '12', new_resources: 1, cost_microusd: 10_000, owned: 0 },
  time: '1795398000123456789',
};
const userLine =
  'twitter_user,user_id=12,username=jack followers_count=9007199254740991i,tweet_count=0i 1795398000000000000';
const failureLine =
  'twitter_collector_failure,account=id:12,app=my\\,\\ app\\ \\=\\ x,collector=user,reason=suspended count=2i,detail="said \\"no\\" \\\\ ünï, a=b 😀" 1795398000001000000';
const settledLine =
  'twitter_ledger,app=default,resource=user,state=settled cost_microusd=10000i,ids="12",keys="jack=12",new_resources=1i,owned=0i,purchase="p1" 1795398000123456789';
const basic = `Basic ${Buffer.from('wri ter:pä:ss-marker').toString('base64')}`;
const stored: StoreReply = { status: 204 };

/** A deadline that the test ends. */
function aborting(): Deadline & { abort: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  return { ...openDeadline(), signal: controller.signal, abort };
}

test('line protocol: integers, quoted strings, escaped tags, nanoseconds', () => {
  assert.equal(toLineProtocol([user, failure, settled]), `${userLine}\n${failureLine}\n${settledLine}\n`);
  assert.equal(toLineProtocol([]), '');
  const days = { measurement: 'twitter_user_daily', tags: {}, fields: { days_to_milestone: 0.5 }, time: 1 } as const;
  assert.equal(toLineProtocol([days]), 'twitter_user_daily days_to_milestone=0.5 1000000\n');
});

for (const [what, fields, said] of [
  ['a field that is not in the table', { followers: 1 }, 'twitter_user has no field followers in MEASUREMENTS'],
  ['a fraction where whole numbers are', { like_count: 1.5 }, 'twitter_user like_count is number 1.5, not integer'],
  [
    'what no number can hold',
    { like_count: 2 ** 53 },
    'twitter_user like_count is number 9007199254740992, not integer',
  ],
  ['no number', { like_count: NaN }, 'twitter_user like_count is number NaN, not integer'],
  ['a text where numbers are', { like_count: '1' }, 'twitter_user like_count is string 1, not integer'],
  ['no field at all', {}, 'a point of twitter_user has no field'],
] as const) {
  test(`${what} is an error and not dropped`, () => {
    assert.throws(() => toLineProtocol([{ ...user, fields }]), { message: said });
  });
}

test('a tag that is not in the table is an error, and so is one of another measurement', () => {
  for (const tag of ['nope', 'tweet_id', 'followers_count', 'toString']) {
    const tags = { ...user.tags, [tag]: 'x' };
    const message = `twitter_user has no tag ${tag} in MEASUREMENTS`;
    assert.throws(() => toLineProtocol([{ ...user, tags }]), { message });
  }
});

test('a write is one POST with Basic credentials, the database and nanoseconds', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => stored);
  assert.equal((await connectInfluxDb(access).write([user, failure, settled], openDeadline())).status, 204);
  const [request] = seen;
  assert.equal(seen.length, 1);
  assert.deepEqual([request?.method, request?.path], ['POST', '/write']);
  assert.deepEqual(request?.query, { db: 'stats & more', precision: 'ns' });
  assert.equal(request.headers['authorization'], basic);
  assert.equal(request.body, `${userLine}\n${failureLine}\n${settledLine}\n`);
  assert.equal(request.headers['content-encoding'], undefined);
});

test('a large write is packed', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => stored);
  const points = Array.from({ length: 400 }, (_, count) => ({ ...user, fields: { followers_count: count } }));
  await connectInfluxDb(access).write(points, openDeadline());
  assert.equal(seen[0]?.headers['content-encoding'], 'gzip');
  assert.equal(seen[0].body, toLineProtocol(points));
});

for (const epoch of ['ms', undefined] as const) {
  test(`a query is one GET with Basic credentials, answered in parts, with epoch ${String(epoch)}`, async (t) => {
    const text = '{"results":[{"statement_id":0}]}\n';
    const { access, seen } = await startRecordingStore(t, () => ({ status: 200, body: text }));
    const reply = await connectInfluxDb(access).query('SHOW MEASUREMENTS LIMIT 1 & x', epoch, openDeadline());
    assert.deepEqual(reply, { status: 200, text });
    const [request] = seen;
    assert.deepEqual([seen.length, request?.method, request?.path, request?.body], [1, 'GET', '/query', '']);
    const query = { db: 'stats & more', chunked: 'true', q: 'SHOW MEASUREMENTS LIMIT 1 & x' };
    assert.deepEqual(request?.query, epoch === undefined ? query : { ...query, epoch });
    assert.equal(request.headers['authorization'], basic);
  });
}

test('an address with a path keeps it', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => stored);
  const influxdb = connectInfluxDb({ ...access, url: `${access.url}/influx` });
  await influxdb.write([user], openDeadline());
  await influxdb.query('SHOW DATABASES', undefined, openDeadline());
  assert.deepEqual(
    seen.map(({ path }) => path),
    ['/influx/write', '/influx/query'],
  );
});

for (const [status, body] of [
  [200, '<html>'],
  [201, ''],
  [307, ''],
  [401, '{"error":"authorization failed"}'],
  [404, '{"code":"not found","message":"no dbrp"}'],
  [503, ''],
] as const) {
  test(`an answer of ${status} is handed on as it came, and nothing is asked again here`, async (t) => {
    const headers = { location: '/elsewhere', 'retry-after': '1' };
    const { access, seen } = await startRecordingStore(t, () => ({ status, body, headers }));
    const influxdb = connectInfluxDb(access);
    assert.deepEqual(await influxdb.write([user], openDeadline()), { status, text: body });
    assert.deepEqual(await influxdb.query('SHOW DATABASES', undefined, openDeadline()), { status, text: body });
    assert.equal(seen.length, 2);
  });
}

test('one connection serves request after request', async (t) => {
  const { access, sockets } = await startRecordingStore(t, () => stored);
  const influxdb = connectInfluxDb(access);
  for (let round = 0; round < 3; round += 1) {
    await influxdb.write([user], openDeadline());
    await influxdb.query('SHOW DATABASES', undefined, openDeadline());
  }
  assert.equal(sockets.length, 1);
});

for (const fault of ['hang', 'drip'] as const) {
  test(
    `a request that ${fault}s ends with its deadline, and so does its connection`,
    { timeout: 20_000 },
    async (t) => {
      const deadline = aborting();
      const store = await startRecordingStore(t, () => {
        setImmediate(deadline.abort);
        return fault;
      });
      const error = await runErrorOf(connectInfluxDb(store.access).query('SHOW DATABASES', undefined, deadline));
      assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_unavailable', true]);
      await untilClosed(store.sockets);
      assert.equal(store.seen.length, 1);
    },
  );
}

test('what has been answered leaves nothing behind on its deadline', async (t) => {
  const { access } = await startRecordingStore(t, () => stored);
  const deadline = aborting();
  const added = t.mock.method(deadline.signal, 'addEventListener').mock;
  const removed = t.mock.method(deadline.signal, 'removeEventListener').mock;
  const influxdb = connectInfluxDb(access);
  for (let round = 0; round < 3; round += 1) await influxdb.write([user], deadline);
  assert.ok(added.callCount() > 0);
  assert.equal(removed.callCount(), added.callCount());
});

for (const [reply, code] of [
  ['close', 'ECONNRESET'],
  [undefined, 'ECONNREFUSED'],
] as const) {
  test(`a connection that ends with ${code} is said with the system’s word for it`, async (t) => {
    const store = await startRecordingStore(t, () => reply ?? stored);
    if (reply === undefined) await store.close();
    const error = await runErrorOf(connectInfluxDb(store.access).write([user], openDeadline()));
    assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_unavailable', true]);
    const message = `InfluxDB cannot be reached (${code}): is it running, is INFLUXDB_URL right?`;
    assert.deepEqual([error.message, error.status], [message, undefined]);
  });
}
