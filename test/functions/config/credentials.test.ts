import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readConfig } from '../../../functions/config.ts';
import { secretsOf } from '../../../functions/config/credentials.ts';
import type { Environment } from '../../../functions/config/settings.ts';
import { configOf, leastEnvironment, problemsOf as problemsOfAll } from '../fixtures.ts';

function messageOf(env: Environment): string {
  try {
    readConfig({ ...leastEnvironment, ...env });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

function problemsOf(env: Environment): string[] {
  return problemsOfAll({ ...leastEnvironment, ...env });
}

const userContext = {
  TWITTER_API_KEY: 'key-marker',
  TWITTER_API_SECRET: 'api-secret-marker',
  TWITTER_ACCESS_TOKEN: 'access-marker',
  TWITTER_ACCESS_SECRET: 'access-secret-marker',
};

test('OAuth 1.0a alone is enough, and lets accounts be owned', () => {
  const config = configOf({ TWITTER_BEARER_TOKEN: '', ...userContext, TWITTER_OWNED_USERS: 'Jack' });
  assert.equal(config.x.bearerToken, undefined);
  assert.deepEqual(config.x.userContext, {
    appKey: 'key-marker',
    appSecret: 'api-secret-marker',
    accessToken: 'access-marker',
    accessSecret: 'access-secret-marker',
  });
  assert.deepEqual(config.ownedUsers, [{ spelling: 'Jack', key: 'jack', username: 'Jack' }]);
});

for (const bearer of ['bearer-marker', '']) {
  for (const name of Object.keys(userContext)) {
    test(`OAuth 1.0a without ${name} is refused, ${bearer === '' ? 'without' : 'with'} a bearer token`, () => {
      assert.deepEqual(problemsOf({ TWITTER_BEARER_TOKEN: bearer, ...userContext, [name]: '' }), [
        `${name}: OAuth 1.0a needs all four values.`,
      ]);
    });
  }
}

test('one of the four OAuth 1.0a values alone: the other three are named', () => {
  assert.deepEqual(problemsOf({ TWITTER_API_KEY: 'key' }), [
    'TWITTER_API_SECRET, TWITTER_ACCESS_TOKEN, TWITTER_ACCESS_SECRET: OAuth 1.0a needs all four values.',
  ]);
});

for (const [variable, value] of [
  ['TWITTER_BEARER_TOKEN', 'two words-marker'],
  ['TWITTER_BEARER_TOKEN', 'line\nbreak-marker'],
  ['TWITTER_BEARER_TOKEN', '„quoted-marker“'],
  ['INFLUXDB_TOKEN', 'two words-marker'],
] as const) {
  test(`${variable}=${JSON.stringify(value)} is no token, and is not repeated`, () => {
    assert.deepEqual(problemsOf({ [variable]: value }), [
      `${variable} holds spaces, line breaks or other characters that no token of X has: copy it again.`,
    ]);
  });
}

test('spaces around a token are not part of it', () => {
  assert.equal(configOf({ TWITTER_BEARER_TOKEN: ' token\n' }).x.bearerToken, 'token');
});

test('a password is taken as it stands, spaces included', () => {
  assert.equal(configOf({ INFLUXDB_PASSWORD: ' a b ' }).store.password, ' a b ');
});

const clear = 'TWITTER_API_URL is plain http to another machine, which shows the credentials.';
const noAddress = (name: string): string => `${name} is not an address that begins with http:// or https://.`;
const tooMuch = (name: string): string => `${name} holds credentials, a query or a fragment: give the address alone.`;

const addresses: readonly (readonly [value: string, read: string | { problem: string }])[] = [
  ['https://x.example/2', 'https://x.example/2/'],
  ['https://x.example/2///', 'https://x.example/2/'],
  ['http://127.0.0.1:8090/2/', 'http://127.0.0.1:8090/2/'],
  ['http://127.9.9.9/2/', 'http://127.9.9.9/2/'],
  ['http://localhost/2/', 'http://localhost/2/'],
  ['http://[::1]:8090/2/', 'http://[::1]:8090/2/'],
  ['http://api.x.com/2/', { problem: clear }],
  ['http://localhost.example/2/', { problem: clear }],
  ['http://127.0.0.1.example/2/', { problem: clear }],
  ['http://10.0.0.1/2/', { problem: clear }],
  ['api.x.com/2/', { problem: noAddress('TWITTER_API_URL') }],
  ['ftp://api.x.com/2/', { problem: noAddress('TWITTER_API_URL') }],
  ['https://', { problem: noAddress('TWITTER_API_URL') }],
  ['https://user:pass-marker@x.example/2/', { problem: tooMuch('TWITTER_API_URL') }],
  ['https://user-marker@x.example/2/', { problem: tooMuch('TWITTER_API_URL') }],
  ['https://x.example/2/?token=marker', { problem: tooMuch('TWITTER_API_URL') }],
  ['https://x.example/2/#marker', { problem: tooMuch('TWITTER_API_URL') }],
];

for (const [value, read] of addresses) {
  test(`TWITTER_API_URL=${value}: ${typeof read === 'string' ? read : 'refused'}`, () => {
    if (typeof read === 'string') assert.equal(configOf({ TWITTER_API_URL: value }).x.url, read);
    else assert.deepEqual(problemsOf({ TWITTER_API_URL: value }), [read.problem]);
  });
}

for (const [env, read] of [
  [{ INFLUXDB_URL: 'http://db:8086/' }, 'http://db:8086'],
  [{ INFLUXDB_URL: 'https://db/influx/' }, 'https://db/influx'],
  [{ INFLUXDB_URL: '', INFLUXDB_HOST: 'db' }, 'http://db:8086'],
  [{ INFLUXDB_URL: '', INFLUXDB_HOST: 'db:9999' }, 'http://db:9999'],
  [{ INFLUXDB_URL: '', INFLUXDB_HOST: 'https://db' }, 'https://db'],
  [{ INFLUXDB_URL: 'http://one:8086', INFLUXDB_HOST: 'two' }, 'http://one:8086'],
] as const) {
  test(`${JSON.stringify(env)} is ${read}`, () => {
    assert.equal(configOf(env).store.url, read);
  });
}

for (const [env, problem] of [
  [{ INFLUXDB_URL: 'influxdb:8086' }, noAddress('INFLUXDB_URL')],
  [{ INFLUXDB_URL: '', INFLUXDB_HOST: 'not a host' }, noAddress('INFLUXDB_HOST')],
  [{ INFLUXDB_URL: 'http://user:pass-marker@db:8086' }, tooMuch('INFLUXDB_URL')],
  [{ INFLUXDB_URL: '', INFLUXDB_HOST: 'http://user:pass-marker@db' }, tooMuch('INFLUXDB_HOST')],
  [{ INFLUXDB_URL: 'http://db:8086/?u=marker' }, tooMuch('INFLUXDB_URL')],
] as const) {
  test(`${JSON.stringify(env)} is refused`, () => {
    assert.deepEqual(problemsOf(env), [problem]);
  });
}

test('a token stands for user and password, under a given user name or its own', () => {
  const token = { INFLUXDB_TOKEN: 'token-marker', INFLUXDB_PASSWORD: '' };
  const named = configOf(token).store;
  assert.deepEqual([named.username, named.password], ['writer', 'token-marker']);
  const unnamed = configOf({ ...token, INFLUXDB_USERNAME: '' }).store;
  assert.deepEqual([unnamed.username, unnamed.password], ['token', 'token-marker']);
  assert.equal(configOf({ INFLUXDB_TOKEN: 'token-marker' }).store.password, 'password-marker');
});

test('every secret is among those to be struck out', () => {
  const { x, store } = configOf(userContext);
  const basic = Buffer.from('writer:password-marker').toString('base64');
  assert.deepEqual(
    new Set(secretsOf(x, store)),
    new Set(['bearer-marker', ...Object.values(userContext), 'password-marker', basic]),
  );
  const token = configOf({ INFLUXDB_TOKEN: 'token-marker', INFLUXDB_USERNAME: '', INFLUXDB_PASSWORD: '' });
  assert.ok(secretsOf(token.x, token.store).includes('token-marker'));
});

const secretVariables = ['TWITTER_BEARER_TOKEN', ...Object.keys(userContext), 'INFLUXDB_PASSWORD', 'INFLUXDB_TOKEN'];

for (const spoil of [
  (marker: string): string => marker,
  (marker: string): string => `two words ${marker}`,
  (marker: string): string => `${marker}\u0007`,
  (marker: string): string => `{{ secret:${marker} }}`,
]) {
  test(`no secret is in any message: ${JSON.stringify(spoil('MARKER'))}`, () => {
    const secrets = Object.fromEntries(secretVariables.map((name) => [name, spoil('MARKER')]));
    const wrong = {
      TWITTER_USERS: 'a b',
      INFLUXDB_URL: `http://u:${spoil('MARKER')}@db`,
      TWITTER_API_URL: spoil('MARKER'),
    };
    const message = messageOf({ ...secrets, ...wrong });
    assert.match(message, /INFLUXDB_URL/);
    assert.doesNotMatch(message, /MARKER/i);
  });
}
