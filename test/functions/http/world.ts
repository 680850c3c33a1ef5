import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

import { parseEvent } from '../../../functions/adapters/events.ts';
import { createHandler } from '../../../functions/http.ts';
import type { Instance, Log } from '../../../functions/run/instance.ts';
import { closeServer } from '../../support/x-server.ts';
import { instanceOf } from '../fixtures.ts';
import { type CountedInfluxDb, countedInfluxDb } from '../run/world.ts';

/** An answer, read. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The function's HTTP surface over parts made by hand. */
export interface Surface {
  readonly instance: Instance;
  readonly influxdb: CountedInfluxDb;
  /** Lines of log: level, message, facts. */
  readonly logged: (readonly [level: string, message: string, facts: Readonly<Record<string, unknown>>])[];
  /** A request by hand; `body` is sent as JSON. */
  readonly post: (body?: unknown, path?: string) => Promise<Received>;
  /** An event as a PingSource sends it. */
  readonly postEvent: (data?: unknown, path?: string) => Promise<Received>;
  /** A record event as a broker delivers it. */
  readonly postRecord: (data?: unknown, path?: string) => Promise<Received>;
  readonly get: () => Promise<Received>;
  readonly port: number;
}

/** Serves an instance for one test. */
export async function openSurface(
  t: TestContext,
  parts: Omit<NonNullable<Parameters<typeof instanceOf>[0]>, 'influxdb' | 'log'> & { influxdb?: CountedInfluxDb } = {},
): Promise<Surface> {
  const { influxdb = countedInfluxDb() } = parts;
  const logged: Surface['logged'] = [];
  const log: Log = (level, message, facts = {}) => logged.push([level, message, facts]);
  const instance = instanceOf({ ...parts, influxdb, log });
  const handle = createHandler(instance, parseEvent);
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => closeServer(server));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string, init: RequestInit): Promise<Received> => {
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const bodyOf = (body: unknown): RequestInit => (body === undefined ? {} : { body: JSON.stringify(body) });
  const ce = { 'ce-id': '1', 'ce-source': '/s', 'ce-specversion': '1.0', 'ce-type': 'dev.knative.sources.ping' };
  return {
    ...{ instance, influxdb, logged, port },
    post: (body, path = '/') => ask(path, { method: 'POST', ...bodyOf(body) }),
    postEvent: (data, path = '/') => ask(path, { method: 'POST', headers: ce, ...bodyOf(data) }),
    postRecord: (data, path = '/') =>
      ask(path, { method: 'POST', headers: { ...ce, 'ce-type': 'twittergraph.record.v1' }, ...bodyOf(data) }),
    get: () => ask('/', {}),
  };
}
