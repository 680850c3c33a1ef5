import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { HTTP } from 'cloudevents';

import { connectBroker, parseEvent } from '../../../functions/adapters/events.ts';
import { isRetryable } from '../../../functions/failure.ts';
import { readEvent } from '../../../functions/http/request.ts';
import { pointsIn, type RecordEvent } from '../../../functions/store/record.ts';
import { findFreePort } from '../../support/influxd.ts';
import { openDeadline, runErrorOf } from '../fixtures.ts';
import { pointOf } from '../run/world.ts';
import { linePoint } from '../store/recorded.ts';
import { type RecordingStore, startRecordingStore, type StoreReply, untilClosed } from './recording-store.ts';

const time = Date.parse('2026-11-23T12:00:00Z');
const event: RecordEvent = { id: 'p1/settled', time, points: [pointOf(time), linePoint('p1', 'settled')] };

/** The way to a broker that answers like this. */
async function openBroker(
  t: TestContext,
  reply: StoreReply,
  extensions: Readonly<Record<string, string>> = {},
): Promise<RecordingStore & { send: ReturnType<typeof connectBroker> }> {
  const server = await startRecordingStore(t, () => reply);
  return { ...server, send: connectBroker({ url: `${server.access.url}/tg/broker`, extensions }, 'default') };
}

test('an event goes out in binary mode, to the path of the broker, with what the operator adds', async (t) => {
  const { send, seen } = await openBroker(t, { status: 202 }, { tenant: 'acme' });
  assert.equal(await send(event, openDeadline()), 202);
  const [{ method, path, headers, body } = assert.fail('nothing came')] = seen;
  assert.deepEqual([method, path, headers['content-type']], ['POST', '/tg/broker', 'application/json']);
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
  assert.deepEqual(Object.fromEntries(attributes), {
    'ce-id': 'p1/settled',
    'ce-source': '/twittergraph/default',
    'ce-specversion': '1.0',
    'ce-tenant': 'acme',
    'ce-time': '2026-11-23T12:00:00.000Z',
    'ce-type': 'twittergraph.record.v1',
  });
  assert.equal(Number(headers['content-length']), Buffer.byteLength(body));
  assert.deepEqual(JSON.parse(body), { points: event.points });
});

test('what goes out is read by the function, and by the SDK', async (t) => {
  const { send, seen } = await openBroker(t, { status: 202 });
  await send(event, openDeadline());
  const [{ headers, body } = assert.fail('nothing came')] = seen;
  const received = readEvent(headers, body, parseEvent);
  assert.deepEqual([received.type, received.time], ['twittergraph.record.v1', time]);
  assert.deepEqual(pointsIn(received.data), event.points);
  const parsed = HTTP.toEvent({ headers: headers, body }) as { id: string; data: unknown };
  assert.deepEqual([parsed.id, parsed.data], [event.id, { points: event.points }]);
});

test('what the broker answers is told as it is, and the connection is used again', async (t) => {
  for (const status of [200, 202, 204, 301, 400, 404, 413, 429, 500, 503]) {
    const { send, sockets } = await openBroker(t, { status, ...(status === 204 ? {} : { body: 'said' }) });
    assert.equal(await send(event, openDeadline()), status);
    assert.equal(await send(event, openDeadline()), status);
    assert.equal(sockets.length, 1);
  }
});

test('nobody there, or a connection that is closed, may pass', async (t) => {
  const port = await findFreePort();
  const nobody = connectBroker({ url: `http://127.0.0.1:${port}`, extensions: {} }, 'default');
  const { send: closing } = await openBroker(t, 'close');
  for (const [send, code] of [
    [nobody, 'ECONNREFUSED'],
    [closing, 'ECONNRESET'],
  ] as const) {
    const { failure } = await runErrorOf(send(event, openDeadline()));
    assert.equal(failure.reason, 'broker_unavailable');
    assert.ok(isRetryable(failure));
    const wanted = `no connection to the broker (${code}): is K_SINK right, is the broker there?`;
    assert.equal(failure.detail, wanted);
  }
});

test('a broker that hangs, before the head or after it, is left when the deadline ends', async (t) => {
  for (const reply of ['hang', 'drip'] as const) {
    const { send, sockets, seen } = await openBroker(t, reply);
    const controller = new AbortController();
    const sending = runErrorOf(send(event, { ...openDeadline(), signal: controller.signal }));
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    assert.equal((await sending).failure.reason, 'broker_unavailable');
    await untilClosed(sockets);
  }
});
