import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InfluxDb } from '../../../functions/store/influxdb.ts';
import { checkDay, daysOf, linesOn, printDays } from '../books.ts';
import { call, describe, run, tweetsTick, usersTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { days, startWorld, weekStart } from '../world.ts';
import { startProxy } from './proxy.ts';

const hourMs = 3_600_000;
const [firstDay = ''] = days;

test('an InfluxDB that cuts its answers at four rows does not hide what was bought', async (t) => {
  const env = { TWITTER_DAILY_BUDGET_USD: '0.30' };
  const world = await startWorld(t, { postsPerDay: [24, 24], env, influxd: { maxRowLimit: 4 } });
  const { clock, influxd } = world;
  const app = world.startProcess();
  for (let hour = 0; hour < 24; hour += 1) {
    clock.leapTo(weekStart + hour * hourMs);
    for (const data of [usersTick, tweetsTick]) {
      assert.equal((await call(app, { time: Date.now(), data })).status, 204);
      const [spent, held] = await checkFigures(influxd, app);
      const { budget } = await describe(app);
      assert.deepEqual([budget['spentTodayMicroUsd'], budget['heldTodayMicroUsd']], [spent, held]);
    }
  }
  const rows = await daysOf(world, [firstDay]);
  printDays(t, rows, 300_000);
  for (const row of rows) checkDay(row, 300_000);
  assert.ok((await linesOn(influxd, firstDay)).length > 8, 'more lines than two answers would hold');
  assert.equal(rows[0]?.settled, rows[0]?.bill);
});

const cutAnswers: readonly (readonly [what: string, body: string])[] = [
  ['no result at all', '{"results":[]}'],
  ['nothing', ''],
  ['one result of two', '{"results":[{"statement_id":0}]}'],
  ['results without their numbers', '{"results":[{},{}]}'],
  ['a result of which more was to come', '{"results":[{"statement_id":0,"partial":true},{"statement_id":1}]}'],
  [
    'rows of which more was to come',
    '{"results":[{"statement_id":0,"series":[{"name":"twitter_ledger","columns":["time"],"values":[],"partial":true}],"partial":true},{"statement_id":1}]}',
  ],
];

test('a proxy that answers for InfluxDB with less than was asked: 503, and nothing is bought', async (t) => {
  const world = await startWorld(t, { postsPerDay: [3, 3], env: { RUN_TIMEOUT_SECONDS: '2' } });
  const { x, influxd } = world;
  const proxy = await startProxy(t, influxd.url);
  const app = world.startProcess({ INFLUXDB_URL: proxy.url });
  for (const [what, body] of cutAnswers) {
    proxy.answer = (path) => (path.startsWith('/query') ? { status: 200, body } : undefined);
    const report = await run(app, usersTick);
    assert.deepEqual([report.status, report.failures.map(({ reason }) => reason)], [503, ['store_unavailable']], what);
    assert.equal(report.cost.spentTodayMicroUsd, undefined, what);
    assert.equal((await call(app, { data: usersTick, path: '/?plan' })).status, 503, what);
    assert.equal((await describe(app)).budget['spentTodayMicroUsd'], undefined, what);
  }
  assert.deepEqual([x.seen.length, await linesOn(influxd, firstDay)], [0, []]);
  proxy.answer = () => undefined;
  assert.equal((await run(app, usersTick)).status, 200);
  const seen = x.seen.length;
  proxy.answer = (path) => (path.startsWith('/query') ? { status: 200, body: '{"results":[]}' } : undefined);
  assert.equal((await run(app, tweetsTick)).status, 503);
  assert.equal(x.seen.length, seen);
  proxy.answer = () => undefined;
  assert.equal((await run(app, tweetsTick)).status, 200);
  assert.deepEqual((await checkFigures(influxd, app)).slice(1, 2), [0]);
});

test('a line that is just being written, of which InfluxDB 1.x shows some fields only, is looked at again', async (t) => {
  const world = await startWorld(t, { postsPerDay: [3, 3] });
  const { influxd } = world;
  const app = world.startProcess();
  assert.equal((await run(app, usersTick)).status, 200);
  for (const field of ['cost_microusd', 'ids', 'keys']) {
    let queries = 0;
    const query: InfluxDb['query'] = async (...asked) => {
      queries += 1;
      const reply = await app.store.influxdb.query(...asked);
      return queries > 1 ? reply : { ...reply, text: withoutField(reply.text, field) };
    };
    const torn = { ...app, store: { ...app.store, influxdb: { ...app.store.influxdb, query } } };
    const report = await run(torn, tweetsTick);
    assert.deepEqual([report.status, report.failures, queries], [200, [], 2], field);
    await checkFigures(influxd, app);
  }
});

/** An answer in which the first ledger line has no value of a field. */
function withoutField(text: string, field: string): string {
  return text
    .split('\n')
    .map((line) => {
      if (!line.includes('twitter_ledger')) return line;
      const part = JSON.parse(line) as { results: { series: { columns: string[]; values: unknown[][] }[] }[] };
      const [series] = part.results[0]?.series ?? [];
      series?.values[0]?.splice(series.columns.indexOf(field), 1, null);
      return JSON.stringify(part);
    })
    .join('\n');
}
