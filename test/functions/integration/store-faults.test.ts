import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFunction } from '../../support/function-process.ts';
import { writeLines } from '../../support/write-lines.ts';
import { readPoints, startPipeline } from './pipeline.ts';

const timeoutSeconds = 3;
const env = { RUN_TIMEOUT_SECONDS: String(timeoutSeconds) };

test('InfluxDB away: 503 by the deadline, X is not asked, and the next tick works', async (t) => {
  const { fn, influxd, x } = await startPipeline(t, { env });
  for (const [fail, mend] of [
    [() => influxd.stop(), () => influxd.start()],
    [
      (): void => {
        influxd.pause();
      },
      (): void => {
        influxd.resume();
      },
    ],
  ] as const) {
    await fail();
    const startedAt = Date.now();
    const failed = await fn.postEvent({});
    assert.ok(Date.now() - startedAt <= timeoutSeconds * 1000, 'the run ended by its deadline');
    assert.equal(failed.status, 503);
    assert.equal(((await failed.json()) as { reason: string }).reason, 'store_unavailable');
    assert.equal(x.seen.length, 0);
    await mend();
  }
  assert.equal((await fn.postEvent({})).status, 204);
  assert.equal((await readPoints(influxd, 'twitter_user')).length, 1);
});

test('InfluxDB goes away between the question and the write, and comes back in time: nothing is lost', async (t) => {
  const { fn, influxd, x } = await startPipeline(t, { env: { RUN_TIMEOUT_SECONDS: '20' } });
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

test('InfluxDB hangs at the write: 503 by the deadline', async (t) => {
  const { fn, influxd, x } = await startPipeline(t, { env });
  const answer = x.reply;
  x.reply = (request) => {
    influxd.pause();
    return answer(request);
  };
  const startedAt = Date.now();
  const failed = await fn.postEvent({});
  assert.ok(Date.now() - startedAt <= timeoutSeconds * 1000, 'the run ended by its deadline');
  assert.deepEqual([failed.status, ((await failed.json()) as { reason: string }).reason], [503, 'store_unavailable']);
  influxd.resume();
  x.reply = answer;
  assert.equal((await fn.postEvent({})).status, 204);
});

test('InfluxDB refuses the password, or has no such database: 422, X is not asked, no secret is printed', async (t) => {
  const { env: right, x } = await startPipeline(t, { env });
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

test('a partial write: the good points are stored, 422 says which measurement, and the run’s own points tell', async (t) => {
  const { fn, influxd } = await startPipeline(t, { users: 'jack, ada' });
  assert.equal((await fn.post('/', { users: ['jack'] })).status, 200);
  await influxd.adminQuery('DROP MEASUREMENT "twitter_user"');
  await writeLines(influxd, [
    'twitter_user,user_id=1,username=other listed_count="text" 1000000000000',
    `twitter_user,user_id=1,username=other listed_count="text" ${Date.now()}`,
  ]);
  const failed = await fn.postEvent({});
  const body = (await failed.json()) as { reason: string; detail: string };
  assert.deepEqual([failed.status, body.reason], [422, 'store_refused']);
  assert.match(body.detail, /field type conflict.*listed_count/);
  const failures = await readPoints(influxd, 'twitter_collector_failure');
  assert.deepEqual(
    failures.map(({ collector, reason }) => [collector, reason]),
    [['tick', 'store_refused']],
  );
});
