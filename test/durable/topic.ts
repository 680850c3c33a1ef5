import { setTimeout as wait } from 'node:timers/promises';
import { countRecords } from './kafka/server.ts';
import { topic, type World } from './world.ts';

const patienceMs = 600_000;
const pauseMs = 1000;

/** The id of the one event that no recorder can take. */
export const brokenId = 'broken-on-purpose';

/** Sends an event that is no record, so that it is seen that the dead letter works. */
export async function sendBroken({ bridge }: World): Promise<void> {
  const headers = {
    'ce-id': brokenId,
    'ce-source': '/test',
    'ce-specversion': '1.0',
    'ce-type': 'twittergraph.record.v1',
    'content-type': 'application/json',
  };
  const givenUpAt = Date.now() + patienceMs;
  while (Date.now() < givenUpAt) {
    const answer = await fetch(bridge.url, { method: 'POST', headers, body: '{"points":[]}' }).catch(() => undefined);
    if (answer?.status === 202) return;
    await wait(pauseMs);
  }
  throw new Error('the bridge takes no event');
}

/** Waits until nothing of the topic waits. Throws how much still does when that takes too long. */
export async function waitUntilDone({ kafka }: World, onProgress: (text: string) => void): Promise<void> {
  const givenUpAt = Date.now() + patienceMs;
  let waiting = NaN;
  while (Date.now() < givenUpAt) {
    ({ waiting } = await countRecords(kafka.address, topic).catch(() => ({ waiting: NaN })));
    if (waiting === 0) return;
    onProgress(`waiting until the topic is empty: ${waiting} events`);
    await wait(pauseMs);
  }
  throw new Error(`${waiting} events still wait in the topic after ${patienceMs / 60_000} minutes`);
}
