import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test, type TestContext } from 'node:test';
import { startSimulator } from '../../local/simulator/server.ts';

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

const ID_PATTERN = '^[0-9]{1,19}$';
const NAME_PATTERN = '^[A-Za-z0-9_]{1,15}$';
const many = Array.from({ length: 101 }, (_, index) => index + 1).join(',');

/** Path -> the parameter that is wrong, what was given, and what X says. */
const INVALID: [path: string, parameter: string, given: string[], message: string][] = [
  ['users?ids=NA,NA,NA', 'ids', ['NA,NA,NA'], `The \`ids\` query parameter value [NA] does not match ${ID_PATTERN}`],
  [
    'users?ids=12,12345678901234567890',
    'ids',
    ['12,12345678901234567890'],
    `The \`ids\` query parameter value [12345678901234567890] does not match ${ID_PATTERN}`,
  ],
  [
    'users/by?usernames=jack,a-b',
    'usernames',
    ['jack,a-b'],
    `The \`usernames\` query parameter value [a-b] does not match ${NAME_PATTERN}`,
  ],
  ['users/by', 'usernames', [], 'The `usernames` query parameter can not be empty'],
  ['users?ids=', 'ids', [''], 'The `ids` query parameter can not be empty'],
  [`users?ids=${many}`, 'ids', [many], 'The `ids` query parameter list size [101] is not between 1 and 100'],
  ['users/abc', 'id', ['abc'], `The \`id\` query parameter value [abc] does not match ${ID_PATTERN}`],
  ['users/abc/tweets', 'id', ['abc'], `The \`id\` query parameter value [abc] does not match ${ID_PATTERN}`],
  [
    'users/by/username/a%2Fb',
    'username',
    ['a/b'],
    `The \`username\` query parameter value [a/b] does not match ${NAME_PATTERN}`,
  ],
  [
    'users/12/tweets?max_results=4',
    'max_results',
    ['4'],
    'The `max_results` query parameter value [4] is not between 5 and 100',
  ],
  [
    'users/12/tweets?start_time=yesterday',
    'start_time',
    ['yesterday'],
    'The `start_time` query parameter value [yesterday] is not a valid RFC3339 date-time',
  ],
  [
    'users/12/tweets?pagination_token=000',
    'pagination_token',
    ['000'],
    'The `pagination_token` query parameter value is not valid',
  ],
];

for (const [path, parameter, given, message] of INVALID) {
  test(`GET ${path.slice(0, 50)} is refused as a whole`, async (t) => {
    const { status, text } = await (await startX(t))(path);
    assert.equal(status, 400);
    assert.deepEqual(JSON.parse(text), {
      errors: [{ parameters: { [parameter]: given }, message }],
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: 'https://api.twitter.com/2/problems/invalid-request',
    });
  });
}

test('unknown parameters and fields are refused', async (t) => {
  const ask = await startX(t);
  for (const path of ['users?ids=12&id=13', 'users?ids=12&user.fields=followers'])
    assert.equal((await ask(path)).status, 400);
});

for (const authorization of [undefined, 'Bearer ', 'Basic eDp5']) {
  test(`authorization ${String(authorization)} is refused, before anything is counted`, async (t) => {
    const { status, text, headers } = await (await startX(t))('users?ids=12', authorization);
    assert.equal(status, 401);
    assert.deepEqual(JSON.parse(text), {
      title: 'Unauthorized',
      type: 'about:blank',
      status: 401,
      detail: 'Unauthorized',
    });
    assert.equal(headers.get('x-rate-limit-limit'), null);
  });
}

test('an unknown path is an HTML page', async (t) => {
  const { status, text, headers } = await (await startX(t))('users/by/nothing');
  assert.equal(status, 404);
  assert.equal(headers.get('content-type'), 'text/html;charset=utf-8');
  assert.match(text, /^<!DOCTYPE html>/);
});

test('a used-up window is a 429 until its reset, for its endpoint and credential alone', async (t) => {
  let nowMs = Date.parse('2026-11-23T12:00:00.900Z');
  const ask = await startX(t, () => new Date(nowMs));
  const first = await ask('usage/tweets', 'Bearer x');
  assert.equal(first.headers.get('date'), 'Mon, 23 Nov 2026 12:00:00 GMT');
  const reset = String(Date.parse('2026-11-23T12:15:00Z') / 1000);
  assert.deepEqual(readLimits(first), ['50', '49', reset]);
  for (let count = 0; count < 49; count++) await ask('usage/tweets', 'Bearer x');
  const refused = await ask('usage/tweets', 'Bearer x');
  assert.equal(refused.status, 429);
  assert.deepEqual(readLimits(refused), ['50', '0', reset]);
  const title = 'Too Many Requests';
  assert.deepEqual(JSON.parse(refused.text), { title, detail: title, type: 'about:blank', status: 429 });
  assert.deepEqual(readLimits(await ask('users?ids=12', 'Bearer x')), ['300', '299', reset]);
  assert.deepEqual(readLimits(await ask('users?ids=12', 'OAuth k="v"')), ['900', '899', reset]);
  nowMs += 900_000;
  assert.deepEqual(readLimits(await ask('usage/tweets', 'Bearer x')).slice(0, 2), ['50', '49']);
});

for (const headers of [
  { host: 'evil.example' },
  { host: 'localhost.evil.example' },
  { origin: 'https://evil.example' },
]) {
  test(`a request with ${JSON.stringify(headers)} is not answered`, async (t) => {
    const simulator = await startSimulator({ port: 0, speed: 60 });
    t.after(() => simulator.close());
    const status = await new Promise((resolve, reject) => {
      get(`${simulator.url}users?ids=12`, { headers: { authorization: 'Bearer x', ...headers } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    assert.equal(status, 421);
  });
}

function readLimits({ headers }: Answer): (string | null)[] {
  return ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-rate-limit-${name}`));
}

async function startX(
  t: TestContext,
  now?: () => Date,
): Promise<(path: string, ...authorization: (string | undefined)[]) => Promise<Answer>> {
  const simulator = await startSimulator({ port: 0, speed: 60, ...(now && { now }) });
  t.after(() => simulator.close());
  return async (path, ...given) => {
    const authorization = given.length === 0 ? 'Bearer x' : given[0];
    const response = await fetch(`${simulator.url}${path}`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}
