import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pointOf, partialWrite } from '../run/world.ts';
import { linePoint } from '../store/recorded.ts';
import { openSurface } from './world.ts';

const time = Date.parse('2026-11-23T12:00:00Z');
const points = [pointOf(time), linePoint('p1', 'settled')];
const hasty = { RUN_TIMEOUT_SECONDS: '1' };
const recorder = { JOBS: 'record', TWITTER_USERS: '', TWITTER_BEARER_TOKEN: '' };

test('a record event is written as it is: 204, nothing is read and X is not asked; twice is once more', async (t) => {
  const { postRecord, influxdb, logged } = await openSurface(t, { env: recorder });
  for (let round = 1; round <= 2; round += 1) {
    assert.deepEqual(await postRecord({ points }).then(({ status, text }) => [status, text]), [204, '']);
    assert.deepEqual([influxdb.reads, influxdb.writes.length], [[], round]);
    assert.deepEqual(influxdb.writes.at(-1), points);
  }
  const [level, message, facts] = logged[0] ?? [];
  assert.deepEqual([level, message, facts?.['job'], facts?.['points']], ['info', 'run', 'record', 2]);
});

test('a record event of which one point is wrong is refused whole: 400, and nothing is written', async (t) => {
  const { postRecord, influxdb } = await openSurface(t, { env: recorder });
  for (const data of [undefined, {}, { points: [] }, { points: [...points, { ...points[0], time: 'now' }] }]) {
    const { status, text } = await postRecord(data);
    assert.equal(status, 400);
    assert.match(text, /twittergraph\.record\.v1: /);
  }
  assert.deepEqual(influxdb.writes, []);
});

test('what InfluxDB refuses for good is 422, and what may pass 503 with Retry-After', async (t) => {
  const { postRecord, influxdb } = await openSurface(t, { env: { ...recorder, ...hasty } });
  for (const [reply, status, reason] of [
    [partialWrite, 422, 'store_refused'],
    [{ status: 401, text: '' }, 422, 'store_refused'],
    [{ status: 503, text: '' }, 503, 'store_unavailable'],
  ] as const) {
    influxdb.answer = () => reply;
    const answer = await postRecord({ points });
    assert.deepEqual([answer.status, (JSON.parse(answer.text) as { reason: string }).reason], [status, reason]);
    assert.equal(answer.headers.get('retry-after'), status === 503 ? '10' : null);
  }
  influxdb.answer = () => undefined;
  assert.equal((await postRecord({ points })).status, 204);
});

test('only an event can bring a record, and it cannot ask for a plan or a dry run', async (t) => {
  const { post, postRecord, influxdb } = await openSurface(t);
  const byHand = await post({ job: 'record', points });
  assert.equal(byHand.status, 400);
  assert.match(byHand.text, /unknown job .{2}record/);
  for (const path of ['/?plan', '/?dry-run']) assert.equal((await postRecord({ points }, path)).status, 400);
  assert.deepEqual(influxdb.writes, []);
});

test('JOBS says what a deployment answers, as an event and by hand', async (t) => {
  const alone = await openSurface(t, { env: recorder });
  const error = 'this deployment answers record events alone (JOBS)';
  for (const answer of [
    await alone.post({ job: 'collect' }),
    await alone.postEvent({}),
    await alone.post({}, '/?plan'),
  ]) {
    assert.deepEqual([answer.status, JSON.parse(answer.text)], [400, { error }]);
  }
  const collector = await openSurface(t, { env: { JOBS: 'collect' } });
  assert.match(
    (await collector.post({ job: 'summarize' })).text,
    /unknown job .{2}summarize.{2}: this version knows collect"/,
  );
  const refused = await collector.postRecord({ points });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /twittergraph\.record\.v1: JOBS leaves record out here/);
  assert.deepEqual([alone.influxdb.writes, collector.influxdb.writes], [[], []]);
});
