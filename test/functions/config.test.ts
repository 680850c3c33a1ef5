import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readConfig } from '../../functions/config.ts';
import { leastEnvironment, problemsOf } from './fixtures.ts';

const userContext = {
  TWITTER_API_KEY: 'key-marker',
  TWITTER_API_SECRET: 'api-secret-marker',
  TWITTER_ACCESS_TOKEN: 'access-marker',
  TWITTER_ACCESS_SECRET: 'access-secret-marker',
};

test('the least configuration has the documented defaults', () => {
  assert.deepEqual(readConfig(leastEnvironment), {
    accounts: [{ spelling: 'jack', key: 'jack', username: 'jack' }],
    accountsFile: undefined,
    x: { url: 'https://api.x.com/2/', bearerToken: 'bearer-marker', userContext: undefined, proxy: undefined },
    store: { url: 'http://influxdb:8086', database: 'twittergraph', username: 'writer', password: 'password-marker' },
    broker: undefined,
    jobs: ['collect', 'summarize', 'reconcile', 'record'],
    tweetsPerUser: 20,
    tweetDays: 7,
    ownedUsers: [],
    dailyBudget: 1_000_000,
    prices: { user: 10_000, tweet: 5_000, ownedTweet: 1_000 },
    app: 'default',
    timezone: 'UTC',
    runTimeoutMs: 30_000,
    logLevel: 'info',
  });
});

test('every variable can be set', () => {
  const config = readConfig({
    ...leastEnvironment,
    ...userContext,
    TWITTER_USERS: '@jack, id:12',
    TWITTER_API_URL: 'http://127.0.0.1:8090/2',
    TWITTER_TWEETS_PER_USER: '100',
    TWITTER_TWEET_DAYS: ' 30 ',
    TWITTER_OWNED_USERS: 'jack',
    TWITTER_DAILY_BUDGET_USD: '2.5',
    TWITTER_PRICE_USER_USD: '0.02',
    TWITTER_PRICE_TWEET_USD: '0.006',
    TWITTER_PRICE_OWNED_TWEET_USD: '0.000001',
    INFLUXDB_URL: 'https://influx.example/base/',
    INFLUXDB_DATABASE: 'stats',
    TWITTER_APP: 'second-app_1.0',
    TIMEZONE: 'Europe/Berlin',
    RUN_TIMEOUT_SECONDS: '290',
    LOG_LEVEL: 'DEBUG',
    JOBS: 'collect, record',
    K_SINK: 'http://broker-ingress.knative-eventing.svc/twittergraph/twittergraph',
    K_CE_OVERRIDES: '{"extensions":{"tenant":"acme"}}',
  });
  assert.deepEqual(config, {
    accounts: [
      { spelling: 'jack', key: 'jack', username: 'jack' },
      { spelling: 'id:12', key: 'id:12', id: '12' },
    ],
    accountsFile: undefined,
    x: {
      url: 'http://127.0.0.1:8090/2/',
      bearerToken: 'bearer-marker',
      userContext: {
        appKey: 'key-marker',
        appSecret: 'api-secret-marker',
        accessToken: 'access-marker',
        accessSecret: 'access-secret-marker',
      },
      proxy: undefined,
    },
    store: { url: 'https://influx.example/base', database: 'stats', username: 'writer', password: 'password-marker' },
    broker: {
      url: 'http://broker-ingress.knative-eventing.svc/twittergraph/twittergraph',
      extensions: { tenant: 'acme' },
    },
    jobs: ['collect', 'record'],
    tweetsPerUser: 100,
    tweetDays: 30,
    ownedUsers: [{ spelling: 'jack', key: 'jack', username: 'jack' }],
    dailyBudget: 2_500_000,
    prices: { user: 20_000, tweet: 6_000, ownedTweet: 1 },
    app: 'second-app_1.0',
    timezone: 'Europe/Berlin',
    runTimeoutMs: 290_000,
    logLevel: 'debug',
  });
});

test('the configuration and its lists cannot be changed', () => {
  const config = readConfig(leastEnvironment);
  for (const part of [config, config.accounts, config.ownedUsers, config.prices]) assert.ok(Object.isFrozen(part));
});

const missing: Readonly<Record<string, { without: readonly string[]; problem: string }>> = {
  'no accounts': {
    without: ['TWITTER_USERS'],
    problem: 'TWITTER_USERS is missing: name the accounts to watch, such as "jack, id:12".',
  },
  'no X credentials': {
    without: ['TWITTER_BEARER_TOKEN'],
    problem:
      'TWITTER_BEARER_TOKEN is missing: set it, or all of TWITTER_API_KEY, TWITTER_API_SECRET, TWITTER_ACCESS_TOKEN, TWITTER_ACCESS_SECRET.',
  },
  'no store': {
    without: ['INFLUXDB_URL'],
    problem: 'INFLUXDB_URL is missing: say where InfluxDB is, for example http://influxdb:8086.',
  },
  'no store credentials': {
    without: ['INFLUXDB_USERNAME', 'INFLUXDB_PASSWORD'],
    problem: 'INFLUXDB_PASSWORD: set it and INFLUXDB_USERNAME, or INFLUXDB_TOKEN.',
  },
  'a user of the store without a password': {
    without: ['INFLUXDB_PASSWORD'],
    problem: 'INFLUXDB_PASSWORD: set it and INFLUXDB_USERNAME, or INFLUXDB_TOKEN.',
  },
  'a password of the store without a user': {
    without: ['INFLUXDB_USERNAME'],
    problem: 'INFLUXDB_PASSWORD: set it and INFLUXDB_USERNAME, or INFLUXDB_TOKEN.',
  },
};

for (const [name, { without, problem }] of Object.entries(missing)) {
  test(`${name}: said in one sentence, whether not set or empty`, () => {
    const unset = Object.fromEntries(Object.entries(leastEnvironment).filter(([key]) => !without.includes(key)));
    const empty = { ...leastEnvironment, ...Object.fromEntries(without.map((key) => [key, ''])) };
    assert.deepEqual(problemsOf(unset), [problem]);
    assert.deepEqual(problemsOf(empty), [problem]);
  });
}

test('nothing configured: one message with every problem and the way out', () => {
  assert.throws(() => readConfig({ CONFIG_DIR: '/nonexistent' }), {
    name: 'ConfigError',
    message: `twittergraph cannot start: its configuration has 4 problems.
  - TWITTER_USERS is missing: name the accounts to watch, such as "jack, id:12".
  - TWITTER_BEARER_TOKEN is missing: set it, or all of TWITTER_API_KEY, TWITTER_API_SECRET, TWITTER_ACCESS_TOKEN, TWITTER_ACCESS_SECRET.
  - INFLUXDB_PASSWORD: set it and INFLUXDB_USERNAME, or INFLUXDB_TOKEN.
  - INFLUXDB_URL is missing: say where InfluxDB is, for example http://influxdb:8086.
A variable X may also be a file: named by X_FILE, or called X in a folder below /etc/twittergraph (CONFIG_DIR). docs/variables.md lists all variables.`,
  });
});

test('one problem alone is not called several', () => {
  assert.throws(
    () => readConfig({ ...leastEnvironment, LOG_LEVEL: 'loud' }),
    /^ConfigError: twittergraph cannot start: its configuration has a problem\.\n {2}- LOG_LEVEL is "loud"/,
  );
});

test('all problems come in one message', () => {
  const env = { ...leastEnvironment, TWITTER_USERS: 'a b, c d', LOG_LEVEL: 'x', TIMEZONE: 'y', INFLUXDB_URL: 'z' };
  assert.deepEqual(problemsOf(env), [
    'TWITTER_USERS: "a b" is neither a username nor an id.',
    'TWITTER_USERS: "c d" is neither a username nor an id.',
    'INFLUXDB_URL is not an address that begins with http:// or https://.',
    'TIMEZONE is "y", not a time zone such as Europe/Berlin.',
    'LOG_LEVEL is "x", not one of debug, info, warn, error.',
  ]);
});

test('profiles that cost more than the daily budget are refused with the arithmetic', () => {
  const users = Array.from({ length: 101 }, (_, index) => `id:${index + 1}`).join(',');
  assert.deepEqual(problemsOf({ ...leastEnvironment, TWITTER_USERS: users }), [
    'TWITTER_USERS: 101 accounts × $0.01 = $1.01 a day for their profiles alone, above TWITTER_DAILY_BUDGET_USD ($1.00): raise the budget to $1.01 or watch at most 100 accounts.',
  ]);
  const hundred = users.split(',').slice(0, 100).join(',');
  assert.deepEqual(problemsOf({ ...leastEnvironment, TWITTER_USERS: hundred }), []);
});

test('TWITTER_USER is read where TWITTER_USERS is not set, and named in its problems', () => {
  const rest = { ...leastEnvironment, TWITTER_USERS: '' };
  assert.deepEqual(readConfig({ ...rest, TWITTER_USER: 'jill' }).accounts, [
    { spelling: 'jill', key: 'jill', username: 'jill' },
  ]);
  assert.deepEqual(problemsOf({ ...rest, TWITTER_USER: 'a b' }), [
    'TWITTER_USER: "a b" is neither a username nor an id.',
  ]);
  assert.deepEqual(readConfig({ ...leastEnvironment, TWITTER_USER: 'jill' }).accounts[0]?.key, 'jack');
});
