/** The rules that watch the collecting itself, on data that should fire them and on data that should not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Point } from '../../../functions/measurement.ts';
import { toProfilePoint } from '../seed/points.ts';
import { textsOf } from './message.ts';
import { hourMs, labelsIn, minuteMs, minutesOf, noon, runAt, ticks, useInfluxd } from './world.ts';
import { ruleOf } from './rule.ts';
import { watchRule } from './watch.ts';

const { open, influxd } = useInfluxd();
const quarterMs = 15 * minuteMs;

const profileAt = (time: number): Point => toProfilePoint('12', 'jack', { followers_count: 1000 }, time);

test('no fresh data: 45 minutes without a profile and ten more fire it, the next profile ends it', async () => {
  const { write, watch } = await open();
  const times = [
    ...ticks(noon - 2 * hourMs, noon, quarterMs),
    ...ticks(noon + 2 * hourMs, noon + 3 * hourMs, quarterMs),
  ];
  await write(times.map(profileAt));
  const alerts = await watch('twittergraph-no-fresh-data', noon - hourMs, noon + 3 * hourMs);
  // The last profile is of noon: 12:45 still sees it, 12:50 does not, and fires ten minutes later.
  assert.deepEqual(minutesOf(alerts), [{ labels: {}, fired: 60, resolved: 120 }]);
  const [text] = alerts.map((alert) => textsOf('twittergraph-no-fresh-data', alert));
  assert.equal(text?.summary, 'No profile has been stored for 45 minutes');
});

test('no fresh data: one tick that is late, and one that fails, are no alert', async () => {
  const { write, watch } = await open();
  const times = ticks(noon - hourMs, noon + 2 * hourMs, quarterMs).filter((time) => time !== noon + quarterMs);
  await write(times.map((time) => time + 3 * minuteMs).map(profileAt));
  assert.deepEqual(await watch('twittergraph-no-fresh-data', noon, noon + 2 * hourMs), []);
});

test('no fresh data: a store that never had any fires it, and so does one that cannot be asked', async () => {
  const { watch } = await open();
  const alerts = await watch('twittergraph-no-fresh-data', noon, noon + hourMs);
  assert.deepEqual(minutesOf(alerts), [{ labels: {}, fired: 10, resolved: undefined }]);
  const away = { ...influxd(), url: 'http://127.0.0.1:1' };
  const span = { from: noon, to: noon + hourMs };
  assert.equal((await watchRule(away, ruleOf('twittergraph-no-fresh-data'), span)).length, 1);
  assert.deepEqual(await watchRule(away, ruleOf('twittergraph-collector-failing'), span), []);
});

test('collector failing: two quarter-hour runs in a row, or one hourly run; each collector of each app by itself', async () => {
  const { write, watch } = await open();
  const failed = { failures: [{ reason: 'upstream_error' as const }] };
  const users = ticks(noon - hourMs, noon + 2 * hourMs, quarterMs).flatMap((time) =>
    runAt(time, 'user', time === noon || time === noon + quarterMs ? failed : {}),
  );
  const posts = ticks(noon - hourMs, noon + 2 * hourMs, hourMs).flatMap((time) =>
    runAt(time + 7 * minuteMs, 'tweet', { app: 'acme.prod-2', ...(time === noon ? failed : {}) }),
  );
  await write([...users, ...posts]);
  const alerts = await watch('twittergraph-collector-failing', noon - hourMs, noon + 2 * hourMs);
  assert.deepEqual(minutesOf(alerts), [
    { labels: { app: 'default', collector: 'user' }, fired: 20, resolved: 30 },
    { labels: { app: 'acme.prod-2', collector: 'tweet' }, fired: 30, resolved: 70 },
  ]);
  const [, second] = alerts.map((alert) => textsOf('twittergraph-collector-failing', alert));
  assert.equal(second?.summary, 'The newest run of the collector tweet has failed (app acme.prod-2)');
});

test('collector failing: single failures, suspended accounts and a budget that is reached are none', async () => {
  const { write, watch, evaluate } = await open();
  const runs = ticks(noon - hourMs, noon + 2 * hourMs, quarterMs).flatMap((time, index) =>
    runAt(time, 'user', { failures: index % 2 === 0 ? [] : [{ reason: 'timeout' as const }] }),
  );
  const recorded = { failures: [{ reason: 'suspended' as const, account: 'id:12' }, { reason: 'budget' as const }] };
  await write([...runs, ...ticks(noon, noon + 2 * hourMs, hourMs).flatMap((time) => runAt(time, 'tweet', recorded))]);
  assert.deepEqual(await watch('twittergraph-collector-failing', noon, noon + 2 * hourMs), []);
  const results = await evaluate('twittergraph-collector-failing', noon + minuteMs);
  assert.deepEqual(labelsIn(results, 'Normal'), [
    { app: 'default', collector: 'tweet' },
    { app: 'default', collector: 'user' },
  ]);
});

test('account missing: missed in two quarter hours, with its reason, until it is back', async () => {
  const { write, watch } = await open();
  const failures = [{ reason: 'suspended' as const, account: 'id:12' }];
  const runs = ticks(noon - hourMs, noon + 3 * hourMs, quarterMs).flatMap((time) =>
    runAt(time, 'user', { failures: time >= noon && time < noon + hourMs ? failures : [] }),
  );
  await write(runs);
  const labels = { app: 'default', account: 'id:12', reason: 'suspended' };
  // Missed at 12:00 and 12:15; the last two misses, of 12:30 and 12:45, are 45 minutes old at 13:15 and 13:30.
  const alerts = await watch('twittergraph-account-missing', noon - hourMs, noon + 3 * hourMs);
  assert.deepEqual(minutesOf(alerts), [{ labels, fired: 20, resolved: 80 }]);
  const [text] = alerts.map((alert) => textsOf('twittergraph-account-missing', alert));
  assert.equal(text?.summary, 'id:12 gives no numbers: suspended');
});

test('account missing: one miss, delivered three times, and what only concerns posts are no alert', async () => {
  const { write, watch } = await open();
  const failures = [{ reason: 'no_numbers' as const, account: 'jack' }];
  const again = [0, 2000, 7 * minuteMs].flatMap((delayMs) =>
    runAt(noon, 'user', { failures }).map((point) => ({ ...point, time: Number(point.time) + delayMs })),
  );
  const posts = ticks(noon, noon + 2 * hourMs, quarterMs).flatMap((time) =>
    runAt(time, 'tweet', { failures: [{ reason: 'protected' as const, account: 'jack' }] }),
  );
  const whole = ticks(noon, noon + 2 * hourMs, quarterMs).flatMap((time) =>
    runAt(time, 'user', { failures: [{ reason: 'timeout' as const }] }),
  );
  await write([...again, ...posts, ...whole]);
  assert.deepEqual(await watch('twittergraph-account-missing', noon - hourMs, noon + 2 * hourMs), []);
});
