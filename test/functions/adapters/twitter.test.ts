import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { profile } from '../../support/x-server.ts';
import { openDeadline } from '../fixtures.ts';
import { asking, request, serving, userContext, wayTo } from './asking.ts';

const users = { data: [profile('12', 'jack')] };
const both = { bearerToken: 'bearer-marker', userContext };

test('a look-up is one GET with its parameters and the bearer token, for an answer that is not packed', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: users });
  await ask(request, 'bearer', openDeadline());
  const [seen] = x.seen;
  assert.equal(x.seen.length, 1);
  assert.deepEqual([seen?.method, seen?.path], ['GET', '/2/users/by']);
  assert.deepEqual(Object.fromEntries(seen?.query ?? []), request.query);
  assert.equal(seen?.headers.authorization, 'Bearer bearer-marker');
  assert.equal(seen.headers['accept-encoding'] ?? 'identity', 'identity');
});

test('each credential signs what is asked with it', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: users }, both);
  for (const credential of ['owner', 'bearer', 'owner'] as const) await ask(request, credential, openDeadline());
  const kinds = x.seen.map(({ headers }) => headers.authorization?.split(' ')[0]);
  assert.deepEqual(kinds, ['OAuth', 'Bearer', 'OAuth']);
});

test('a credential that is not there signs nothing, and nothing is sent', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: users });
  await assert.rejects(ask(request, 'owner', openDeadline()), { name: 'Error', message: 'no credentials for X' });
  assert.equal(x.seen.length, 0);
});

test('OAuth 1.0a signs path and parameters as RFC 5849 says', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: users }, { userContext });
  await ask(request, 'owner', openDeadline());
  const header = x.seen[0]?.headers.authorization ?? '';
  assert.match(header, /^OAuth /);
  const pairs = header.slice('OAuth '.length).split(/,\s*/);
  const sent = new Map(
    pairs.map((pair) => /^(.+?)="(.*)"$/.exec(pair)?.slice(1).map(decodeURIComponent) as [string, string]),
  );
  const signature = sent.get('oauth_signature');
  sent.delete('oauth_signature');
  assert.equal(signature, signatureOf(`${x.url}users/by`, [...sent, ...Object.entries(request.query)]));
  const names = ['oauth_consumer_key', 'oauth_token', 'oauth_signature_method', 'oauth_version'];
  assert.deepEqual(
    names.map((name) => sent.get(name)),
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

for (const [status, body] of [
  [200, JSON.stringify(users)],
  [200, '{"data":'],
  [200, '<html>'],
  [200, ''],
  [204, ''],
  [304, ''],
  [400, '{"errors":[null]}'],
  [403, '{"errors":[null]}'],
  [404, '<!DOCTYPE html>'],
  [429, '{"errors":[null]}'],
  [500, '{"errors":[null]}'],
  [503, ''],
  [520, 'null'],
] as const) {
  test(`an answer of ${status} with the body ${body.slice(0, 20)} is handed on as it came`, async (t) => {
    const headers = { 'x-rate-limit-remaining': '0', date: 'Mon, 23 Nov 2026 01:40:40 GMT' };
    const { x, ask } = await asking(t, { status, headers, body });
    const reply = await ask(request, 'bearer', openDeadline());
    assert.deepEqual([reply.status, reply.body.toString()], [status, body]);
    const { 'x-rate-limit-remaining': remaining, date } = reply.headers;
    assert.deepEqual({ 'x-rate-limit-remaining': remaining, date }, headers);
    assert.equal(x.seen.length, 1);
  });
}

for (const status of [301, 302, 307, 308, 200]) {
  test(`where an answer of ${status} leads is not followed`, async (t) => {
    const headers = { location: '/2/elsewhere' };
    const { x, ask } = await asking(t, { status, headers, body: users });
    const reply = await ask(request, 'bearer', openDeadline());
    assert.deepEqual([reply.status, reply.headers['location'], x.seen.length], [status, '/2/elsewhere', 1]);
  });
}

test('an answer that is packed unasked is handed on as it came', async (t) => {
  const packed = gzipSync(JSON.stringify(users));
  const { ask } = await serving(t, (_request, response) => response.setHeader('content-encoding', 'gzip').end(packed));
  const { headers, body } = await ask(request, 'bearer', openDeadline());
  assert.deepEqual([headers['content-encoding'], body], ['gzip', packed]);
});

test('answers that come in another order than the requests keep their own status', async (t) => {
  const { ask } = await asking(t, ({ query }) => {
    const status = Number(query.get('status'));
    return { status, body: { status }, afterMs: 700 - status };
  });
  const statuses = [200, 404, 503, 201];
  const replies = await Promise.all(
    statuses.map((status) => ask({ path: 'users', query: { status: `${status}` } }, 'bearer', openDeadline())),
  );
  assert.deepEqual(
    replies.map(({ status, body }) => [status, JSON.parse(body.toString())] as unknown),
    statuses.map((status) => [status, { status }]),
  );
});

test('a connection is kept for the next request', async (t) => {
  const { ask, sockets } = await serving(t, (_request, response) => response.end('{}'));
  for (let round = 0; round < 3; round += 1) await ask(request, 'bearer', openDeadline());
  assert.equal(sockets.length, 1);
});

test('two ways to X know nothing of each other’s requests', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: users });
  const other = wayTo(x.url);
  const replies = await Promise.all([ask, other].map((each) => each(request, 'bearer', openDeadline())));
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200],
  );
});
