import assert from 'node:assert/strict';
import { test } from 'node:test';

import { statusOf } from '../../../functions/http/answer.ts';
import type { Deadline } from '../../../functions/deadline.ts';
import { collect } from '../../../functions/jobs/collect.ts';
import type { Point } from '../../../functions/measurement.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import type { RecordEvent, SendRecord } from '../../../functions/store/record.ts';
import type { AskX } from '../../../functions/x/answer.ts';
import type { XRequest } from '../../../functions/collectors/collector.ts';
import { profile } from '../../support/x-server.ts';
import { askingInTurn, collectOnce, instanceOf, replyOf } from '../fixtures.ts';
import {
  bring,
  collectorOf,
  collectWith,
  type CountedInfluxDb,
  countedInfluxDb,
  pointOf,
  reasonsOf,
  runOf,
} from './world.ts';

/** A broker that keeps what it takes and answers with these statuses in turn, then with 202. */
function brokerOf(...statuses: number[]): SendRecord & { readonly taken: RecordEvent[]; tried: number } {
  const taken: RecordEvent[] = [];
  const send: SendRecord = (event) => {
    broker.tried += 1;
    const status = statuses.shift() ?? 202;
    if (status === 202) taken.push(event);
    return Promise.resolve(status);
  };
  const broker = Object.assign(send, { taken, tried: 0 });
  return broker;
}

/** An instance with a broker, and an InfluxDB that may be away. */
function durable(
  broker: SendRecord,
  parts: Partial<Instance> & { env?: Record<string, string> } = {},
): { instance: Instance; influxdb: CountedInfluxDb; leave: () => void } {
  const influxdb = countedInfluxDb();
  const made = instanceOf({ ...parts, influxdb, env: { RUN_TIMEOUT_SECONDS: '2', ...parts.env } });
  const leave = (): void => {
    influxdb.query = () => Promise.resolve({ status: 503, text: '' });
    influxdb.answer = () => ({ status: 503, text: '' });
  };
  return { instance: { ...made, store: { ...made.store, broker } }, influxdb, leave };
}

/** A deadline that passes in a second. */
function soonOver(): Deadline {
  return { endsAt: Date.now() + 1000, signal: AbortSignal.timeout(1000) };
}

const jack = replyOf({ data: [profile('12', 'jack')] });
const inEvents = ({ taken }: { taken: readonly RecordEvent[] }): Point[] => taken.flatMap(({ points }) => points);
const namesOf = (points: readonly Point[]): string[] => points.map(({ measurement }) => measurement).sort();

test('results go to the broker, books to both, and InfluxDB is given nothing else', async () => {
  const broker = brokerOf();
  const { instance, influxdb } = durable(broker, { askX: askingInTurn([jack]) });
  const { failures, report } = await collectOnce(instance);
  assert.deepEqual([failures, report.points], [[], 1]);
  const books = inEvents(broker).filter(({ measurement }) => measurement === 'twitter_ledger');
  assert.deepEqual(
    books.map(({ tags }) => tags['state']),
    ['reserved', 'settled'],
  );
  assert.deepEqual(influxdb.writes.flat(), books);
  assert.deepEqual(namesOf(inEvents(broker)), [
    'twitter_budget',
    'twitter_collector_run',
    'twitter_ledger',
    'twitter_ledger',
    'twitter_user',
  ]);
  for (const { points } of broker.taken)
    assert.equal(new Set(points.map(({ measurement: name }) => name === 'twitter_ledger')).size, 1);
});

test('with InfluxDB away profiles are read and everything goes to the broker', async () => {
  const broker = brokerOf();
  const { instance, influxdb, leave } = durable(broker, { askX: askingInTurn([jack, jack]) });
  leave();
  for (let round = 1; round <= 2; round += 1) {
    const { failures, report } = await collectOnce(instance);
    assert.deepEqual([failures, report.points], [[], 1]);
    assert.equal('leftMicroUsd' in report.cost, false, 'what is not known is absent');
    assert.deepEqual(namesOf(inEvents({ taken: broker.taken.splice(0) })), [
      'twitter_collector_run',
      'twitter_ledger',
      'twitter_ledger',
      'twitter_user',
    ]);
  }
  assert.deepEqual(influxdb.writes, [], 'it is left alone');
});

test('with InfluxDB away posts are not asked for: 503, and the profiles beside them are stored', async () => {
  const broker = brokerOf();
  const askX = askingInTurn([jack]);
  const { instance, leave } = durable(broker, { askX });
  leave();
  const outcome = await collectOnce(instance, { collectors: ['user', 'tweet'] });
  assert.equal(statusOf(outcome.failures), 503);
  assert.ok(
    outcome.failures.every(({ reason }) => reason === 'store_unavailable'),
    JSON.stringify(outcome.failures),
  );
  assert.deepEqual(askX.asked, ['users/by?jack']);
  assert.equal(inEvents(broker).filter(({ tags }) => tags['resource'] === 'tweet').length, 0, 'no money is held');
  assert.equal(inEvents(broker).filter(({ measurement }) => measurement === 'twitter_user').length, 1);
});

test('InfluxDB that goes away in mid-run takes no posts, and nothing that came is lost', async () => {
  const broker = brokerOf();
  const askX = askingInTurn([jack]);
  const { instance, influxdb } = durable(broker, { askX });
  influxdb.answer = () => ({ status: 503, text: '' });
  const outcome = await collectOnce(instance, { collectors: ['user', 'tweet'] });
  assert.equal(statusOf(outcome.failures), 503);
  assert.deepEqual(askX.asked, ['users/by?jack']);
  const books = inEvents(broker).filter(({ tags }) => tags['resource'] === 'user');
  assert.deepEqual(
    books.map(({ tags }) => tags['state']),
    ['reserved', 'settled'],
  );
});

test('InfluxDB that refuses the credential is not away: 422, and X is not asked', async () => {
  const broker = brokerOf();
  const { instance, influxdb } = durable(broker);
  influxdb.query = () => Promise.resolve({ status: 401, text: '' });
  const outcome = await collectOnce(instance);
  assert.deepEqual([reasonsOf(outcome), broker.tried], [[['tick', 'store_refused']], 0]);
});

test('without a broker InfluxDB away is 503, and X is not asked', async () => {
  const { instance, leave } = durable(brokerOf());
  leave();
  const store = { ...instance.store, broker: undefined };
  assert.deepEqual(reasonsOf(await collectOnce({ ...instance, store })), [['tick', 'store_unavailable']]);
});

test('a broker that takes nothing: 503 broker_unavailable, X is not asked for money, and it is tried again until the deadline', async () => {
  const broker = brokerOf(...Array.from({ length: 100 }, () => 503));
  const { instance } = durable(broker);
  const outcome = await runOf(collect, { instance, deadline: soonOver() });
  assert.equal(statusOf(outcome.failures), 503);
  assert.ok(
    outcome.failures.every(({ reason }) => reason === 'broker_unavailable'),
    JSON.stringify(outcome.failures),
  );
  assert.ok(broker.tried > 2, `${broker.tried} attempts`);
  assert.deepEqual(broker.taken, []);
});

test('the first event of a write goes alone: a broker that is away is not asked by all of them', async () => {
  const broker = brokerOf(...Array.from({ length: 1000 }, () => 404));
  const { instance } = durable(broker);
  const many = collectorOf('user', (collecting) => {
    const points = Array.from({ length: 4900 }, (_, index) => pointOf(collecting.time, String(index)));
    collecting.deliver({ points, served: 0, resources: 0 });
    return Promise.resolve();
  });
  const outcome = await collectWith([many], { instance, deadline: soonOver() });
  assert.equal(statusOf(outcome.failures), 503);
  assert.ok(broker.tried < 20, `${broker.tried} attempts`);
});

test('a broker that refuses twice and then takes it costs nothing', async () => {
  const broker = brokerOf(503, 429);
  const { instance } = durable(broker);
  const bringing = collectorOf('user', (collecting) => {
    bring(collecting);
    return Promise.resolve();
  });
  const outcome = await collectWith([bringing], { instance });
  assert.deepEqual([outcome.failures, outcome.report.points], [[], 1]);
});

test('a dry run gives the broker the books alone', async () => {
  const broker = brokerOf();
  const { instance } = durable(broker, { askX: askingInTurn([jack]) });
  const lines: Point[] = [];
  await collectOnce(instance, {}, {}, lines);
  assert.deepEqual(new Set(namesOf(inEvents(broker))), new Set(['twitter_ledger']));
  assert.ok(namesOf(lines).includes('twitter_user'));
});

test('the first purchase goes alone: what the broker does not take is not bought a second time', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `user${index}`);
  const askX: AskX & { asked: number } = Object.assign(
    ({ query }: XRequest) => {
      askX.asked += 1;
      const asked = (query['usernames'] ?? '').split(',');
      return Promise.resolve(replyOf({ data: asked.map((name) => profile(name.replace('user', '1'), name)) }));
    },
    { asked: 0 },
  );
  const refusing: SendRecord = ({ points }) =>
    Promise.resolve(points.some(({ measurement }) => measurement === 'twitter_user') ? 503 : 202);
  const env = { TWITTER_USERS: names.join(','), TWITTER_DAILY_BUDGET_USD: '10' };
  const { instance } = durable(refusing, { askX, env });
  const outcome = await runOf(collect, { instance, deadline: soonOver() });
  assert.equal(statusOf(outcome.failures), 503);
  assert.equal(askX.asked, 1);

  const { instance: taken } = durable(brokerOf(), { askX, env });
  assert.deepEqual((await runOf(collect, { instance: taken })).failures, []);
  assert.equal(askX.asked, 4, 'the others follow');
});
