import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { closeServer } from '../../support/x-server.ts';

/** A proxy in front of InfluxDB. */
export interface Proxy {
  readonly url: string;
  /** What it says to a path itself instead of handing the request on. */
  answer: (path: string) => { readonly status: number; readonly body: string } | undefined;
}

/** Starts a proxy that hands everything on to a server; it ends with the test. */
export async function startProxy(t: TestContext, target: string): Promise<Proxy> {
  const server = createServer((request, response) => {
    const own = proxy.answer(request.url ?? '/');
    if (own !== undefined) {
      request.resume();
      response.writeHead(own.status, { 'content-type': 'application/json' }).end(own.body);
      return;
    }
    const { method = 'GET', headers } = request;
    const passing = send(`${target}${request.url ?? '/'}`, { method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    passing.on('error', () => response.destroy());
    request.pipe(passing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => closeServer(server));
  const { port } = server.address() as AddressInfo;
  const proxy: Proxy = { url: `http://127.0.0.1:${port}`, answer: () => undefined };
  return proxy;
}
