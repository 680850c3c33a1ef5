import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { parseSchedule } from '../../local/scheduler/cron.ts';
import type { PingSource } from '../../local/scheduler/manifests.ts';
import { type PingOutcome, sendPing } from '../../local/scheduler/ping.ts';

/** What the PingSource adapter of Knative Eventing 0.50.0 was seen to send, id, time and address left open. */
const RECORDED = [
  'POST / HTTP/1.1',
  'Host: HOST',
  'User-Agent: Go-http-client/1.1',
  'Content-Length: 20',
  'Ce-Id: ID',
  'Ce-Source: /apis/v1/namespaces/default/pingsources/tick',
  'Ce-Specversion: 1.0',
  'Ce-Time: TIME',
  'Ce-Type: dev.knative.sources.ping',
  'Content-Type: application/json',
  'Kn-Namespace: default',
  'Accept-Encoding: gzip',
  '',
  '{"job":"poll","n":1}',
];

const UUID = /Ce-Id: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;
const NANOSECONDS = /Ce-Time: (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{0,8}[1-9])?Z)/;

test('an event goes out byte for byte as a PingSource sends it', async () => {
  const sent = await captureRequest(tick({}));
  assert.deepEqual(sent.split('\r\n'), RECORDED);
});

test('an event without data has no content type, even where one is given', async () => {
  const sent = await captureRequest(tick({ data: undefined }));
  const expected = RECORDED.filter((line) => !line.startsWith('Content-Type'));
  assert.deepEqual(sent.split('\r\n'), [...expected.slice(0, 3), 'Content-Length: 0', ...expected.slice(4, -1), '']);
});

test('an event with data but without a content type has none', async () => {
  const sent = await captureRequest(tick({ contentType: undefined }));
  assert.deepEqual(
    sent.split('\r\n'),
    RECORDED.filter((line) => !line.startsWith('Content-Type')),
  );
});

test('extensions stand among the other attributes, and the uri is joined to the address', async () => {
  const sent = (await captureRequest(tick({ extensions: { tenant: '7' }, uri: '/?dry-run' }))).split('\r\n');
  assert.equal(sent[0], 'POST /?dry-run HTTP/1.1');
  assert.deepEqual(sent.slice(6, 9), ['Ce-Specversion: 1.0', 'Ce-Tenant: 7', 'Ce-Time: TIME']);
});

for (const status of [404, 413, 425, 429, 502, 503, 504]) {
  test(`status ${status} is tried six times under one id`, async () => {
    const { outcome, ids } = await answerWith([status]);
    assert.deepEqual({ status: outcome.status, attempts: outcome.attempts }, { status, attempts: 6 });
    assert.equal(ids.length, 6);
    assert.equal(new Set(ids).size, 1);
  });
}

for (const status of [200, 204, 400, 401, 408, 409, 410, 422, 500, 501]) {
  test(`status ${status} is final`, async () => {
    const { outcome } = await answerWith([status]);
    assert.deepEqual({ status: outcome.status, attempts: outcome.attempts }, { status, attempts: 1 });
  });
}

test('a retry that is answered ends the retries', async () => {
  const { outcome } = await answerWith([503, 503, 204]);
  assert.deepEqual({ status: outcome.status, attempts: outcome.attempts }, { status: 204, attempts: 3 });
});

test('a refused connection is tried six times and reported as status 0', async () => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  const outcome = await send(tick({}), port);
  assert.deepEqual({ status: outcome.status, attempts: outcome.attempts }, { status: 0, attempts: 6 });
  assert.match(outcome.error ?? '', /ECONNREFUSED/);
});

function tick(changes: Partial<PingSource>): PingSource {
  const data = Buffer.from('{"job":"poll","n":1}');
  const schedule = parseSchedule('*/10 * * * * *');
  const source = { name: 'tick', namespace: 'default', schedule, contentType: 'application/json', data };
  return { ...source, extensions: {}, uri: undefined, ...changes };
}

/** The bytes of one request as text, with what differs each time replaced by its name. */
async function captureRequest(source: PingSource): Promise<string> {
  let received = '';
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      const [head, body] = received.split('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(head ?? '')?.[1]);
      if (body?.length === length) socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  const port = await listen(server);
  const outcome = await send(source, port);
  server.close();
  assert.equal(outcome.status, 204);
  assert.match(received, /Ce-Time: \S+\.\d{4,9}Z/, 'the time is finer than milliseconds');
  const time = NANOSECONDS.exec(received)?.[1] ?? 'no time';
  assert.ok(Math.abs(Date.parse(time) - Date.parse(outcome.at)) < 1000, `${time} is not when it was sent`);
  return received
    .replace(`Host: 127.0.0.1:${port}`, 'Host: HOST')
    .replace(UUID, 'Ce-Id: ID')
    .replace(NANOSECONDS, 'Ce-Time: TIME');
}

async function answerWith(statuses: number[]): Promise<{ outcome: PingOutcome; ids: unknown[] }> {
  const ids: unknown[] = [];
  const server = createHttpServer((request, response) => {
    response.statusCode = statuses[Math.min(ids.length, statuses.length - 1)] ?? 500;
    ids.push(request.headers['ce-id']);
    response.end();
  });
  const outcome = await send(tick({}), await listen(server));
  server.close();
  return { outcome, ids };
}

async function send(source: PingSource, port: number): Promise<PingOutcome> {
  const agent = new Agent({ keepAlive: true });
  const retryDelaysMs = [1, 2, 4, 8, 16];
  const signal = new AbortController().signal;
  const outcome = await sendPing(source, `http://127.0.0.1:${port}/`, { agent, signal, retryDelaysMs });
  agent.destroy();
  return outcome;
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
