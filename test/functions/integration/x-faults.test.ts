import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { XReply } from '../../support/x-server.ts';
import { answerEveryone, markerToken, rateLimit, readPoints, startPipeline } from './pipeline.ts';

/** Less than a request of X may take; a third of it is enough for InfluxDB on a busy machine. */
const timeoutSeconds = 8;
const problem = (status: number, title: string, rest: object = {}): XReply => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { title, detail: `Your token ${markerToken} was not liked`, status, ...rest },
});
const credits = { type: 'https://api.twitter.com/2/problems/credits' };
const html = { 'content-type': 'text/html' };

const faults: readonly (readonly [name: string, reply: () => XReply, status: number, reason: string])[] = [
  ['400', () => problem(400, 'Invalid Request'), 422, 'upstream_error'],
  ['401', () => problem(401, 'Unauthorized'), 422, 'unauthorized'],
  ['402', () => problem(402, 'CreditsDepleted', credits), 422, 'credits_depleted'],
  ['403', () => problem(403, 'Client Forbidden', { reason: 'client-not-enrolled' }), 422, 'forbidden'],
  ['403 spend cap', () => problem(403, 'SpendCapReached', { ...credits, reset_date: '2999-01-01' }), 422, 'spend_cap'],
  ['404', () => ({ status: 404 }), 422, 'upstream_error'],
  ['429', () => ({ ...problem(429, 'Too Many Requests'), headers: rateLimit(0) }), 503, 'rate_limited'],
  [
    '429 as text',
    () => ({ status: 429, headers: { 'content-type': 'text/plain' }, body: 'Rate limit exceeded' }),
    503,
    'rate_limited',
  ],
  [
    '429 usage cap',
    () => problem(429, 'UsageCapExceeded', { type: 'https://api.x.com/2/problems/usage-capped' }),
    422,
    'usage_cap',
  ],
  ['500', () => problem(500, 'Internal Error'), 503, 'upstream_error'],
  ['503 as HTML', () => ({ status: 503, headers: html, body: '<html>Over capacity</html>' }), 503, 'upstream_error'],
  ['503 as HTML that says it is JSON', () => ({ status: 503, body: '<html>' }), 503, 'upstream_error'],
  ['HTML with 200', () => ({ status: 200, headers: html, body: '<html>Log in</html>' }), 503, 'bad_answer'],
  ['an empty 200', () => ({ status: 200 }), 503, 'bad_answer'],
  ['a wrong shape', () => ({ status: 200, body: { data: { id: '12' } } }), 503, 'bad_answer'],
  ['a body cut off', () => ({ fault: 'cut' }), 503, 'bad_answer'],
  ['a gzip body cut off', () => ({ fault: 'cut-gzip' }), 503, 'bad_answer'],
  ['a corrupt gzip body', () => ({ fault: 'corrupt-gzip' }), 503, 'bad_answer'],
  ['a redirect', () => ({ status: 302, headers: { location: 'https://example.com/' } }), 503, 'bad_answer'],
  ['a drip', () => ({ fault: 'drip' }), 503, 'timeout'],
  ['nothing at all', () => ({ fault: 'hang' }), 503, 'timeout'],
  ['a closed connection', () => ({ fault: 'close' }), 503, 'upstream_error'],
];

for (const [name, reply, status, reason] of faults) {
  test(`X answers with ${name}: ${status}, ${reason} on the dashboard, no secret, and the next tick works`, async (t) => {
    const { fn, influxd, x } = await startPipeline(t, { env: { RUN_TIMEOUT_SECONDS: String(timeoutSeconds) } });
    x.reply = reply;
    const failed = await fn.postEvent({ job: 'collect' });
    const body = await failed.text();
    assert.deepEqual([failed.status, (JSON.parse(body) as { reason: string }).reason], [status, reason]);
    assert.ok(Buffer.byteLength(body) <= 1024);
    assert.equal(failed.headers.has('retry-after'), status === 503);
    assert.match(fn.output(), /"level":"error"/);
    const failures = await readPoints(influxd, 'twitter_collector_failure');
    assert.deepEqual(
      failures.map((point) => [point['collector'], point['reason']]),
      [['user', reason]],
    );
    assert.deepEqual(
      (await readPoints(influxd, 'twitter_collector_run')).map((point) => point['success']),
      [0],
    );
    assert.ok(!`${body}${fn.output()}${JSON.stringify(failures)}`.includes(markerToken), 'no secret is printed');

    x.reply = answerEveryone;
    const data = { job: 'collect', probe: true };
    assert.equal((await fn.postEvent(data)).status, name === '429' ? 503 : 204, 'the next tick');
  });
}

test('X cannot be reached', async (t) => {
  const { fn, x } = await startPipeline(t, { env: { RUN_TIMEOUT_SECONDS: '2' } });
  await x.close();
  const failed = await fn.post('/');
  const report = (await failed.json()) as { failures: { detail: string }[] };
  assert.equal(failed.status, 503);
  assert.match(report.failures[0]?.detail ?? '', /^no connection to X for GET users\/by \(ECONNREFUSED\): check/);
});
