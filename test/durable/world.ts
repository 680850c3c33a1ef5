import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BillingX, startBillingX } from '../support/billing-x.ts';
import { findFreePort, type Influxd, startInfluxd } from '../support/influxd.ts';
import { closeServer } from '../support/x-server.ts';
import type { BridgeLine, BridgeSettings } from './bridge/settings.ts';
import { createTopic, type Kafka, startKafka } from './kafka/server.ts';
import { countTicks, createAccounts, functionCommand, type Owner, startOwner, storeEnv } from './owner.ts';
import { defineProcess, isAnswering, type Process } from './process.ts';

/** Everything of durable mode, each a process of its own but for X and the dead letter. */
export interface World {
  readonly x: BillingX;
  readonly influxd: Influxd;
  readonly kafka: Kafka;
  readonly bridge: Process;
  readonly recorder: Process;
  readonly owners: readonly Owner[];
  /** What the bridges have printed. */
  readonly lines: BridgeLine[];
  /** The headers of what reached the dead letter. */
  readonly letters: Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

/** How many owners, with how many accounts each. */
export interface WorldOptions {
  readonly jars: string;
  readonly seed: number;
  readonly accounts: readonly number[];
  /** Whether the bridge holds some events back and sends some twice. */
  readonly isUnruly: boolean;
  /** Of a collector's run. A third of it passes before X is asked while InfluxDB is away. */
  readonly runTimeoutSeconds: number;
}

/** As in knative/overlays/durable, where Knative itself names the group after the Trigger. */
export const topic = { topic: 'knative-broker-test', group: 'knative-trigger-test', partitions: 6 } as const;
/** The Trigger's schedule is one of hours: here twenty times faster. */
const delivery = { retry: 15, backoffDelayMs: 100, timeoutMs: 35_000 } as const;
const recorderSeconds = 5;
const unrulyShares = { heldShare: 0.25, doubledShare: 0.2 } as const;

/** Starts all of it. */
export async function startWorld({ jars, seed, accounts, isUnruly, runTimeoutSeconds }: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-durable-'));
  const kafka = await startKafka(jars, join(folder, 'kafka'));
  await createTopic(kafka.address, topic.topic, topic.partitions);
  const influxd = await startInfluxd();
  const letters: World['letters'] = [];
  const deadLetters = await startDeadLetters(letters);
  const recorder = await startRecorder(influxd);
  const lines: BridgeLine[] = [];
  const bridge = await startBridge(
    {
      ...{ kafka: kafka.address, topic: topic.topic, group: topic.group, type: 'twittergraph.record.v1', seed },
      ...{ subscriber: recorder.url, deadLetterSink: addressOf(deadLetters), ...delivery },
      ...(isUnruly ? unrulyShares : { heldShare: 0, doubledShare: 0 }),
      port: await findFreePort(),
    },
    lines,
  );
  const lists = accounts.map((count, index) => createAccounts(`owner${index + 1}`, index, count));
  const x = await startBillingX(lists.flat());
  const owners: Owner[] = [];
  for (const [index, list] of lists.entries()) {
    owners.push(
      await startOwner(`owner${index + 1}`, list, { x, influxd, sinkUrl: bridge.url, folder, runTimeoutSeconds }),
    );
  }
  countTicks(x, owners);
  const close = async (): Promise<void> => {
    await Promise.all(
      [...owners.map(({ collector }) => collector), bridge, recorder, kafka].map((each) => each.kill()),
    );
    await Promise.all([x.close(), influxd.close(), closeServer(deadLetters)]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { x, influxd, kafka, bridge, recorder, owners, lines, letters, close };
}

async function startRecorder(influxd: Influxd): Promise<Process> {
  const port = await findFreePort();
  const recorder = defineProcess({
    name: 'recorder',
    command: functionCommand,
    env: {
      ...storeEnv(influxd),
      CONFIG_DIR: '/nonexistent',
      NODE_ENV: 'production',
      JOBS: 'record',
      RUN_TIMEOUT_SECONDS: String(recorderSeconds),
      PORT: String(port),
    },
    url: `http://127.0.0.1:${port}`,
    isReady: () => isAnswering(`http://127.0.0.1:${port}/health/readiness`),
  });
  await recorder.start();
  return recorder;
}

async function startBridge(settings: BridgeSettings, lines: BridgeLine[]): Promise<Process> {
  const url = `http://127.0.0.1:${settings.port}`;
  const bridge = defineProcess({
    name: 'bridge',
    command: [process.execPath, '--import', 'tsx', 'test/durable/bridge/index.ts', JSON.stringify(settings)],
    env: { PATH: process.env['PATH'] ?? '' },
    url,
    isReady: () => isAnswering(url),
    onLine: (line) => {
      if (line.startsWith('{') && line.endsWith('}')) lines.push(JSON.parse(line) as BridgeLine);
    },
  });
  await bridge.start();
  return bridge;
}

async function startDeadLetters(letters: World['letters']): Promise<Server> {
  const server = createServer((request, response) => {
    letters.push(request.headers);
    request.resume().once('end', () => response.writeHead(202).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
