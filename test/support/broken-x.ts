import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { TestContext } from 'node:test';
import { createCertificate } from './certificate.ts';

/** A server that sends these bytes in answer to whatever it is sent, and then nothing more or, where it `closes`, the end. Its `TWITTER_API_URL`. */
export function startByteServer(t: TestContext, bytes: string, { closes = false } = {}): Promise<string> {
  const server = createServer((socket) => {
    t.after(() => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', () => (closes ? socket.end(bytes) : socket.write(bytes)));
  });
  return listen(t, server, 'http');
}

/** An HTTPS server whose certificate nobody vouches for; it would answer everything. Its `TWITTER_API_URL`. */
export function startUntrustedServer(t: TestContext): Promise<string> {
  const pem = createCertificate();
  const server = createHttpsServer({ key: pem, cert: pem }, (_request, response) => response.end('{"data":[]}'));
  return listen(t, server, 'https');
}

async function listen(t: TestContext, server: Server, scheme: string): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/2/`;
}
