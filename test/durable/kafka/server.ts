import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { findFreePort } from '../../support/influxd.ts';
import { runQuietly } from '../../setup/programs.ts';
import { defineProcess, type Process } from '../process.ts';

/** A real Kafka of one node in KRaft mode, on loopback. */
export interface Kafka extends Process {
  /** `host:port` for clients. */
  readonly address: string;
}

const java = ['java', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Formats its storage in a folder and starts it. */
export async function startKafka(jars: string, folder: string): Promise<Kafka> {
  const [port, controllerPort] = [await findFreePort(), await findFreePort()];
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'server.properties');
  writeFileSync(file, propertiesOf(folder, port, controllerPort));
  const classes = ['-cp', join(jars, '*')];
  const id = randomBytes(16).toString('base64url');
  runQuietly('java', [...classes, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', file]);
  const address = `127.0.0.1:${port}`;
  const process = defineProcess({
    name: 'Kafka',
    command: [...java, ...classes, 'kafka.Kafka', file],
    env: { PATH: globalThis.process.env['PATH'] ?? '' },
    url: address,
    isReady: () => askKafka(address, async (admin) => (await admin.listTopics()).length >= 0),
  });
  await process.start();
  return { ...process, address };
}

/** Makes a topic as the overlay's ConfigMap has it, but for the one replica of a single node. */
export async function createTopic(address: string, topic: string, partitions: number): Promise<void> {
  await askKafka(address, (admin) => admin.createTopics({ topics: [topic], partitions, replicas: 1 }));
}

/** How many records a topic has, and how many of them wait for the group. */
export function countRecords(
  address: string,
  { topic, group, partitions }: { readonly topic: string; readonly group: string; readonly partitions: number },
): Promise<{ readonly records: number; readonly waiting: number }> {
  return askKafka(address, async (admin) => {
    const numbers = Array.from({ length: partitions }, (_, partitionIndex) => partitionIndex);
    const ends = await admin.listOffsets({
      topics: [{ name: topic, partitions: numbers.map((partitionIndex) => ({ partitionIndex, timestamp: latest })) }],
    });
    const groups = await admin.listConsumerGroupOffsets({ groups: [group] });
    const committed = groups.flatMap(({ topics }) => topics.flatMap((each) => each.partitions));
    const records = sumOf(ends.flatMap((each) => each.partitions.map(({ offset }) => offset)));
    // -1 where nothing of a partition was committed yet.
    const done = sumOf(committed.map(({ committedOffset }) => (committedOffset > 0n ? committedOffset : 0n)));
    return { records, waiting: records - done };
  });
}

/** https://kafka.apache.org/protocol: the offset of the next record. */
const latest = -1n;

async function askKafka<T>(address: string, ask: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({
    clientId: 'tests',
    bootstrapBrokers: [address],
    retries: 5,
    retryDelay: 200,
    timeout: 5000,
  });
  try {
    return await ask(admin);
  } finally {
    await admin.close();
  }
}

function sumOf(offsets: readonly bigint[]): number {
  return Number(offsets.reduce((sum, offset) => sum + offset, 0n));
}

function propertiesOf(folder: string, port: number, controllerPort: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${join(folder, 'data')}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
`;
}
