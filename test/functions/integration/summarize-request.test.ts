import assert from 'node:assert/strict';
import { test } from 'node:test';

import { writeLines } from '../../support/write-lines.ts';
import { dayMs, hourMs, minuteMs } from './month.ts';
import { readPoints, startPipeline } from './pipeline.ts';

test('days that are not over yet are left out, and the report says so', async (t) => {
  const { fn, influxd, x } = await startPipeline(t);
  const now = Date.now();
  const lines = Array.from({ length: 6 * 96 }, (_, index) => now - index * 15 * minuteMs).map(
    (time) => `twitter_user,user_id=12,username=jack followers_count=${Math.floor(time / hourMs)}i ${time}`,
  );
  await writeLines(influxd, lines);
  const today = new Date(now).toISOString().slice(0, 10);
  const early = (await (await fn.post('/', { job: 'summarize', from: today })).json()) as Record<string, unknown>;
  assert.match(String(early['note']), /none of the days is over in UTC/);
  assert.equal((await fn.postEvent({ job: 'summarize', days: 2 })).status, 204);
  const daily = await readPoints(influxd, 'twitter_user_daily');
  assert.deepEqual(
    daily.map(({ time, followers_gained: gained }) => [String(time).slice(0, 10), gained]),
    [2, 1].map((ago) => [new Date(now - ago * dayMs).toISOString().slice(0, 10), 24]),
  );
  const late = { 'ce-time': new Date(now - 2 * dayMs).toISOString() };
  assert.equal((await fn.postEvent({ job: 'summarize', days: 1 }, late)).status, 204);
  assert.equal((await readPoints(influxd, 'twitter_user_daily')).length, 3);
  assert.equal(x.seen.length, 0);
});

test('what cannot be asked for is refused, what cannot be read or ended in time is worth another try', async (t) => {
  const { fn, influxd } = await startPipeline(t, { env: { RUN_TIMEOUT_SECONDS: '2' } });
  for (const body of [
    { days: 0 },
    { days: 401 },
    { days: 1.5 },
    { from: '2026-02-30' },
    { from: 5 },
    { users: ['nobody'] },
  ])
    assert.equal((await fn.post('/', { job: 'summarize', ...body })).status, 400, JSON.stringify(body));
  assert.equal((await fn.post('/', { job: 'summarize', days: 400 })).status, 200);
  influxd.pause();
  await untilSilent(influxd);
  const slow = await fn.postEvent({ job: 'summarize' });
  influxd.resume();
  assert.deepEqual([slow.status, ((await slow.json()) as { reason: string }).reason], [503, 'store_unavailable']);
  await influxd.stop();
  assert.equal((await fn.postEvent({ job: 'summarize' })).status, 503);
});

/** A stopped process may still answer what reaches it in the same moment. */
async function untilSilent({ url }: { url: string }): Promise<void> {
  const answers = (): Promise<boolean> =>
    fetch(`${url}/ping`, { signal: AbortSignal.timeout(300) }).then(
      () => true,
      () => false,
    );
  while (await answers());
}
