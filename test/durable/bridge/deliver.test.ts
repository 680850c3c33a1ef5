import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { closeServer } from '../../support/x-server.ts';
import { deliver } from './deliver.ts';
import type { BridgeLine } from './settings.ts';

const record = {
  partition: 2,
  offset: 7n,
  headers: new Map([
    ['ce_specversion', '1.0'],
    ['ce_id', '1'],
    ['ce_source', '/s'],
    ['ce_type', 'twittergraph.record.v1'],
    ['content-type', 'application/json'],
  ]),
  value: Buffer.from('{}'),
};

interface Listener {
  readonly url: string;
  readonly seen: IncomingHttpHeaders[];
}

/** A server that answers with these statuses in turn, and the last one for ever. */
async function startServer(t: TestContext, statuses: number[]): Promise<Listener> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 204;
    request.resume().once('end', () => response.writeHead(status).end(status === 204 ? undefined : 'why'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => closeServer(server));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen };
}

/** What came where, and what the bridge says of it: a status of the subscriber, or how it ended. */
interface Delivered {
  readonly recorder: Listener;
  readonly letters: Listener;
  readonly kinds: unknown[];
}

async function deliverTo(t: TestContext, subscriber: number[], deadLetter: number[] = [202]): Promise<Delivered> {
  const [recorder, letters] = [await startServer(t, subscriber), await startServer(t, deadLetter)];
  const lines: BridgeLine[] = [];
  const delivery = { retry: 3, backoffDelayMs: 1, timeoutMs: 5000 };
  const settings = { subscriber: recorder.url, deadLetterSink: letters.url, ...delivery };
  await deliver(record, settings, (line) => lines.push(line));
  return { recorder, letters, kinds: lines.map((line) => (line.kind === 'delivery' ? line.status : line.kind)) };
}

test('an event that is refused for now comes again until it is taken', async (t) => {
  const { recorder, letters, kinds } = await deliverTo(t, [503, 503, 204]);
  assert.deepEqual([kinds, recorder.seen.length, letters.seen.length], [[503, 503, 204], 3, 0]);
  assert.equal(recorder.seen[0]?.['ce-type'], 'twittergraph.record.v1');
});

test('an event that is refused for good is a dead letter at once', async (t) => {
  const { letters, recorder, kinds } = await deliverTo(t, [422]);
  assert.deepEqual(kinds, [422, 'dead']);
  const [letter] = letters.seen;
  assert.equal(letter?.['ce-knativeerrorcode'], '422');
  assert.equal(letter['ce-knativeerrordest'], recorder.url);
  assert.equal(Buffer.from(String(letter['ce-knativeerrordata']), 'base64').toString(), 'why');
});

test('an event that was sent as often as the Trigger says is a dead letter', async (t) => {
  const { letters, kinds } = await deliverTo(t, [503]);
  assert.deepEqual([kinds, letters.seen.length], [[503, 503, 503, 503, 'dead'], 1]);
});

test('an event that the dead letter refuses too is given up, and that is said', async (t) => {
  const { kinds } = await deliverTo(t, [400], [400]);
  assert.deepEqual(kinds, [400, 'lost']);
});
