import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readConfig } from '../../../functions/config.ts';
import { leastEnvironment, problemsOf } from '../fixtures.ts';

const sink = 'http://broker-ingress.knative-eventing.svc.cluster.local/tg/twittergraph';
const overrides = 'K_CE_OVERRIDES is not JSON such as {"extensions":{"tenant":"acme"}}.';
const jobs = (text: string): string => `JOBS is "${text}", not some of collect, summarize, reconcile, record.`;

test('K_SINK alone is a broker without overrides; K_CE_OVERRIDES alone is none', () => {
  assert.deepEqual(readConfig({ ...leastEnvironment, K_SINK: sink }).broker, { url: sink, extensions: {} });
  assert.equal(readConfig({ ...leastEnvironment, K_CE_OVERRIDES: 'nonsense' }).broker, undefined);
});

test('a SinkBinding that says nothing of overrides has none', () => {
  for (const text of ['', '{}', '{"extensions":{}}']) {
    const { broker } = readConfig({ ...leastEnvironment, K_SINK: sink, K_CE_OVERRIDES: text });
    assert.deepEqual(broker?.extensions, {}, text);
  }
});

test('overrides are attributes in small letters', () => {
  const text = '{"extensions":{"Tenant":"acme","shard":7}}';
  const { broker } = readConfig({ ...leastEnvironment, K_SINK: sink, K_CE_OVERRIDES: text });
  assert.deepEqual(broker?.extensions, { tenant: 'acme', shard: '7' });
});

for (const [what, text] of [
  ['no JSON', 'tenant=acme'],
  ['null', 'null'],
  ['extensions that are null', '{"extensions":null}'],
  ['a name that no attribute has', '{"extensions":{"my-tenant":"acme"}}'],
  ['what the function says itself', '{"extensions":{"id":"1"}}'],
  ['another version', '{"extensions":{"specversion":"2.0"}}'],
  ['a value that no header carries', '{"extensions":{"tenant":"a\\nb"}}'],
  ['an empty value', '{"extensions":{"tenant":""}}'],
] as const) {
  test(`K_CE_OVERRIDES with ${what} stops the start`, () => {
    assert.deepEqual(problemsOf({ ...leastEnvironment, K_SINK: sink, K_CE_OVERRIDES: text }), [overrides]);
  });
}

test('K_SINK that is no address stops the start', () => {
  for (const text of ['broker', 'ftp://broker/', 'http://']) {
    assert.deepEqual(problemsOf({ ...leastEnvironment, K_SINK: text }), [
      'K_SINK is not an address that begins with http:// or https://.',
    ]);
  }
});

test('a recorder needs no variable of X, and everybody else does', () => {
  const { INFLUXDB_URL, INFLUXDB_USERNAME, INFLUXDB_PASSWORD, CONFIG_DIR } = leastEnvironment;
  const ofStore = { INFLUXDB_URL, INFLUXDB_USERNAME, INFLUXDB_PASSWORD, CONFIG_DIR };
  // The ConfigMap it shares with the collector may name them.
  const config = readConfig({ ...ofStore, JOBS: 'record', TWITTER_OWNED_USERS: 'jack', TWITTER_USERS: 'jack' });
  assert.deepEqual([config.accounts, config.jobs, config.x.bearerToken], [[], ['record'], undefined]);
  for (const text of ['', 'collect', 'record,reconcile']) {
    assert.equal(problemsOf({ ...ofStore, JOBS: text }).length, 2, text);
  }
});

test('JOBS is a list of jobs, in any order; an unknown one stops the start', () => {
  const { jobs: read } = readConfig({ ...leastEnvironment, JOBS: ' record , collect' });
  assert.deepEqual(read, ['collect', 'record']);
  for (const text of ['recrod', 'collect,', 'collect record']) {
    assert.deepEqual(problemsOf({ ...leastEnvironment, JOBS: text }), [jobs(text)]);
  }
});
