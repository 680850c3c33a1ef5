import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { type FunctionProcess, startFunction } from '../../support/function-process.ts';
import { profile } from '../../support/x-server.ts';
import { seedRandom } from '../../week/posting.ts';
import { type Pipeline, readPoints, startPipeline } from './pipeline.ts';
import { type KeptEvent, type StandInBroker, startBroker, toStructured } from './stand-in-broker.ts';

/** A collector that hands its results to a broker, and the recorder behind it; both are the built function. */
interface Durable extends Pipeline {
  readonly broker: StandInBroker;
  readonly recorder: FunctionProcess;
}

async function startDurable(t: TestContext, env: Readonly<Record<string, string>> = {}): Promise<Durable> {
  const broker = await startBroker(t);
  // A third of it is for InfluxDB's answer before X is asked.
  const durable = { K_SINK: broker.url, RUN_TIMEOUT_SECONDS: '6', ...env };
  const pipeline = await startPipeline(t, { users: 'jack, ada', env: durable });
  const { INFLUXDB_URL = '', INFLUXDB_USERNAME = '', INFLUXDB_PASSWORD = '' } = pipeline.env;
  const ofRecorder = { JOBS: 'record', INFLUXDB_URL, INFLUXDB_USERNAME, INFLUXDB_PASSWORD, RUN_TIMEOUT_SECONDS: '3' };
  const recorder = await startFunction(ofRecorder);
  t.after(() => recorder.stop());
  let followers = 100;
  pipeline.x.reply = () => {
    followers += 1;
    return { status: 200, body: { data: [profile('12', 'jack', followers), profile('13', 'ada', followers)] } };
  };
  return { ...pipeline, broker, recorder };
}

const tick = { job: 'collect', collectors: ['user'] };
const secondsAgo = (seconds: number): string => `${new Date(Date.now() - seconds * 1000).toISOString().slice(0, 19)}Z`;

/** Every event twice, in an order that the seed decides. */
function doubledAndMixed(events: readonly KeptEvent[], seed: number): KeptEvent[] {
  const random = seedRandom(seed);
  return [...events, ...events]
    .map((event) => ({ event, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ event }) => event);
}

/** Which account has a profile when, with which count. */
async function profilesIn({ influxd }: Durable): Promise<string[]> {
  const points = await readPoints(influxd, 'twitter_user');
  return points
    .map(({ time, username, followers_count: count }) => `${String(time)} ${String(username)} ${String(count)}`)
    .sort();
}

/** The profiles that ticks bring, the first of which has 101 followers. */
function profilesOf(times: readonly string[]): string[] {
  return times.flatMap((time, index) => ['ada', 'jack'].map((name) => `${time} ${name} ${101 + index}`)).sort();
}

/** What the ledger says was spent today, by a question of its own. */
async function spentToday({ fn }: Durable): Promise<number> {
  const response = await fn.post('/', { ...tick, users: ['jack'] });
  return ((await response.json()) as { cost: { spentTodayMicroUsd: number } }).cost.spentTodayMicroUsd;
}

test('every point of every tick arrives by the broker, doubled and out of order, and each profile is paid once', async (t) => {
  const durable = await startDurable(t);
  const { fn, broker, recorder, influxd } = durable;
  const times = [300, 240, 180, 120, 60, 0].map(secondsAgo);
  for (const time of times) assert.equal((await fn.postEvent(tick, { 'ce-time': time })).status, 204);
  assert.deepEqual(await readPoints(influxd, 'twitter_user'), [], 'results do not go past the broker');
  const ids = broker.kept.map(({ attributes }) => attributes['id']);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(await broker.deliver(doubledAndMixed(broker.kept, 7), recorder.url), []);
  assert.deepEqual(await profilesIn(durable), profilesOf(times));
  assert.equal((await readPoints(influxd, 'twitter_collector_run')).length, times.length);
  const ledger = await readPoints(influxd, 'twitter_ledger');
  assert.deepEqual(ledger.map(({ state }) => state).sort(), ['reserved', 'settled']);
  assert.equal(await spentToday(durable), 20_000);
});

test('with InfluxDB stopped profiles are read and posts are not; after its return every point is at its own time', async (t) => {
  const durable = await startDurable(t);
  const { fn, broker, recorder, influxd, x } = durable;
  const times = [180, 120, 60, 0].map(secondsAgo);
  const [before = '', second = '', third = '', last = ''] = times;
  assert.equal((await fn.postEvent(tick, { 'ce-time': before })).status, 204);
  await influxd.stop();
  for (const time of [second, third]) assert.equal((await fn.postEvent(tick, { 'ce-time': time })).status, 204);
  // Whose posts they are is a question for profiles, which is answered and stored.
  const posts = await fn.postEvent({ job: 'collect', collectors: ['tweet'] }, { 'ce-time': last });
  assert.deepEqual([posts.status, ((await posts.json()) as { reason: string }).reason], [503, 'store_unavailable']);
  assert.deepEqual(
    x.seen.filter(({ path }) => path.endsWith('/tweets')),
    [],
    'nothing is bought whose ledger cannot be read',
  );
  const dead = await broker.deliver(broker.kept.slice(0, 1), recorder.url);
  assert.deepEqual(
    dead.map(({ status }) => status),
    [503],
    'the recorder asks for it again',
  );
  await influxd.start();
  assert.deepEqual(await broker.deliver(doubledAndMixed(broker.kept, 8), recorder.url), []);
  assert.deepEqual(await profilesIn(durable), profilesOf(times));
  assert.equal(await spentToday(durable), 20_000);
});

test('a process that began with InfluxDB away collects, and its books say what it cost', async (t) => {
  const durable = await startDurable(t);
  const { fn, broker, recorder, influxd } = durable;
  await influxd.stop();
  const times = [60, 0].map(secondsAgo);
  for (const time of times) assert.equal((await fn.postEvent(tick, { 'ce-time': time })).status, 204);
  await influxd.start();
  assert.deepEqual(await broker.deliver(doubledAndMixed(broker.kept, 9), recorder.url), []);
  assert.deepEqual(await profilesIn(durable), profilesOf(times));
  assert.equal(await spentToday(durable), 20_000, 'X bills each profile once a day');
});

test('a broker that is away: 503 broker_unavailable, and the same event once more is stored', async (t) => {
  const durable = await startDurable(t, { RUN_TIMEOUT_SECONDS: '2' });
  const { fn, broker, recorder } = durable;
  const time = secondsAgo(0);
  broker.status = 503;
  const failed = await fn.postEvent(tick, { 'ce-time': time });
  assert.deepEqual([failed.status, ((await failed.json()) as { reason: string }).reason], [503, 'broker_unavailable']);
  broker.status = 202;
  assert.equal((await fn.postEvent(tick, { 'ce-time': time })).status, 204);
  assert.deepEqual(await broker.deliver(broker.kept, recorder.url), []);
  assert.equal((await profilesIn(durable)).length, 2);
  assert.equal(await spentToday(durable), 20_000);
});

test('what InfluxDB refuses for good is a dead letter, whole, and is stored when it is sent again after the repair', async (t) => {
  const durable = await startDurable(t);
  const { fn, broker, recorder, influxd } = durable;
  const time = secondsAgo(0);
  assert.equal((await fn.postEvent(tick, { 'ce-time': time })).status, 204);
  await influxd.adminQuery('REVOKE ALL ON "twittergraph" FROM "twittergraph"');
  const dead = await broker.deliver(broker.kept, recorder.url);
  assert.deepEqual(new Set(dead.map(({ status }) => status)), new Set([422]));
  assert.deepEqual(
    dead.map(({ event }) => event),
    broker.kept,
  );
  await influxd.adminQuery('GRANT ALL ON "twittergraph" TO "twittergraph"');
  for (const { event } of dead) {
    const headers = { 'content-type': 'application/cloudevents+json' };
    const { status } = await fetch(recorder.url, { method: 'POST', headers, body: toStructured(event) });
    assert.equal(status, 204);
  }
  assert.deepEqual(await profilesIn(durable), profilesOf([time]));
});

test('a recorder has no credential of X and does nothing but record', async (t) => {
  const { recorder } = await startDurable(t);
  for (const answer of [await recorder.postEvent(tick), await recorder.post('/', tick)])
    assert.equal(answer.status, 400);
  assert.equal((await fetch(`${recorder.url}/health/readiness`)).status, 200);
});
