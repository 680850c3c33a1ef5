import { setTimeout as wait } from 'node:timers/promises';
import { Consumer, type Message, stringDeserializer } from '@platformatic/kafka';
import { type Random, seedRandom } from '../../week/posting.ts';
import { deliver } from './deliver.ts';
import { noteCommitted, noteDone, noteRead, type Offsets, uncommitted } from './offsets.ts';
import { type BridgeSettings, printLine } from './settings.ts';

/** As in Knative: so many requests at a time, and a commit of what is done every five seconds. */
const maxUnderWay = 50;
const commitEveryMs = 5000;
const sessionTimeoutMs = 10_000;
const heartbeatMs = 3000;
/** A consumer that has broken off is started again. */
const restartAfterMs = 300;
const maxHeldMs = 2000;

type Read = Message<string, Buffer, string, string>;

/** Delivers what is in the topic, for ever: at least once, in no order, and commits only what was delivered or is dead. */
export async function runEgress(settings: BridgeSettings): Promise<never> {
  const random = seedRandom(settings.seed);
  for (;;) {
    const consumer = new Consumer({
      clientId: 'bridge-egress',
      groupId: settings.group,
      bootstrapBrokers: [settings.kafka],
      retries: 3,
      retryDelay: 200,
      deserializers: { key: stringDeserializer, headerKey: stringDeserializer, headerValue: stringDeserializer },
    });
    const offsets: Offsets = new Map();
    const committing = setInterval(() => void commit(consumer, settings.topic, offsets), commitEveryMs);
    try {
      await consume(consumer, settings, offsets, random);
    } catch (error) {
      printLine({ kind: 'trouble', of: 'consumer', detail: String(error) });
    }
    clearInterval(committing);
    await closeConsumer(consumer);
    await wait(restartAfterMs);
  }
}

type RecordConsumer = Consumer<string, Buffer, string, string>;

async function consume(
  consumer: RecordConsumer,
  settings: BridgeSettings,
  offsets: Offsets,
  random: Random,
): Promise<void> {
  const stream = await consumer.consume({
    topics: [settings.topic],
    mode: 'committed',
    fallbackMode: 'earliest',
    autocommit: false,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: heartbeatMs,
    rebalanceTimeout: sessionTimeoutMs,
    maxWaitTime: 500,
    highWaterMark: maxUnderWay,
  });
  const underWay = new Set<Promise<void>>();
  for await (const record of stream) {
    noteRead(offsets, record.partition, record.offset);
    const handling = handle(record, settings, offsets, random).finally(() => underWay.delete(handling));
    underWay.add(handling);
    if (underWay.size >= maxUnderWay) await Promise.race(underWay);
  }
}

/** Delivers a record, some of them later than those behind it and some twice. */
async function handle(record: Read, settings: BridgeSettings, offsets: Offsets, random: Random): Promise<void> {
  const isMeant = record.headers.get('ce_type') === settings.type;
  const [isHeld, isDoubled] = [random() < settings.heldShare, random() < settings.doubledShare];
  if (isHeld) await wait(random() * maxHeldMs);
  if (isMeant) await deliver(record, settings, printLine);
  noteDone(offsets, record.partition, record.offset);
  if (!isDoubled || !isMeant) return;
  await wait(random() * maxHeldMs);
  await deliver(record, settings, printLine);
}

async function commit(consumer: RecordConsumer, topic: string, offsets: Offsets): Promise<void> {
  const waiting = uncommitted(offsets);
  if (waiting.length === 0) return;
  try {
    await consumer.commit({ offsets: waiting.map((each) => ({ topic, ...each, leaderEpoch: -1 })) });
    noteCommitted(offsets, waiting);
  } catch (error) {
    printLine({ kind: 'trouble', of: 'commit', detail: String(error) });
  }
}

/** Whether or not its Kafka is there to be told. */
function closeConsumer(consumer: RecordConsumer): Promise<void> {
  return new Promise((resolve) => {
    consumer.close(true, () => {
      resolve();
    });
  });
}
