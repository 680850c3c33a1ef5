/** The rule about results that wait at the broker, on what both modes store when it should fire and when it should not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sidesOf } from '../../../functions/billing/day.ts';
import type { Point } from '../../../functions/measurement.ts';
import { draftLines, ledgerPoint, openLedgerTimes } from '../../../functions/store/ledger.ts';
import { textsOf } from './message.ts';
import { hourMs, labelsIn, minuteMs, minutesOf, noon, runAt, ticks, useInfluxd } from './world.ts';

const { open } = useInfluxd();
const uid = 'twittergraph-results-wait';
const quarterMs = 15 * minuteMs;
const times = openLedgerTimes();

/** The lines of a request for posts that were bought before on the day: reserved, and settled unless X never answered. */
function askedAt(time: number, { app = 'default', isSettled = true, isOtherDay = false } = {}): Point[] {
  const want = { resource: 'tweet', keys: ['jack'], max: 20, min: 1, price: 5000, owned: false } as const;
  return draftLines(times, want, 20, sidesOf(time)).flatMap((line) => {
    const keys = isOtherDay ? [] : line.keys;
    const settled = { ...line, keys, state: 'settled' as const, newResources: 0, cost: 0 };
    return [line, ...(isSettled ? [settled] : [])].map((each) => ledgerPoint(app, each));
  });
}

/** Profiles every quarter hour and posts at minute 7, without the runs of the time named. */
function runs(from: number, to: number, app = 'default'): Point[] {
  return [
    ...ticks(from, to, quarterMs).flatMap((time) => runAt(time, 'user', { app })),
    ...ticks(from + 7 * minuteMs, to, hourMs).flatMap((time) => runAt(time, 'tweet', { app })),
  ];
}

const posts = (from: number, to: number, app = 'default'): Point[] =>
  ticks(from + 7 * minuteMs, to, hourMs).flatMap((time) => askedAt(time + 2000, { app }));

test('results wait: half an hour after an answer without its run, app by app, until the runs arrive', async () => {
  const { write, watch, evaluate } = await open();
  // The recorder stops after the profiles of noon; the other app's has no broker.
  await write([...runs(noon - 2 * hourMs, noon), ...posts(noon - 2 * hourMs, noon + hourMs)]);
  await write([
    ...runs(noon - 2 * hourMs, noon + hourMs, 'direct'),
    ...posts(noon - 2 * hourMs, noon + hourMs, 'direct'),
  ]);
  const alerts = await watch(uid, noon - hourMs, noon + hourMs);
  // Asked at 12:07; looked at from 12:22 on, at 12:25 first, and a quarter of an hour long.
  assert.deepEqual(minutesOf(alerts), [{ labels: { app: 'default' }, fired: 40, resolved: undefined }]);
  const [text] = alerts.map((alert) => textsOf(uid, alert));
  assert.equal(
    text?.summary,
    'X has answered about posts, but nothing of it has been stored for half an hour (app default)',
  );
  await write(runs(noon, noon + hourMs));
  assert.deepEqual(labelsIn(await evaluate(uid, noon + hourMs), 'Alerting'), []);
});

test('results wait: nothing in direct mode, whether ticks come, stop coming, or X never answers', async () => {
  const { write, watch } = await open();
  const lost = askedAt(noon + 67 * minuteMs, { isSettled: false });
  await write([...runs(noon - hourMs, noon + hourMs), ...posts(noon - hourMs, noon + hourMs), ...lost]);
  assert.deepEqual(await watch(uid, noon, noon + 6 * hourMs), []);
});

test('results wait: nothing of lines that stand for another day, nor while nothing is stored at all', async () => {
  const { write, watch } = await open();
  assert.deepEqual(await watch(uid, noon, noon + hourMs), []);
  const otherDay = ticks(noon, noon + 2 * hourMs, hourMs).flatMap((time) => askedAt(time, { isOtherDay: true }));
  await write([...runs(noon - 2 * hourMs, noon), ...posts(noon - 2 * hourMs, noon - hourMs), ...otherDay]);
  assert.deepEqual(await watch(uid, noon, noon + 2 * hourMs), []);
});

test('results wait: one run without a broker that was stopped between its books and its end is none', async () => {
  const { write, watch } = await open();
  const stopped = noon + 7 * minuteMs;
  const stored = runs(noon - hourMs, noon + 2 * hourMs).filter(({ time }) => time !== stopped);
  await write([...stored, ...posts(noon - hourMs, noon + 2 * hourMs)]);
  assert.deepEqual(await watch(uid, noon, noon + 2 * hourMs), []);
});
