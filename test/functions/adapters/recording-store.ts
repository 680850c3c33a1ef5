import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';

import type { StoreAccess } from '../../../functions/config/credentials.ts';
import { closeServer } from '../../support/x-server.ts';

/**
 * What a store answers; `endless` is a part of a body that is sent again and again; `hang` is no answer at all, `drip` a
 * head and then nothing, `close` the connection's end.
 */
export type StoreReply =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      readonly endless?: string | (() => string);
    }
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
  /** Ends it before the test does. */
  close(): Promise<void>;
}

/** Starts a store on loopback that answers as `reply` says, and goes with the test. */
export async function startRecordingStore(
  t: TestContext,
  reply: (request: StoreRequest, count: number) => StoreReply,
): Promise<RecordingStore> {
  const seen: StoreRequest[] = [];
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
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
      else if (answer !== 'hang') send(response, answer);
    });
  });
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): Promise<void> => closeServer(server);
  t.after(() => (server.listening ? close() : undefined));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const access = { url, database: 'stats & more', username: 'wri ter', password: 'pä:ss-marker' };
  return { access, seen, sockets, close };
}

function send(response: ServerResponse, { status, headers, body, endless }: Exclude<StoreReply, string>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  if (endless === undefined) {
    const isWritable = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    response.end(isWritable ? body : JSON.stringify(body));
    return;
  }
  // Since Node 26 what is written to a closed connection fails at once, and `destroyed` is true only later.
  const next = (error?: Error | null): void => {
    if (!error && !response.destroyed) response.write(typeof endless === 'string' ? endless : endless(), next);
  };
  next();
}

/** Resolves once every connection has been closed, in order or not. */
export async function untilClosed(sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}
