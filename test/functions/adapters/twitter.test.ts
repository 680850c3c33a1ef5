import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { test, type TestContext } from 'node:test';

import { connectX } from '../../../functions/adapters/twitter.ts';
import type { AskX } from '../../../functions/collectors/collector.ts';
import type { XAccess } from '../../../functions/config/credentials.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import { closeServer, profile, startXServer, type XReply, type XServer } from '../../support/x-server.ts';
import { openDeadline, runErrorOf } from '../fixtures.ts';

const request = { path: 'users/by', query: { usernames: 'jack,jill', 'user.fields': 'public_metrics' } };
const users = { data: [profile('12', 'jack')] };
const userContext = {
  appKey: 'app-key',
  appSecret: 'app-secret-marker',
  accessToken: '12-access',
  accessSecret: 'access-secret-marker',
};

/** A server of X that goes with the test, and the way to it. */
async function asking(
  t: TestContext,
  reply: XServer['reply'] | XReply,
  access: Partial<XAccess> = { bearerToken: 'bearer-marker' },
): Promise<{ x: XServer; ask: AskX }> {
  const x = await startXServer(typeof reply === 'function' ? reply : () => reply);
  t.after(() => x.close());
  return { x, ask: connectX({ url: x.url, bearerToken: undefined, userContext: undefined, ...access }) };
}

test('a look-up is one GET with its parameters and the bearer token', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: users });
  await ask(request, openDeadline());
  const [seen] = x.seen;
  assert.equal(x.seen.length, 1);
  assert.deepEqual([seen?.method, seen?.path], ['GET', '/2/users/by']);
  assert.deepEqual(Object.fromEntries(seen?.query ?? []), request.query);
  assert.equal(seen?.headers.authorization, 'Bearer bearer-marker');
});

test('with both credentials the bearer token goes', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: users }, { bearerToken: 'bearer-marker', userContext });
  await ask(request, openDeadline());
  assert.match(x.seen[0]?.headers.authorization ?? '', /^Bearer /);
});

test('OAuth 1.0a signs path and parameters as RFC 5849 says', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: users }, { userContext });
  await ask(request, openDeadline());
  const header = x.seen[0]?.headers.authorization ?? '';
  assert.match(header, /^OAuth /);
  const pairs = header.slice('OAuth '.length).split(/,\s*/);
  const sent = new Map(
    pairs.map((pair) => /^(.+?)="(.*)"$/.exec(pair)?.slice(1).map(decodeURIComponent) as [string, string]),
  );
  const signature = sent.get('oauth_signature');
  sent.delete('oauth_signature');
  assert.equal(signature, signatureOf(`${x.url}users/by`, [...sent, ...Object.entries(request.query)]));
  assert.deepEqual(
    [
      sent.get('oauth_consumer_key'),
      sent.get('oauth_token'),
      sent.get('oauth_signature_method'),
      sent.get('oauth_version'),
    ],
    ['app-key', '12-access', 'HMAC-SHA1', '1.0'],
  );
});

/** https://www.rfc-editor.org/rfc/rfc5849#section-3.4 */
function signatureOf(url: string, parameters: readonly (readonly [string, string])[]): string {
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = parameters.map(([key, value]) => `${encode(key)}=${encode(value)}`).sort();
  const base = ['GET', encode(url), encode(pairs.join('&'))].join('&');
  return createHmac('sha1', `${userContext.appSecret}&${userContext.accessSecret}`).update(base).digest('base64');
}

test('body, rate limit and clock of an answer are handed on as they came', async (t) => {
  const headers = {
    'x-rate-limit-limit': '300',
    'x-rate-limit-remaining': '0',
    'x-rate-limit-reset': '1795400000',
    date: 'Mon, 23 Nov 2026 01:40:40 GMT',
  };
  const body = { data: [{ id: '1', public_metrics: { post_count: 1, tweet_count: 2 } }], errors: [{ odd: true }] };
  const { ask } = await asking(t, { status: 200, headers, body });
  assert.deepEqual(await ask(request, openDeadline()), {
    body,
    rateLimit: { limit: 300, remaining: 0, reset: 1_795_400_000 },
    date: Date.parse('2026-11-23T01:40:40Z'),
  });
});

for (const headers of [
  {},
  { 'x-rate-limit-limit': '300' },
  { 'x-rate-limit-limit': 'a', 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': '1' },
]) {
  test(`no rate limit comes of ${JSON.stringify(headers)}`, async (t) => {
    const { ask } = await asking(t, { status: 200, headers, body: users });
    assert.equal((await ask(request, openDeadline())).rateLimit, undefined);
  });
}

test('an answer that is no JSON is handed on as text', async (t) => {
  const { ask } = await asking(t, { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' });
  assert.equal((await ask(request, openDeadline())).body, '<html>');
});

const redirect = 'X answered GET users/by with a redirect, which it never does: check TWITTER_API_URL and any proxy';

for (const status of [301, 302, 307, 308]) {
  test(`a redirect (${status}) is not followed and is no answer`, async (t) => {
    const { x, ask } = await asking(t, { status, headers: { location: '/2/elsewhere' }, body: users });
    const error = await runErrorOf(ask(request, openDeadline()));
    assert.deepEqual([error.reason, error.retryable, error.message], ['bad_answer', true, redirect]);
    assert.equal(x.seen.length, 1);
  });
}

const cut = "X's answer to GET users/by was cut off or is not the JSON it says it is";

for (const [name, reply] of [
  ['cut off', { fault: 'cut' }],
  ['cut off and compressed unasked', { fault: 'cut-gzip' }],
  ['compressed and corrupt', { fault: 'corrupt-gzip' }],
  ['not the JSON it says it is', { status: 200, body: '{"data":' }],
] as const) {
  test(`an answer that is ${name} is no answer, and is not asked for again here`, async (t) => {
    const { x, ask } = await asking(t, reply);
    const error = await runErrorOf(ask(request, openDeadline()));
    assert.deepEqual([error.reason, error.retryable, error.message], ['bad_answer', true, cut]);
    assert.equal(x.seen.length, 1);
  });
}

test('a request that died without an answer is sent once more', async (t) => {
  const { x, ask } = await asking(t, () => (x.seen.length < 2 ? { fault: 'close' } : { status: 200, body: users }));
  assert.deepEqual((await ask(request, openDeadline())).body, users);
  assert.equal(x.seen.length, 2);
});

test('and only once', async (t) => {
  const { x, ask } = await asking(t, { fault: 'close' });
  const error = await runErrorOf(ask(request, openDeadline()));
  assert.deepEqual([error.reason, error.retryable, error.unanswered], ['upstream_error', true, true]);
  const message = 'no connection to X for GET users/by (ECONNRESET): check TWITTER_API_URL, DNS and egress';
  assert.deepEqual([error.message, x.seen.length], [message, 2]);
});

test('nobody at the address is said with the system’s word for it', async () => {
  const x = await startXServer(() => ({ fault: 'close' }));
  await x.close();
  const ask = connectX({ url: x.url, bearerToken: 'bearer-marker', userContext: undefined });
  const error = await runErrorOf(ask(request, openDeadline()));
  assert.deepEqual([error.reason, error.retryable], ['upstream_error', true]);
  assert.match(error.message, /^no connection to X for GET users\/by \(ECONNREFUSED\)/);
});

for (const fault of ['hang', 'drip'] as const) {
  test(`an answer that ${fault}s ends with the deadline, without a second request`, { timeout: 10_000 }, async (t) => {
    const { x, ask } = await asking(t, { fault });
    const error = await runErrorOf(ask(request, startDeadline(200)));
    assert.deepEqual([error.reason, error.retryable], ['timeout', true]);
    assert.equal(error.message, 'X did not answer GET users/by in time');
    assert.equal(x.seen.length, 1);
  });

  test(`the connection of an answer that ${fault}s is closed with the deadline`, { timeout: 10_000 }, async (t) => {
    const sockets: Socket[] = [];
    const server = createServer((_request, response) => {
      if (fault === 'drip') response.writeHead(200).write(' ');
    });
    server.on('connection', (socket) => sockets.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => closeServer(server));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/2/`;
    const ask = connectX({ url, bearerToken: 'x', userContext: undefined });
    await runErrorOf(ask(request, startDeadline(200)));
    for (const socket of sockets) if (!socket.closed) await once(socket, 'close');
    assert.equal(sockets.length, 1);
  });
}

test('after the deadline nothing is sent', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: users });
  assert.equal((await runErrorOf(ask(request, openDeadline(true)))).reason, 'timeout');
  assert.equal(x.seen.length, 0);
});

test('a connection is kept for the next request', async (t) => {
  let connections = 0;
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end('{}'));
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => closeServer(server));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/2/`;
  const ask = connectX({ url, bearerToken: 'x', userContext: undefined });
  for (let round = 0; round < 3; round += 1) await ask(request, openDeadline());
  assert.equal(connections, 1);
});
