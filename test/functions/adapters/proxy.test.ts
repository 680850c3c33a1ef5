import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { connectX } from '../../../functions/adapters/twitter.ts';
import { within } from '../../../functions/deadline.ts';
import { isRetryable, RunError } from '../../../functions/failure.ts';
import type { AskX, XReply } from '../../../functions/x/answer.ts';
import { type ProxyServer, startProxyServer } from '../../support/proxy-server.ts';
import { profile, startXServer, type XServer } from '../../support/x-server.ts';

let x: XServer;
let proxy: ProxyServer;
before(async () => {
  x = await startXServer(() => ({ status: 200, body: { data: [profile('12', 'jack')] } }));
  proxy = await startProxyServer();
});
beforeEach(() => {
  proxy.answer = 'tunnel';
  for (const { seen } of [x, proxy]) seen.length = 0;
});
after(() => Promise.all([x.close(), proxy.close()]));

function connect(port = proxy.port): AskX {
  return connectX({
    url: x.url,
    bearerToken: 'bearer-marker',
    userContext: undefined,
    proxy: `http://jane:pass%20marker@127.0.0.1:${port}/`,
  });
}

function ask(askX: AskX, durationMs = 5000): Promise<XReply> {
  const request = { path: 'users/by', query: { usernames: 'jack' } };
  return within(undefined, durationMs, (deadline) => askX(request, 'bearer', deadline));
}

async function failureOf(asking: Promise<unknown>): Promise<RunError> {
  const error: unknown = await asking.then(
    () => assert.fail('it was answered'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RunError, String(error));
  return error;
}

test('X is asked through one tunnel, which the next request uses too', async () => {
  const askX = connect();
  const replies = [await ask(askX), await ask(askX)];
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(x.seen.length, 2);
  const { host } = new URL(x.url);
  assert.deepEqual(
    proxy.seen.map(({ target }) => target),
    [host],
  );
  const basic = Buffer.from('jane:pass marker').toString('base64');
  assert.equal(proxy.seen[0]?.headers['proxy-authorization'], `Basic ${basic}`);
  assert.equal(proxy.seen[0].headers.authorization, undefined);
  assert.equal(x.seen[0]?.headers['proxy-authorization'], undefined);
});

for (const status of [403, 407, 502]) {
  test(`a proxy that answers ${status} is no answer of X: nothing was sent, nothing can cost`, async () => {
    proxy.answer = status;
    const { failure, mayCost } = await failureOf(ask(connect()));
    assert.equal(failure.reason, 'upstream_error');
    assert.match(failure.detail, new RegExp(`the proxy answered ${status} .* check HTTPS_PROXY`));
    assert.deepEqual([isRetryable(failure), mayCost, x.seen.length], [true, false, 0]);
  });
}

test('a proxy that is not there costs nothing', async () => {
  const gone = await startProxyServer();
  await gone.close();
  const { failure, mayCost } = await failureOf(ask(connect(gone.port)));
  assert.match(failure.detail, /ECONNREFUSED.*any proxy/);
  assert.deepEqual([failure.reason, isRetryable(failure), mayCost], ['upstream_error', true, false]);
});

test('what is cut behind an open tunnel may have cost', async () => {
  proxy.answer = 'cut';
  const { failure, mayCost } = await failureOf(ask(connect()));
  assert.deepEqual([failure.reason, mayCost], ['upstream_error', true]);
});

test('a proxy that never answers costs nothing, keeps no connection, and takes no place from later requests', async () => {
  const [askX, openBefore] = [connect(), proxy.open()];
  proxy.answer = 'hang';
  for (let round = 0; round < 3; round += 1) {
    const asked = await Promise.all(Array.from({ length: 8 }, () => failureOf(ask(askX, 100))));
    assert.deepEqual(new Set(asked.map(({ failure }) => failure.reason)), new Set(['timeout']));
    assert.ok(asked.every(({ mayCost }) => !mayCost));
  }
  proxy.answer = 'tunnel';
  assert.equal((await ask(askX)).status, 200);
  assert.equal(proxy.open(), openBefore + 1);
});
