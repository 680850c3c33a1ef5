import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request as openRequest } from 'node:http';
import { test } from 'node:test';
import { type FunctionProcess, runToEnd } from '../../support/function-process.ts';
import { answerEveryone, markerToken, readPoints, startPipeline } from './pipeline.ts';

test('probes, description, and what is not there', async (t) => {
  const { fn, x } = await startPipeline(t, { users: 'jack, id:12' });
  const rows: readonly (readonly [method: string, path: string, status: number, allow: string | null])[] = [
    ['GET', '/health/liveness', 200, null],
    ['GET', '/health/readiness', 200, null],
    ['HEAD', '/health/readiness', 200, null],
    ['POST', '/health/readiness', 405, 'GET, HEAD'],
    ['GET', '/', 200, null],
    ['HEAD', '/', 200, null],
    ['PUT', '/', 405, 'GET, HEAD, POST'],
    ['DELETE', '/?plan', 405, 'GET, HEAD, POST'],
    ['GET', '/metrics', 404, null],
    ['POST', '/other', 404, null],
  ];
  for (const [method, path, status, allow] of rows) {
    const response = await fetch(`${fn.url}${path}`, { method });
    assert.deepEqual([response.status, response.headers.get('allow')], [status, allow], `${method} ${path}`);
  }
  assert.equal(await (await fetch(`${fn.url}/health/liveness`)).text(), 'ok');
  const description = (await (await fetch(fn.url)).json()) as Record<string, unknown>;
  assert.deepEqual(Object.keys(description), ['name', 'version', 'app', 'accounts', 'collectors', 'budget', 'latches']);
  assert.deepEqual(description['accounts'], ['jack', 'id:12']);
  assert.deepEqual(description['budget'], { budgetMicroUsd: 1_000_000, profilesMicroUsd: 20_000 });
  assert.equal(x.seen.length, 0);
});

test('requests that mean nothing are refused with a sentence, and X is not asked', async (t) => {
  const { fn, x } = await startPipeline(t);
  const rows: readonly (readonly [body: unknown, says: RegExp])[] = [
    [{ job: 'dance' }, /unknown job "dance": this version knows collect/],
    [{ collectors: ['weather'] }, /unknown collector "weather": this version knows user/],
    [{ users: ['stranger'] }, /"stranger" is not among the configured accounts/],
    [[], /not a JSON object/],
    [{ every: -1 }, /"every"/],
  ];
  for (const [body, says] of rows) {
    for (const response of [await fn.post('/', body), await fn.postEvent(body)]) {
      assert.equal(response.status, 400);
      assert.match(((await response.json()) as { error: string }).error, says);
    }
  }
  const foreign = await fn.postEvent({}, { 'ce-type': 'boson.fn' });
  assert.deepEqual(
    [foreign.status, await foreign.json()],
    [
      400,
      { error: 'an event of type boson.fn: only dev.knative.sources.ping and twittergraph.record.v1 are understood' },
    ],
  );
  assert.equal((await fn.postEvent({}, { 'ce-time': 'yesterday' })).status, 400);
  assert.equal((await fn.postEvent({}, { 'ce-specversion': '0.3' })).status, 400);
  assert.equal((await fn.postEvent([], { 'content-type': 'application/cloudevents-batch+json' })).status, 400);
  assert.equal(x.seen.length, 0);
});

test('a body above 1 MiB is refused, announced or not; a compressed one is not unpacked', async (t) => {
  const { fn } = await startPipeline(t);
  const large = Buffer.alloc(1_048_577, ' ');
  const announced = await fetch(fn.url, { method: 'POST', body: large });
  assert.equal(announced.status, 413);
  for (const type of ['application/json', 'text/plain', undefined]) {
    // The connection ends, and who sent the body must not send the next request over it.
    assert.deepEqual(await postInChunks(fn, large, type), [413, 'close'], `in chunks as ${type ?? 'nothing'}`);
    assert.doesNotMatch(fn.output(), /broke off|Exception/);
  }
  const packed = await fetch(fn.url, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: 'x' });
  assert.equal(packed.status, 415);
  assert.equal((await fn.post('/?plan', { padding: ' '.repeat(1_000_000) })).status, 200);
});

test('a connection outlives the pool of queue-proxy', async (t) => {
  const { fn } = await startPipeline(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => {
    agent.destroy();
  });
  await readiness(fn, agent);
  const { keepAlive, reused } = await readiness(fn, agent);
  assert.equal(reused, true);
  assert.ok(Number(/timeout=(\d+)/.exec(keepAlive)?.[1]) > 90, keepAlive);
});

test('a latch stops the asking until a probe succeeds, and GET / tells', async (t) => {
  const { fn, influxd, x } = await startPipeline(t, { users: 'jack' });
  x.reply = () => ({ status: 402, body: { title: 'CreditsDepleted', detail: 'no credits' } });
  assert.equal((await fn.postEvent({})).status, 422);
  x.reply = answerEveryone;
  const held = await fn.postEvent({});
  assert.equal(held.status, 422);
  assert.match(await held.text(), /X was not asked: it refused at .* and is tried again at/);
  assert.equal(x.seen.length, 1);
  const { latches } = (await (await fetch(fn.url)).json()) as { latches: { reason: string }[] };
  assert.deepEqual(
    latches.map(({ reason }) => reason),
    ['credits_depleted'],
  );
  assert.equal((await fn.postEvent({ job: 'collect', probe: true })).status, 204);
  assert.equal((await fn.postEvent({})).status, 204);
  assert.deepEqual(((await (await fetch(fn.url)).json()) as { latches: unknown }).latches, []);
  assert.ok((await readPoints(influxd, 'twitter_user')).length > 0);
});

test('before the reset of a rate limit X is not asked again', async (t) => {
  const { fn, x } = await startPipeline(t);
  const reset = Math.floor(Date.now() / 1000) + 300;
  const headers = { 'x-rate-limit-limit': '300', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(reset) };
  x.reply = () => ({ status: 429, headers, body: { title: 'Too Many Requests' } });
  for (let round = 1; round <= 2; round += 1) {
    const response = await fn.postEvent({});
    const seconds = Number(response.headers.get('retry-after'));
    assert.equal(response.status, 503);
    assert.ok(seconds > 290 && seconds <= 300, String(seconds));
  }
  assert.equal(x.seen.length, 1);
});

test('runs are serialised, and one that waits too long ends with 503', async (t) => {
  const { fn, x } = await startPipeline(t, { env: { RUN_TIMEOUT_SECONDS: '2' } });
  x.reply = () => ({ fault: 'hang' });
  const runs = await Promise.all([fn.postEvent({}), fn.postEvent({}), fn.postEvent({})]);
  assert.deepEqual(
    runs.map(({ status }) => status),
    [503, 503, 503],
  );
  x.reply = answerEveryone;
  const asked = x.seen.length;
  assert.ok(asked < 3, `X was asked ${asked} times`);
  assert.equal((await fn.postEvent({})).status, 204);
});

test('SIGTERM ends the process, and a wrong environment stops the start with every problem and no secret', async (t) => {
  const { fn, env } = await startPipeline(t);
  await fn.stop('SIGTERM');
  const { code, output } = await runToEnd({
    ...env,
    TWITTER_USERS: 'jack, not a name',
    TWITTER_API_URL: 'http://example.com/2/',
    TWITTER_DAILY_BUDGET_USD: 'ten',
    RUN_TIMEOUT_SECONDS: '0',
    INFLUXDB_URL: 'influxdb',
  });
  assert.equal(code, 1);
  assert.match(output, /its configuration has 5 problems/);
  for (const name of [
    'TWITTER_USERS',
    'TWITTER_API_URL',
    'TWITTER_DAILY_BUDGET_USD',
    'RUN_TIMEOUT_SECONDS',
    'INFLUXDB_URL',
  ]) {
    assert.match(output, new RegExp(`^  - ${name}`, 'm'));
  }
  assert.ok(!output.includes(markerToken) && !output.includes(env['INFLUXDB_PASSWORD'] ?? '-'));
});

async function postInChunks(fn: FunctionProcess, body: Buffer, type: string | undefined): Promise<unknown[]> {
  const headers = type === undefined ? {} : { 'content-type': type };
  const request = openRequest(fn.url, { method: 'POST', headers: { ...headers, 'transfer-encoding': 'chunked' } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return [response.statusCode, response.headers.connection];
}

async function readiness(fn: FunctionProcess, agent: Agent): Promise<{ keepAlive: string; reused: boolean }> {
  const request = openRequest(`${fn.url}/health/readiness`, { agent });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return { keepAlive: String(response.headers['keep-alive']), reused: request.reusedSocket };
}
