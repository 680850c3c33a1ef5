import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';

import { limitServer } from '../../../functions/http/server-limits.ts';
import { closeServer } from '../../support/x-server.ts';

limitServer({ maxBodyBytes: 100, keepAliveMs: 4321 });

/** A server as the framework makes one, which is announced to nobody; `bodies` are those its listener has read. */
async function startServer(t: TestContext): Promise<{ url: string; bodies: string[]; server: Server }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      bodies.push(text);
      response.end('read');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => closeServer(server));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, server };
}

test('a body within the limit reaches the listener, with the first request as with the next', async (t) => {
  const { url, bodies, server } = await startServer(t);
  for (const body of ['x'.repeat(100), '{}']) {
    const response = await fetch(url, { method: 'POST', body });
    assert.deepEqual([response.status, await response.text()], [200, 'read']);
  }
  assert.deepEqual(bodies, ['x'.repeat(100), '{}']);
  assert.equal(server.keepAliveTimeout, 4321);
});

test('a longer body is refused before anyone reads it', async (t) => {
  const { url, bodies } = await startServer(t);
  for (let round = 0; round < 2; round += 1) {
    const response = await fetch(url, { method: 'POST', body: 'x'.repeat(101) });
    assert.equal(response.status, 413);
    assert.deepEqual(await response.json(), { error: 'the body is larger than 100 bytes' });
  }
  assert.deepEqual(bodies, []);
});

test('a body that does not say its length is counted on its way in', async (t) => {
  const { url, bodies } = await startServer(t);
  const post = (...parts: readonly string[]): Promise<Response> => {
    const body = new ReadableStream({
      start(controller) {
        for (const part of parts) controller.enqueue(Buffer.from(part));
        controller.close();
      },
    });
    return fetch(url, { method: 'POST', body, duplex: 'half' });
  };
  assert.equal((await post('x'.repeat(60), 'y'.repeat(40))).status, 200);
  const refused = await post('x'.repeat(60), 'y'.repeat(41));
  assert.equal(refused.status, 413);
  assert.deepEqual(await refused.json(), { error: 'the body is larger than 100 bytes' });
  assert.equal((await post('{}')).status, 200);
  assert.deepEqual(bodies, ['x'.repeat(60) + 'y'.repeat(40), '{}']);
});

test('a compressed body is refused, since it can unpack to anything', async (t) => {
  const { url, bodies } = await startServer(t);
  const headers = { 'content-encoding': 'gzip' };
  const response = await fetch(url, { method: 'POST', headers, body: gzipSync('{}') });
  assert.equal(response.status, 415);
  assert.deepEqual(bodies, []);
  const plain = await fetch(url, { method: 'POST', headers: { 'content-encoding': 'identity' }, body: '{}' });
  assert.equal(plain.status, 200);
});
