import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';

import { isRetryable, type RunError } from '../../../functions/failure.ts';
import { startByteServer, startUntrustedServer } from '../../support/broken-x.ts';
import { startXServer } from '../../support/x-server.ts';
import { openDeadline, runErrorOf } from '../fixtures.ts';
import { abortingDeadline, asking, request, serving, wayTo } from './asking.ts';

const limit = 8_388_608;

/** What the books must know of it. */
function factsOf({ failure, status, mayCost }: RunError): readonly unknown[] {
  return [failure.reason, isRetryable(failure), status, mayCost];
}

const unsent: Readonly<Record<string, () => Promise<string>>> = {
  'nobody listens (ECONNREFUSED)': async () => {
    const x = await startXServer(() => ({ fault: 'close' }));
    await x.close();
    return x.url;
  },
  'the name leads nowhere (ENOTFOUND)': () => Promise.resolve('http://x.invalid/2/'),
};

for (const [what, urlOf] of Object.entries(unsent)) {
  test(`where ${what} nothing left, and nothing can be charged`, async () => {
    const error = await runErrorOf(wayTo(await urlOf())(request, 'bearer', openDeadline()));
    assert.deepEqual(factsOf(error), ['upstream_error', true, undefined, false]);
    const code = /\((\w+)\)/.exec(what)?.[1] ?? '';
    // Where the resolver itself cannot be reached the code is another one.
    assert.match(error.message, new RegExp(`^no connection to X for GET users/by \\((${code}|EAI_AGAIN)\\): check `));
  });
}

test('to a server whose certificate nobody vouches for nothing is sent, and nothing can be charged', async (t) => {
  const error = await runErrorOf(wayTo(await startUntrustedServer(t))(request, 'bearer', openDeadline()));
  assert.deepEqual(factsOf(error), ['upstream_error', true, undefined, false]);
  assert.match(error.message, /\((DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE)\)/);
});

for (const [what, bytes, status] of [
  ['an early hint', 'HTTP/1.1 103 Early Hints\r\n\r\n', 100],
  ['a change of protocol', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', 101],
] as const) {
  test(`${what} and then nothing is no answer that X bills for`, async (t) => {
    const ask = wayTo(await startByteServer(t, bytes, { closes: true }));
    const error = await runErrorOf(ask(request, 'bearer', openDeadline()));
    assert.deepEqual([error.status, error.mayCost, isRetryable(error.failure)], [status, false, true]);
  });
}

test('an early hint before the answer changes nothing about it', async (t) => {
  const { ask } = await serving(t, (_request, response) => {
    response.writeEarlyHints({ link: '</x>; rel=preload' });
    response.end('{}');
  });
  assert.equal((await ask(request, 'bearer', openDeadline())).status, 200);
});

test('a request that died on a new connection may have been charged, and is not sent again', async (t) => {
  const { x, ask } = await asking(t, { fault: 'close' });
  const error = await runErrorOf(ask(request, 'bearer', openDeadline()));
  assert.deepEqual([...factsOf(error), x.seen.length], ['upstream_error', true, undefined, true, 1]);
  assert.match(error.message, /^no connection to X for GET users\/by \(ECONNRESET\)/);
});

test('a request that died on a kept connection is sent once more', async (t) => {
  let count = 0;
  const { ask, sockets } = await serving(t, (_request, response) => {
    count += 1;
    if (count === 2) response.socket?.destroy();
    else response.end('{}');
  });
  for (let round = 0; round < 2; round += 1) assert.equal((await ask(request, 'bearer', openDeadline())).status, 200);
  assert.deepEqual([count, sockets.length], [3, 2]);
});

test('and only once, also where another connection was kept: nobody knows what became of the first', async (t) => {
  const waiting: (() => void)[] = [];
  let count = 0;
  const { ask, sockets } = await serving(t, (_request, response) => {
    count += 1;
    if (count > 3) response.socket?.destroy();
    else waiting.push(() => response.end('{}'));
    if (count === 3) for (const answer of waiting) answer();
  });
  await Promise.all([1, 2, 3].map(() => ask(request, 'bearer', openDeadline())));
  assert.equal(sockets.length, 3);
  const error = await runErrorOf(ask(request, 'bearer', openDeadline()));
  assert.deepEqual([...factsOf(error), count], ['upstream_error', true, undefined, true, 5]);
});

test('a request for which no connection was free never left', { timeout: 20_000 }, async (t) => {
  const deadline = abortingDeadline();
  let count = 0;
  const { ask } = await serving(t, () => {
    count += 1;
    if (count === 16) deadline.abort();
  });
  const all = Array.from({ length: 17 }, () => runErrorOf(ask(request, 'bearer', deadline)));
  const mayCost = (await Promise.all(all)).map((error) => error.mayCost);
  assert.deepEqual([mayCost.slice(0, 16).every(Boolean), mayCost[16], count], [true, false, 16]);
});

test('a request that died on a kept connection may have been charged, though the second never left', async (t) => {
  const sockets: Socket[] = [];
  const server = createServer((_request, response) => response.end('{}'));
  const { ask } = await serving(t, (_request, response) => {
    sockets.push(response.socket as Socket);
    if (sockets.length === 1) response.end('{}');
    else stop();
  });
  server.close();
  const stop = (): void => {
    const [socket] = sockets;
    (socket as unknown as { server: ReturnType<typeof createServer> }).server.close();
    socket?.destroy();
  };
  await ask(request, 'bearer', openDeadline());
  const error = await runErrorOf(ask(request, 'bearer', openDeadline()));
  assert.deepEqual(factsOf(error), ['upstream_error', true, undefined, true]);
  assert.match(error.message, /ECONNREFUSED/);
});

for (const [fault, status, mayCost] of [
  ['hang', undefined, true],
  [200, 200, true],
  [503, 503, false],
] as const) {
  const what = fault === 'hang' ? 'never begins' : `ends after a head of ${fault}`;
  test(`an answer that ${what} ends with the deadline, and so does its connection`, { timeout: 20_000 }, async (t) => {
    const deadline = abortingDeadline();
    const { ask, sockets } = await serving(t, (_request, response) => {
      if (fault === 'hang') deadline.abort();
      else response.writeHead(fault).write(' ');
    });
    const onHead = (): NodeJS.Immediate => setImmediate(deadline.abort);
    subscribe('http.client.response.finish', onHead);
    t.after(() => unsubscribe('http.client.response.finish', onHead));
    const error = await runErrorOf(ask(request, 'bearer', deadline));
    assert.deepEqual(factsOf(error), ['timeout', true, status, mayCost]);
    assert.equal(error.message, 'X did not answer GET users/by in time');
    for (const socket of sockets) if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
    assert.equal(sockets.length, 1);
  });
}

test('after the deadline nothing is sent', async (t) => {
  const { x, ask } = await asking(t, { status: 200, body: {} });
  const error = await runErrorOf(ask(request, 'bearer', openDeadline(true)));
  assert.deepEqual([error.failure.reason, x.seen.length], ['timeout', 0]);
});

for (const [status, mayCost] of [
  [200, true],
  [503, false],
] as const) {
  test(`an answer of ${status} that is cut off is handed on as far as it came, and not asked for again`, async (t) => {
    const { ask, sockets } = await serving(t, (_request, response) => {
      response.writeHead(status, { 'content-length': 100 });
      response.write('{"data":', () => response.socket?.destroy());
    });
    const reply = await ask(request, 'bearer', openDeadline());
    assert.deepEqual([reply.status, reply.body.toString(), sockets.length], [status, '{"data":', 1]);
  });

  test(`an answer of ${status} is read up to 8 MiB`, { timeout: 20_000 }, async (t) => {
    const { ask, sockets } = await serving(t, ({ url = '' }, response) => {
      response.writeHead(status);
      if (url.includes('endless')) {
        // Since Node 26 what is written to a closed connection fails at once, and `destroyed` is true only later.
        const next = (error?: Error | null): void => {
          if (!error && !response.destroyed) response.write('x'.repeat(65_536), next);
        };
        next();
      } else response.end('x'.repeat(Number(/bytes=(\d+)/.exec(url)?.[1])));
    });
    const askFor = (query: Record<string, string>): ReturnType<typeof ask> =>
      ask({ path: 'users', query }, 'bearer', openDeadline());
    assert.equal((await askFor({ bytes: `${limit}` })).body.length, limit);
    for (const query of [{ bytes: `${limit + 1}` }, { endless: 'x' }]) {
      const error = await runErrorOf(askFor(query));
      assert.deepEqual(factsOf(error), ['bad_answer', true, status, mayCost]);
      assert.equal(error.message, "X's answer to GET users is larger than 8388608 bytes");
    }
    for (const socket of sockets) if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  });
}
