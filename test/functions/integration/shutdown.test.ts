import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { shutdownMs } from '../../../functions/deadline.ts';
import { profile, type XReply } from '../../support/x-server.ts';
import { type Pipeline, readPoints, startPipeline } from './pipeline.ts';

const data = [profile('12', 'jack'), profile('13', 'ada')];

/** What a run takes that nobody ends: RUN_TIMEOUT_SECONDS. Nothing finer is asserted, since machines are busy. */
const runMs = 30_000;

/** What became of the event and of the process. */
interface Ended {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly reason: string; readonly detail: string };
  readonly answeredMs: number;
  readonly endedMs: number;
}

/** Sends an event, and the signal once X was asked `requests` times. */
async function endInMidRun(pipeline: Pipeline, signal: NodeJS.Signals, requests: number): Promise<Ended> {
  const { fn, x } = pipeline;
  const answering = fn.postEvent({ job: 'collect', collectors: ['user', 'tweet'] });
  while (x.seen.length < requests) await wait(10);
  const startedAt = Date.now();
  const ending = fn.stop(signal);
  const answer = await answering;
  const answeredMs = Date.now() - startedAt;
  const body = (await answer.json()) as Ended['body'];
  await ending;
  return { status: answer.status, headers: answer.headers, body, answeredMs, endedMs: Date.now() - startedAt };
}

/** Two accounts, whose timelines X answers as `timelines` says. */
async function start(t: TestContext, timelines: XReply): Promise<Pipeline> {
  const pipeline = await startPipeline(t, { users: 'jack, ada' });
  pipeline.x.reply = ({ path }) => (path.endsWith('/tweets') ? timelines : { status: 200, body: { data } });
  return pipeline;
}

async function statesOf({ influxd }: Pipeline): Promise<readonly unknown[]> {
  const lines = await readPoints(influxd, 'twitter_ledger');
  return lines.map(({ resource, state }) => `${String(resource)} ${String(state)}`).sort();
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} in mid-run: the answers under way are taken, written and settled, and the event comes again`, async (t) => {
    const body = { data: [{ id: '1700000000000000001', public_metrics: { like_count: 5 } }], meta: {} };
    const pipeline = await start(t, { status: 200, body, afterMs: 1000 });
    const { status, headers, body: said, answeredMs } = await endInMidRun(pipeline, signal, 3);
    assert.deepEqual([status, said.reason], [503, 'timeout']);
    assert.match(said.detail, /told to end \(SIGTERM\)/);
    assert.ok(headers.has('retry-after'));
    assert.equal(headers.get('x-google-status'), null);
    assert.ok(answeredMs < runMs, `${answeredMs} ms`);
    assert.equal((await readPoints(pipeline.influxd, 'twitter_tweet')).length, 2);
    assert.deepEqual(await statesOf(pipeline), [
      ...Array.from({ length: 2 }, () => 'tweet reserved'),
      ...Array.from({ length: 2 }, () => 'tweet settled'),
      'user reserved',
      'user settled',
    ]);
  });
}

test('what X does not answer within three seconds of SIGTERM stays held, and the rest is written', async (t) => {
  const pipeline = await start(t, { fault: 'hang' });
  const { status, answeredMs, endedMs } = await endInMidRun(pipeline, 'SIGTERM', 3);
  assert.equal(status, 503);
  assert.ok(answeredMs > 2500 && endedMs < runMs, `${answeredMs} and ${endedMs} ms`);
  assert.equal((await readPoints(pipeline.influxd, 'twitter_user')).length, 2);
  assert.deepEqual(await statesOf(pipeline), ['tweet reserved', 'tweet reserved', 'user reserved', 'user settled']);
});

test('what is not asked yet is not asked any more', async (t) => {
  const pipeline = await startPipeline(t, { users: 'jack, ada' });
  pipeline.x.reply = () => ({ status: 200, body: { data }, afterMs: 500 });
  const { status } = await endInMidRun(pipeline, 'SIGTERM', 1);
  assert.equal(status, 503);
  assert.equal(pipeline.x.seen.length, 1);
  assert.equal((await readPoints(pipeline.influxd, 'twitter_user')).length, 2);
});

test('with InfluxDB silent the answer still comes in time', async (t) => {
  const pipeline = await start(t, { fault: 'hang' });
  pipeline.influxd.pause();
  t.after(() => {
    pipeline.influxd.resume();
  });
  const answering = pipeline.fn.postEvent({});
  await wait(300);
  const startedAt = Date.now();
  const ending = pipeline.fn.stop();
  assert.equal((await answering).status, 503);
  await ending;
  assert.ok(Date.now() - startedAt < runMs, `${Date.now() - startedAt} ms`);
});

test('an idle function ends at once, and one that is ending takes no new event', async (t) => {
  const { fn } = await start(t, { fault: 'hang' });
  const startedAt = Date.now();
  await fn.stop();
  assert.ok(Date.now() - startedAt < shutdownMs.all);
  const other = await start(t, { fault: 'hang' });
  const first = other.fn.postEvent({ collectors: ['tweet'] });
  while (other.x.seen.length < 2) await wait(10);
  const ending = other.fn.stop();
  await wait(50);
  const second = await other.fn.postEvent({});
  assert.equal(second.status, 503);
  assert.equal((await first).status, 503);
  await ending;
});
