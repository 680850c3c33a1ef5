import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** An answer of X, or a way in which a server fails to give one. */
export type XReply =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      /** How long it takes. */
      readonly afterMs?: number;
    }
  | { readonly fault: 'hang' | 'drip' | 'cut' | 'cut-gzip' | 'corrupt-gzip' | 'close' };

/** A request X was sent. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** X mocked at the HTTP layer; `reply` may be replaced while it runs. */
export interface XServer {
  /** What `TWITTER_API_URL` takes. */
  readonly url: string;
  readonly seen: SeenRequest[];
  reply: (request: SeenRequest) => XReply;
  close(): Promise<void>;
}

/** Starts a server on loopback that answers as `reply` says. */
export async function startXServer(reply: XServer['reply']): Promise<XServer> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const seen = { method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers };
    x.seen.push(seen);
    const answer = x.reply(seen);
    if ('afterMs' in answer) setTimeout(send, answer.afterMs, response, answer);
    else send(response, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const x: XServer = { url: `http://127.0.0.1:${port}/2/`, seen: [], reply, close: () => closeServer(server) };
  return x;
}

/** A profile as X sends it with `user.fields=public_metrics`. */
export function profile(id: string, username: string, followers = 100): object {
  const counts = { following_count: 3, tweet_count: 50, listed_count: 2, like_count: 9, media_count: 4 };
  return { id, name: username, username, public_metrics: { followers_count: followers, ...counts } };
}

/** What X says in `errors[]` of a name it does not know. */
export function unknownName(value: string): object {
  return {
    value,
    detail: `Could not find user with usernames: [${value}].`,
    title: 'Not Found Error',
    resource_type: 'user',
    parameter: 'usernames',
    resource_id: value,
    type: 'https://api.twitter.com/2/problems/resource-not-found',
  };
}

/** What X says in `errors[]` of a suspended account: the type is that of an unknown one. */
export function suspendedName(value: string): object {
  return { ...unknownName(value), title: 'Forbidden', detail: `User has been suspended: [${value}].` };
}

/** Closes a server together with the connections that still hang in it. */
export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

const users = JSON.stringify({ data: [profile('12', 'jack')] });

function send(response: ServerResponse, reply: XReply): void {
  if ('fault' in reply) {
    sendFault(response, reply.fault);
    return;
  }
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? '');
  response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers });
  response.end(reply.body === undefined ? undefined : text);
}

function sendFault(response: ServerResponse, fault: Extract<XReply, { fault: string }>['fault']): void {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const zipped = gzipSync(users);
  if (fault === 'hang') return;
  if (fault === 'close') {
    response.socket?.destroy();
  } else if (fault === 'drip') {
    response.writeHead(200, json);
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => {
      clearInterval(timer);
    });
  } else if (fault === 'corrupt-gzip') {
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(Buffer.from(zipped).fill(7, 10, 40));
  } else {
    const bytes = fault === 'cut' ? Buffer.from(users) : zipped;
    const encoding = fault === 'cut' ? {} : { 'content-encoding': 'gzip' };
    response.writeHead(200, { ...json, ...encoding, 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy());
  }
}
