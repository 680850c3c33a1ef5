import assert from 'node:assert/strict';
import { test } from 'node:test';

import { leastEnvironment, problemsOf } from '../fixtures.ts';

const ofRange = (name: string, text: string, min: number, max: number): string =>
  `${name} is "${text}", not a whole number from ${min} to ${max}.`;

const malformed: readonly (readonly [variable: string, value: string, problem: string])[] = [
  ['TWITTER_USERS', 'jack, not a name', 'TWITTER_USERS: "not a name" is neither a username nor an id.'],
  ['TWITTER_USERS', 'id:x1', 'TWITTER_USERS: "id:x1" is neither a username nor an id.'],
  ['TWITTER_USERS', '# nobody yet', 'TWITTER_USERS is missing: name the accounts to watch, such as "jack, id:12".'],
  ['TWITTER_TWEETS_PER_USER', '4', ofRange('TWITTER_TWEETS_PER_USER', '4', 5, 100)],
  ['TWITTER_TWEETS_PER_USER', '101', ofRange('TWITTER_TWEETS_PER_USER', '101', 5, 100)],
  ['TWITTER_TWEETS_PER_USER', '1e1', ofRange('TWITTER_TWEETS_PER_USER', '1e1', 5, 100)],
  ['TWITTER_TWEET_DAYS', '0', ofRange('TWITTER_TWEET_DAYS', '0', 1, 30)],
  ['TWITTER_TWEET_DAYS', '31', ofRange('TWITTER_TWEET_DAYS', '31', 1, 30)],
  ['TWITTER_TWEET_DAYS', '7.5', ofRange('TWITTER_TWEET_DAYS', '7.5', 1, 30)],
  ['RUN_TIMEOUT_SECONDS', '0', ofRange('RUN_TIMEOUT_SECONDS', '0', 1, 290)],
  ['RUN_TIMEOUT_SECONDS', '291', ofRange('RUN_TIMEOUT_SECONDS', '291', 1, 290)],
  ['RUN_TIMEOUT_SECONDS', '-5', ofRange('RUN_TIMEOUT_SECONDS', '-5', 1, 290)],
  ['RUN_TIMEOUT_SECONDS', '30s', ofRange('RUN_TIMEOUT_SECONDS', '30s', 1, 290)],
  ['TWITTER_DAILY_BUDGET_USD', '$1', 'TWITTER_DAILY_BUDGET_USD is "$1", not an amount in dollars such as 1.00.'],
  ['TWITTER_DAILY_BUDGET_USD', '-1', 'TWITTER_DAILY_BUDGET_USD is "-1", not an amount in dollars such as 1.00.'],
  ['TWITTER_PRICE_USER_USD', '0,01', 'TWITTER_PRICE_USER_USD is "0,01", not an amount in dollars such as 0.010.'],
  ['TWITTER_PRICE_TWEET_USD', 'free', 'TWITTER_PRICE_TWEET_USD is "free", not an amount in dollars such as 0.005.'],
  [
    'TWITTER_PRICE_OWNED_TWEET_USD',
    '0.0000001',
    'TWITTER_PRICE_OWNED_TWEET_USD is "0.0000001", not an amount in dollars such as 0.001.',
  ],
  ['TWITTER_APP', 'my app', 'TWITTER_APP is "my app": use 1 to 63 letters, digits and ._-'],
  ['TIMEZONE', 'Mars/Olympus', 'TIMEZONE is "Mars/Olympus", not a time zone such as Europe/Berlin.'],
  ['LOG_LEVEL', 'trace', 'LOG_LEVEL is "trace", not one of debug, info, warn, error.'],
  ['LOG_LEVEL', 'x'.repeat(50), `LOG_LEVEL is "${'x'.repeat(40)}…", not one of debug, info, warn, error.`],
  ['TWITTER_OWNED_USERS', 'jack', 'TWITTER_OWNED_USERS needs the four OAuth 1.0a values: a bearer token pays in full.'],
  ['TWITTER_OWNED_USERS', 'a b', 'TWITTER_OWNED_USERS: "a b" is neither a username nor an id.'],
  ['INFLUXDB_USERNAME', 'wri:ter', 'INFLUXDB_USERNAME holds a colon, which Basic authentication cannot carry.'],
];

for (const [variable, value, problem] of malformed) {
  test(`${variable}=${value.slice(0, 20)}: ${problem.slice(0, 70)}`, () => {
    assert.deepEqual(problemsOf({ ...leastEnvironment, [variable]: value }), [problem]);
  });
}

test('the lowest and the highest that a number may be are good', () => {
  const numbers = { TWITTER_TWEETS_PER_USER: [5, 100], TWITTER_TWEET_DAYS: [1, 30], RUN_TIMEOUT_SECONDS: [1, 290] };
  for (const [variable, values] of Object.entries(numbers)) {
    for (const value of values) assert.deepEqual(problemsOf({ ...leastEnvironment, [variable]: String(value) }), []);
  }
});

test('every sentence begins with the name of the variable it is about', () => {
  const nothing = { CONFIG_DIR: '/nonexistent' };
  const numbers = ['TWITTER_TWEETS_PER_USER', 'TWITTER_TWEET_DAYS', 'RUN_TIMEOUT_SECONDS'];
  const amounts = ['TWITTER_DAILY_BUDGET_USD', 'TWITTER_PRICE_USER_USD', 'TWITTER_PRICE_TWEET_USD'];
  const names = ['TWITTER_USERS', 'TWITTER_OWNED_USERS', 'TWITTER_APP', 'TIMEZONE', 'LOG_LEVEL', 'TWITTER_API_URL'];
  const wrong = Object.fromEntries([...numbers, ...amounts, ...names].map((name) => [name, 'no good!']));
  const others = {
    INFLUXDB_URL: 'nowhere',
    INFLUXDB_USERNAME: 'a:b',
    TWITTER_API_KEY: 'k',
    TWITTER_BEARER_TOKEN: '{{ secret:x:y }}',
  };
  const above = { ...leastEnvironment, TWITTER_DAILY_BUDGET_USD: '0.001' };
  const file = { ...leastEnvironment, TIMEZONE: undefined, TIMEZONE_FILE: '/nonexistent/zone' };
  for (const env of [nothing, { ...leastEnvironment, ...wrong, ...others }, above, file]) {
    const problems = problemsOf(env);
    assert.notDeepEqual(problems, []);
    for (const problem of problems)
      assert.match(
        problem,
        /^(TWITTER|INFLUXDB|RUN|LOG|TIMEZONE)_?[A-Z_]*(, TWITTER_[A-Z_]+)*(:| is | holds | still | needs | names )/,
      );
  }
});
