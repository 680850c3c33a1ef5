import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFunction } from '../../support/function-process.ts';
import { writeLines } from '../../support/write-lines.ts';
import { readPoints, startPipeline } from './pipeline.ts';

/** Runs that are to fail need no more. */
const hasty = { RUN_TIMEOUT_SECONDS: '2' };

test('InfluxDB away: 503, X is not asked, and the next tick works', async (t) => {
  const { fn, env, influxd, x } = await startPipeline(t);
  const impatient = await startFunction({ ...env, ...hasty });
  t.after(() => impatient.stop());
  for (const isStopped of [true, false]) {
    if (isStopped) await influxd.stop();
    else influxd.pause();
    const failed = await impatient.postEvent({});
    assert.equal(failed.status, 503);
    assert.equal(((await failed.json()) as { reason: string }).reason, 'store_unavailable');
    const { budget } = (await (await fetch(impatient.url)).json()) as { budget: object };
    assert.deepEqual(Object.keys(budget), ['budgetMicroUsd', 'profilesMicroUsd']);
    assert.equal(x.seen.length, 0);
    influxd.resume();
    await influxd.start();
  }
  assert.equal((await fn.postEvent({})).status, 204);
  assert.equal((await readPoints(influxd, 'twitter_user')).length, 1);
});

test('InfluxDB goes away between the question and the write, and comes back in time: nothing is lost', async (t) => {
  const { fn, influxd, x } = await startPipeline(t);
  const answer = x.reply;
  x.reply = (request) => {
    influxd.pause();
    setTimeout(() => {
      influxd.resume();
    }, 500);
    return answer(request);
  };
  assert.equal((await fn.postEvent({})).status, 204);
  assert.equal((await readPoints(influxd, 'twitter_user')).length, 1);
});

test('InfluxDB hangs at the write: 503, and the same event once more gives the same point', async (t) => {
  // A third of it is for the question before, which InfluxDB still answers.
  const { fn, influxd, x } = await startPipeline(t, { env: { RUN_TIMEOUT_SECONDS: '8' } });
  const answer = x.reply;
  x.reply = (request) => {
    influxd.pause();
    return answer(request);
  };
  const event = { 'ce-time': new Date().toISOString() };
  const failed = await fn.postEvent({}, event);
  assert.deepEqual([failed.status, ((await failed.json()) as { reason: string }).reason], [503, 'store_unavailable']);
  assert.equal(x.seen.length, 1);
  influxd.resume();
  x.reply = answer;
  assert.equal((await fn.postEvent({}, event)).status, 204);
  assert.equal((await readPoints(influxd, 'twitter_user')).length, 1);
});

test('InfluxDB refuses the password, or has no such database: 422, X is not asked, no secret is printed', async (t) => {
  const { env: right, x } = await startPipeline(t);
  const wrongs = [
    {
      change: { INFLUXDB_PASSWORD: 'marker-wrong-password' },
      says: /answered 401 \(authorization failed\).*check INFLUXDB_USERNAME/,
    },
    { change: { INFLUXDB_DATABASE: 'elsewhere' }, says: /elsewhere/ },
  ];
  for (const { change, says } of wrongs) {
    const fn = await startFunction({ ...right, ...change });
    t.after(() => fn.stop());
    const failed = await fn.postEvent({});
    const body = await failed.text();
    assert.deepEqual([failed.status, (JSON.parse(body) as { reason: string }).reason], [422, 'store_refused']);
    assert.match(body, says);
    assert.ok(!`${body}${fn.output()}`.includes('marker-wrong-password'));
    assert.equal(x.seen.length, 0);
  }
});

test('a partial write: the good points are stored, each tick is answered 422 and told as failed', async (t) => {
  const { fn, influxd } = await startPipeline(t, { users: 'jack, ada' });
  assert.equal((await fn.post('/', { users: ['jack'] })).status, 200);
  await influxd.adminQuery('DROP MEASUREMENT "twitter_user"');
  await influxd.adminQuery('DROP MEASUREMENT "twitter_collector_run"');
  await writeLines(influxd, [
    'twitter_user,user_id=1,username=other listed_count="text" 1000000000000',
    `twitter_user,user_id=1,username=other listed_count="text" ${Date.now()}`,
  ]);
  for (const ago of [5000, 0]) {
    const failed = await fn.postEvent({}, { 'ce-time': new Date(Date.now() - ago).toISOString() });
    const body = (await failed.json()) as { reason: string; detail: string };
    assert.deepEqual([failed.status, body.reason], [422, 'store_refused']);
    assert.match(body.detail, /field type conflict.*listed_count/);
  }
  const runs = await readPoints(influxd, 'twitter_collector_run');
  assert.deepEqual(
    runs.map(({ collector, success, points }) => [collector, success, points]),
    [
      ['user', 0, 0],
      ['user', 0, 0],
    ],
  );
  const failures = await readPoints(influxd, 'twitter_collector_failure');
  assert.deepEqual(
    failures.map(({ collector, reason }) => [collector, reason]),
    [
      ['tick', 'store_refused'],
      ['tick', 'store_refused'],
    ],
  );
});
