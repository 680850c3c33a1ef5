import { setTimeout as delay } from 'node:timers/promises';

import { type Cluster, getObject, patchObject, waitFor, waitUntilReady } from './cluster.ts';
import { answerAsX, FOLLOWERS, type LoggedRun, type Neighbours, runsOf } from './neighbours.ts';

/** Seconds between two ticks in this test; the manifests say 900. */
const periodSeconds = 5;

/** Applies the base as it is, hastens its schedule, and waits for a tick's point in InfluxDB. */
export async function tryTick(cluster: Cluster, neighbours: Neighbours): Promise<string> {
  await apply(cluster, 'knative');
  await pointTo(cluster, 'pingsource', 'sink', neighbours);
  await hasten(cluster);
  await waitUntilReady(cluster, 'pingsource', 'twittergraph-users');
  const { time, followers } = await waitFor('a point in InfluxDB', 60, () => findNewestPoint(neighbours));
  if (followers !== FOLLOWERS) throw new Error(`InfluxDB has ${followers} followers, X said ${FOLLOWERS}`);
  if (Math.floor(time / 1000) % periodSeconds !== 0) throw new Error(`the point is not at a tick: ${iso(time)}`);
  return `the tick of ${iso(time)} is the point twitter_user,username=jack followers_count=${followers}i at that time`;
}

/** Applies the broker's overlay: the PingSources now send to the Broker. */
export async function applyBroker(cluster: Cluster, neighbours: Neighbours, deadLetterUrl?: string): Promise<string> {
  // The address that pointTo may have left there.
  const ref = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'twittergraph' };
  await patchObject(cluster, ['pingsource', 'twittergraph-users'], { spec: { sink: { ref, uri: null } } });
  await apply(cluster, 'knative/overlays/broker');
  await hasten(cluster);
  await pointTo(cluster, 'trigger', 'subscriber', neighbours);
  // The manifest waits 5 s and longer: here nobody has the time.
  const sink = deadLetterUrl === undefined ? {} : { deadLetterSink: { ref: null, uri: deadLetterUrl } };
  const delivery = { retry: 4, backoffDelay: 'PT1S', timeout: 'PT10S', ...sink };
  await patchObject(cluster, ['trigger', 'twittergraph'], { spec: { delivery } });
  for (const kind of ['broker', 'trigger']) await waitUntilReady(cluster, kind, 'twittergraph');
  await waitUntilReady(cluster, 'pingsource', 'twittergraph-users');
  const { status } = await getObject(cluster, 'pingsource', 'twittergraph-users');
  const { status: broker } = await getObject(cluster, 'broker', 'twittergraph');
  const { address } = broker as { address: { url: string } };
  if (status?.['sinkUri'] !== address.url) throw new Error(`the PingSource sends to ${String(status?.['sinkUri'])}`);
  return `Broker, Trigger and PingSource are ready; the PingSource sends to ${address.url}`;
}

/** Lets InfluxDB be away for a tick: the function answers 503 and gets the same event again when it is back. */
export async function tryAgain(neighbours: Neighbours): Promise<string> {
  const { influxd } = neighbours;
  await influxd.stop();
  const before = runsOf(neighbours).length;
  const refused = await waitFor('a run without InfluxDB', 30, async () =>
    Promise.resolve(runsOf(neighbours).slice(before).find(isForRetry)),
  );
  await influxd.start();
  const attempts = await waitFor('the same tick again', 30, async () => {
    const runs = runsOf(neighbours).filter(({ time }) => time === refused.time);
    return Promise.resolve(runs.at(-1)?.failures.length === 0 ? runs : undefined);
  });
  const point = await findPoint(neighbours, Date.parse(refused.time));
  if (point === undefined) throw new Error(`InfluxDB has no point at ${refused.time}`);
  const seen = attempts.map(({ failures }) => (failures[0] ? `503 ${failures[0].reason}` : '204'));
  return `the tick of ${refused.time} came ${attempts.length} times (${seen.join(', ')}), its point is stored`;
}

/** Lets X refuse the credential: the function answers 422, and the event ends as a line of the dead letter. */
export async function tryDeadLetter(
  neighbours: Neighbours,
  readLines: () => Promise<readonly string[]>,
): Promise<string> {
  neighbours.x.reply = () => ({ status: 401, body: { title: 'Unauthorized', status: 401, detail: 'Unauthorized' } });
  const line = await waitFor('a dead letter with the code 422', 60, async () =>
    (await readLines()).find((each) => each.includes('"code":422')),
  );
  neighbours.x.reply = answerAsX;
  const letter = JSON.parse(line) as {
    type: string;
    id: string;
    time: string;
    data: object;
    answer?: { reason?: string };
  };
  if (letter.type !== 'dev.knative.sources.ping' || !letter.id || letter.answer?.reason !== 'unauthorized')
    throw new Error(`the dead letter does not say enough: ${line}`);
  // Again would not help: one attempt, and no other after it.
  await delay(2000);
  const attempts = runsOf(neighbours).filter(
    ({ time }) => Date.parse(time) === Math.floor(Date.parse(letter.time) / 1000) * 1000,
  );
  if (attempts.length !== 1) throw new Error(`the tick of ${letter.time} was tried ${attempts.length} times`);
  return line;
}

async function apply(cluster: Cluster, folder: string): Promise<void> {
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '--validate=strict', '-k', folder]);
}

async function hasten(cluster: Cluster): Promise<void> {
  const spec = { schedule: `*/${periodSeconds} * * * * *` };
  await patchObject(cluster, ['pingsource', 'twittergraph-users'], { spec });
}

/** Where Serving runs, the function on this machine is no Service of its: events go to its address instead. */
async function pointTo(cluster: Cluster, kind: string, field: string, { functionUrl }: Neighbours): Promise<void> {
  const { status } = await getObject(cluster, 'ksvc', 'twittergraph');
  if ((status?.['address'] as { url?: string } | undefined)?.url === functionUrl) return;
  const name = kind === 'trigger' ? 'twittergraph' : 'twittergraph-users';
  await patchObject(cluster, [kind, name], { spec: { [field]: { ref: null, uri: functionUrl } } });
}

function isForRetry({ failures }: LoggedRun): boolean {
  return failures.some(({ retryable }) => retryable);
}

interface Point {
  readonly time: number;
  readonly followers: number;
}

function findNewestPoint(neighbours: Neighbours): Promise<Point | undefined> {
  return queryPoint(neighbours, 'ORDER BY time DESC LIMIT 1');
}

/** jack's point at a time in Unix milliseconds. */
export function findPoint(neighbours: Pick<Neighbours, 'influxd'>, timeMs: number): Promise<Point | undefined> {
  return queryPoint(neighbours, `AND time = ${timeMs}ms`);
}

async function queryPoint({ influxd }: Pick<Neighbours, 'influxd'>, rest: string): Promise<Point | undefined> {
  const q = `SELECT followers_count FROM twitter_user WHERE username = 'jack' ${rest}`;
  const answer = (await influxd.query(q)) as { results: { series?: { values: [string, number][] }[] }[] };
  const [time, followers] = answer.results[0]?.series?.[0]?.values[0] ?? [];
  return time === undefined || followers === undefined ? undefined : { time: Date.parse(time), followers };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000', '');
}
