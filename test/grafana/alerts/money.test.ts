/** The rules about money, on data that should fire them and on data that should not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Point } from '../../../functions/measurement.ts';
import { toBudgetPoint } from '../seed/points.ts';
import { textsOf } from './message.ts';
import { dayMs, hourMs, labelsIn, minuteMs, minutesOf, noon, ticks, useInfluxd } from './world.ts';

const { open } = useInfluxd();
const midnight = noon + 12 * hourMs;

/** What an app's runs write of a day's money, by the time and in shares of its budget; `undefined` where a run knows none. */
function pointsOf(
  app: string,
  budget: number,
  shares: readonly (readonly [time: number, share: Shares | undefined])[],
): Point[] {
  return shares.map(([time, share]) => {
    if (share === undefined) return toBudgetPoint(app, time, { budget });
    const { spent = 0, held = 0, aside = 0 } = share;
    const of = (part: number): number => Math.round(budget * part);
    return toBudgetPoint(app, time, { spent: of(spent), held: of(held), aside: of(aside), budget });
  });
}

interface Shares {
  readonly spent?: number;
  readonly held?: number;
  readonly aside?: number;
}

/** A tenth more spent each hour from noon on, and nothing again from midnight UTC on. */
const hourByHour = (most: number): [number, Shares][] => [
  ...ticks(noon, midnight - hourMs, hourMs).map((time, hour): [number, Shares] => [
    time,
    { spent: Math.min(most, (hour + 1) / 10) },
  ]),
  [midnight, { spent: 0.1 }],
];

test('budget: above 80 % of it, whatever it is, app by app, until midnight UTC', async () => {
  const { write, watch } = await open();
  await write(pointsOf('default', 1_000_000, hourByHour(0.9)));
  await write(pointsOf('large', 500_000_000, hourByHour(0.9)));
  await write(pointsOf('acme.prod-2', 10_000, hourByHour(0.8)));
  const alerts = await watch('twittergraph-budget', noon - hourMs, midnight + hourMs);
  // At 20:00 the ninth tenth. Eight are exactly 80 %, which is not above.
  const [fired, resolved] = [8 * 60 + 5, 12 * 60];
  assert.deepEqual(minutesOf(alerts), [
    { labels: { app: 'default' }, fired, resolved },
    { labels: { app: 'large' }, fired, resolved },
  ]);
  const [text] = alerts.map((alert) => textsOf('twittergraph-budget', alert));
  assert.equal(text?.summary, "90 % of the day's budget is used (app default)");
  assert.match(text.description, /^0\.10 of 1\.00 dollars are left until 00:00 UTC; /);
});

test('budget: what is held and what is set aside is used as well', async () => {
  const { write, evaluate } = await open();
  await write(pointsOf('held', 1_000_000, [[noon, { spent: 0.5, held: 0.31 }]]));
  await write(pointsOf('aside', 1_000_000, [[noon, { spent: 0.5, aside: 0.31 }]]));
  await write(pointsOf('spent', 1_000_000, [[noon, { spent: 0.79 }]]));
  const results = await evaluate('twittergraph-budget', noon + hourMs);
  assert.deepEqual(labelsIn(results, 'Alerting'), [{ app: 'aside' }, { app: 'held' }]);
  assert.deepEqual(labelsIn(results, 'Normal'), [{ app: 'spent' }]);
});

const rules = ['twittergraph-budget', 'twittergraph-budget-below-zero', 'twittergraph-budget-held'];
const allTaken = { spent: 0.5, held: 0.6 };

for (const uid of rules) {
  test(`${uid}: yesterday is over at midnight UTC, though no run has followed, nor does a store without money fire it`, async () => {
    const { write, watch, evaluate } = await open();
    assert.deepEqual(labelsIn(await evaluate(uid, noon), 'NoData'), [{}]);
    await write(pointsOf('default', 1_000_000, [[midnight - 30 * minuteMs, allTaken]]));
    const alerts = minutesOf(await watch(uid, midnight - hourMs, midnight + dayMs));
    assert.deepEqual(alerts, [{ labels: { app: 'default' }, fired: 11.5 * 60 + 5, resolved: 12 * 60 }]);
  });

  test(`${uid}: a run that knows nothing of the day's money changes nothing, and is no alert by itself`, async () => {
    const { write, watch } = await open();
    await write(pointsOf('default', 1_000_000, [[noon, allTaken], ...unknownFrom(noon + hourMs)]));
    await write(pointsOf('acme.prod-2', 1_000_000, unknownFrom(noon)));
    const alerts = minutesOf(await watch(uid, noon, noon + 4 * hourMs));
    assert.deepEqual(alerts, [{ labels: { app: 'default' }, fired: 5, resolved: undefined }]);
  });
}

function unknownFrom(from: number): [number, undefined][] {
  return ticks(from, from + 3 * hourMs, 15 * minuteMs).map((time) => [time, undefined]);
}

test('below zero: less than nothing is left, of a small budget and of a large one; nothing left is none', async () => {
  const { write, watch } = await open();
  const lowered = [
    [noon, { spent: 0.9 }],
    [noon + hourMs, { spent: 1.8 }],
    [noon + 3 * hourMs, { spent: 1, aside: 0 }],
  ] as const;
  await write(pointsOf('default', 100_000, lowered));
  await write(pointsOf('large', 500_000_000, [[noon, { spent: 1, aside: 0.0001 }]]));
  await write(pointsOf('acme.prod-2', 1_000_000, [[noon, { spent: 0.7, held: 0.2, aside: 0.1 }]]));
  const alerts = await watch('twittergraph-budget-below-zero', noon, noon + 4 * hourMs);
  assert.deepEqual(minutesOf(alerts), [
    { labels: { app: 'large' }, fired: 5, resolved: undefined },
    { labels: { app: 'default' }, fired: 65, resolved: 180 },
  ]);
  const [, text] = alerts.map((alert) => textsOf('twittergraph-budget-below-zero', alert));
  assert.equal(text?.summary, "More than the day's budget is spent, held or set aside (app default)");
  assert.match(text.description, /^-0\.08 dollars are left of 0\.10\. /);
});

test('held: more than a fifth of the budget, until midnight UTC; a fifth is none, and what is spent does not count', async () => {
  const { write, watch } = await open();
  const lost = [0.1, 0.2, 0.3].map((held, hour): [number, Shares] => [noon + hour * hourMs, { spent: 0.6, held }]);
  await write(pointsOf('default', 1_000_000, [...lost, [midnight, { spent: 0.1 }]]));
  await write(pointsOf('large', 500_000_000, [[noon, { spent: 0.7, held: 0.2, aside: 0.1 }]]));
  const alerts = await watch('twittergraph-budget-held', noon, midnight + hourMs);
  assert.deepEqual(minutesOf(alerts), [{ labels: { app: 'default' }, fired: 125, resolved: 720 }]);
  const [text] = alerts.map((alert) => textsOf('twittergraph-budget-held', alert));
  assert.equal(text?.summary, "30 % of the day's budget is held for requests without an answer (app default)");
  assert.match(text.description, /^0\.30 of 1\.00 dollars: /);
});
