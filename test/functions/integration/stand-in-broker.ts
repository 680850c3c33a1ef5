import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

import { closeServer } from '../../support/x-server.ts';

/** An event as it came: attributes by name, and its data. */
export interface KeptEvent {
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/** A broker that keeps what it takes until it is told to deliver. It stands in for one that is durable. */
export interface StandInBroker {
  /** What `K_SINK` takes. */
  readonly url: string;
  /** What it answers. */
  status: number;
  readonly kept: KeptEvent[];
  /** Delivers these once, in this order, in binary mode; gives back those that were not answered with 2xx. */
  deliver(events: readonly KeptEvent[], subscriber: string): Promise<DeadLetter[]>;
}

/** An event that was not taken, and the status. */
export interface DeadLetter {
  readonly event: KeptEvent;
  readonly status: number;
}

/** Starts one on loopback for a test. */
export async function startBroker(t: TestContext): Promise<StandInBroker> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const data: unknown = JSON.parse(Buffer.concat(chunks).toString());
      if (broker.status === 202) broker.kept.push({ attributes: attributesOf(request.headers), data });
      response.writeHead(broker.status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => closeServer(server));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tg/twittergraph`;
  const broker: StandInBroker = { url, status: 202, kept: [], deliver };
  return broker;
}

/** An event in structured mode, as a line of JSON. */
export function toStructured({ attributes, data }: KeptEvent): string {
  return JSON.stringify({ ...attributes, datacontenttype: 'application/json', data });
}

async function deliver(events: readonly KeptEvent[], subscriber: string): Promise<DeadLetter[]> {
  const dead: DeadLetter[] = [];
  for (const event of events) {
    const attributes = Object.entries(event.attributes).map(([name, value]) => [`ce-${name}`, value]);
    const headers = { 'content-type': 'application/json', ...Object.fromEntries(attributes) } as Record<string, string>;
    const { status } = await fetch(subscriber, { method: 'POST', headers, body: JSON.stringify(event.data) });
    if (status >= 300) dead.push({ event, status });
  }
  return dead;
}

function attributesOf(headers: IncomingHttpHeaders): Record<string, string> {
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
  return Object.fromEntries(attributes.map(([name, value]) => [name.slice('ce-'.length), String(value)]));
}
