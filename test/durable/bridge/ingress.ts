import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Producer, stringSerializer } from '@platformatic/kafka';
import { toRecord } from './event.ts';
import { type BridgeSettings, printLine } from './settings.ts';

/** One attempt of the producer: Knative's is set to the same. */
const requestTimeoutMs = 2000;
const [accepted, noEvent, unavailable] = [202, 400, 503];

/** Takes events over HTTP: 202 once Kafka has a record on disk for all its replicas, 503 where it has not. */
export async function startIngress({ port, kafka, topic }: BridgeSettings): Promise<void> {
  const producer = new Producer({
    clientId: 'bridge-ingress',
    bootstrapBrokers: [kafka],
    timeout: requestTimeoutMs,
    connectTimeout: requestTimeoutMs,
    retries: 1,
    retryDelay: 100,
    acks: -1,
    serializers: { key: stringSerializer, headerKey: stringSerializer, headerValue: stringSerializer },
  });
  const take = async (request: IncomingMessage): Promise<number> => {
    const body = await readBody(request);
    const record = toRecord({ headers: request.headers as Record<string, string>, body });
    if (record === undefined) return noEvent;
    const { key, headers, value } = record;
    const message = { topic, value, headers, ...(key === undefined ? {} : { key }) };
    await producer.send({ messages: [message] });
    return accepted;
  };
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end('ok');
      return;
    }
    take(request).then(
      (status) => response.writeHead(status).end(),
      (error: unknown) => {
        printLine({ kind: 'trouble', of: 'producer', detail: String(error) });
        response.writeHead(unavailable).end();
      },
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
