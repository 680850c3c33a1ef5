import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';

import type { StoreAccess } from '../../../functions/config/credentials.ts';
import { closeServer } from '../../support/x-server.ts';

/** What a store answers; `hang` is no answer at all, `drip` a head and then nothing, `close` the connection's end. */
export type StoreReply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | 'hang'
  | 'drip'
  | 'close';

/** A request as the store got it, its body unpacked. */
export interface StoreRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A store that keeps what it is sent. */
export interface RecordingStore {
  readonly access: StoreAccess;
  readonly seen: StoreRequest[];
  readonly sockets: readonly Socket[];
  /** Requests begun and not yet answered. */
  readonly open: () => number;
}

/** Starts a store on loopback that answers as `reply` says, and goes with the test. */
export async function startRecordingStore(
  t: TestContext,
  reply: (request: StoreRequest, count: number) => StoreReply,
): Promise<RecordingStore> {
  const seen: StoreRequest[] = [];
  const sockets: Socket[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    open += 1;
    response.on('finish', () => (open -= 1));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store');
      const query = Object.fromEntries(searchParams);
      seen.push({
        method: request.method ?? '',
        path: pathname,
        query,
        headers: request.headers,
        body: body.toString(),
      });
      const answer = reply(seen.at(-1) as StoreRequest, seen.length);
      if (answer === 'close') request.socket.destroy();
      else if (answer === 'drip') response.writeHead(200).write(' ');
      else if (answer !== 'hang') {
        const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
        response.end(answer.body === undefined ? undefined : text);
      }
    });
  });
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => closeServer(server));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const access = { url, database: 'stats & more', username: 'wri ter', password: 'pä:ss-marker' };
  return { access, seen, sockets, open: () => open };
}

/** Resolves once every connection has been closed. */
export async function untilClosed(sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) if (!socket.closed) await once(socket, 'close');
}
