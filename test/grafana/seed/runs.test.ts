/** What the seed says a run wrote is what a run of the product writes. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { toTweetPoints } from '../../../functions/collectors/tweet/answer.ts';
import type { Point } from '../../../functions/measurement.ts';
import { collectOnce, instanceOf, stubInfluxDb } from '../../functions/fixtures.ts';
import { toLedgerPoints } from './books.ts';
import { rowsBefore } from './memory.ts';
import { accounts, apps, budgetUsedUp, killedAt, latch, nameAt, outage } from './plan.ts';
import { makeSeed, millisecondOf, pointsOf } from './seed.ts';
import { environmentAt } from './settings.ts';
import { answerAt } from './x.ts';

const seed = makeSeed();
const points = pointsOf(seed);
const [first, second] = apps;
const at = (text: string): number => Date.parse(`2026-${text}Z`);
const minuteMs = 60_000;
const hourMs = 3_600_000;

const runs: readonly [what: string, app: string, collector: 'user' | 'tweet', tick: number][] = [
  ["a day's first profiles, at midnight UTC", first, 'user', at('09-20T00:00:00')],
  ["a day's first posts", first, 'tweet', at('09-20T00:07:00')],
  ['profiles and posts of another app', second, 'user', at('09-20T00:00:00')],
  ['posts of another app', second, 'tweet', at('09-20T00:07:00')],
  [
    'profiles that are paid for, of a renamed account and of a suspended one among them',
    first,
    'user',
    at('10-12T08:15:00'),
  ],
  ['posts of these', first, 'tweet', at('10-12T12:07:00')],
  ['an account suspended since midnight', first, 'user', at('10-10T00:00:00')],
  ['the profile of an account that is new', first, 'user', at('10-25T08:00:00')],
  ['its posts', first, 'tweet', at('10-25T08:07:00')],
  ['profiles while X is away, at midnight UTC', first, 'user', outage.from + 10 * minuteMs],
  ['posts while X is away', first, 'tweet', outage.from + 17 * minuteMs],
  ["the day's first profiles when X is back", first, 'user', outage.to + 10 * minuteMs],
  ['the refusal that sets a latch', first, 'user', latch.from],
  ['profiles while it holds', first, 'user', latch.from + 15 * minuteMs],
  ['posts while it holds', first, 'tweet', latch.from + 7 * minuteMs],
  ['a probe that fails', first, 'user', latch.from + hourMs],
  ['the probe that clears it', first, 'user', latch.to],
  ['posts for which no money is left', first, 'tweet', budgetUsedUp.from + 7 * minuteMs],
  ['profiles then', first, 'user', budgetUsedUp.from + 15 * minuteMs],
  ['posts when none was left for nine hours', first, 'tweet', budgetUsedUp.to - 53 * minuteMs],
  ['posts after a run was killed', first, 'tweet', killedAt + hourMs],
];

for (const [what, app, collector, tick] of runs)
  test(`${what}: the seed has what a run writes`, async () => {
    assert.deepEqual(comparable(await runFor(app, collector, tick)), comparable(seededAt(app, tick)));
  });

test('a run that is killed leaves the reservations that the seed has', async () => {
  const written = await runFor(first, 'tweet', killedAt);
  const [lines, seeded] = [written, seededAt(first, killedAt)].map(ledgerIn);
  assert.deepEqual(comparable(lines ?? []), comparable(seeded ?? []));
  assert.ok(lines?.every(({ tags }) => tags['state'] === 'reserved') && lines.length > 1);
  assert.deepEqual(
    seededAt(first, killedAt).filter((point) => !ledgerIn([point]).length),
    [],
  );
});

test('the budget is lowered below what is spent and set aside', () => {
  const [budget] = seededAt(first, budgetUsedUp.from).filter(({ measurement }) => measurement === 'twitter_budget');
  assert.ok(Number(budget?.fields['left_microusd']) < 0);
});

/** All that a run of one collector writes at a tick, when the store holds what the seed has of before. */
async function runFor(app: string, collector: string, tick: number): Promise<readonly Point[]> {
  mock.timers.enable({ apis: ['Date'], now: tick });
  try {
    const influxdb = stubInfluxDb(rowsBefore(points, app, tick));
    const instance = instanceOf({ env: environmentAt(app, tick), influxdb, askX: answerAt(seed, app, tick) });
    await collectOnce(instance, { collectors: [collector] }, { time: tick, isEvent: true });
    return influxdb.written;
  } finally {
    mock.timers.reset();
  }
}

/** What the seed has of an app's run at a tick, and when the posts were published that were read. */
function seededAt(app: string, tick: number): readonly Point[] {
  const userIds = accounts.filter((account) => account.app === app).map(({ userId }) => userId);
  const isOf = ({ tags }: Point): boolean => tags['app'] === app || userIds.includes(tags['user_id'] ?? '');
  const isOther = ({ measurement }: Point): boolean => !/_(ledger|published)$/.test(measurement);
  const read = seed.posts.filter(
    ({ account, readings }) => account.app === app && readings.some(({ time }) => time === tick),
  );
  return [
    ...points.filter((point) => secondOf(point) === tick / 1000 && isOf(point) && isOther(point)),
    ...toLedgerPoints(seed.purchases.filter((purchase) => purchase.app === app && purchase.tick === tick)),
    ...read.flatMap(({ id, account }) => {
      const identity = { id: account.userId, username: nameAt(account, tick) };
      return toTweetPoints({ id, firstId: id, metrics: {} }, identity, tick);
    }),
  ];
}

/** Points without order and without what no two runs share: a purchase's id and digits, sentences, and what takes less than a second. */
function comparable(written: readonly Point[]): readonly string[] {
  const others = written.filter((point) => ledgerIn([point]).length === 0);
  const lines = ledgerIn(written);
  const purchases = [...new Set(lines.map(({ fields }) => fields['purchase']))];
  const groups = purchases.map((purchase) => {
    const own = lines.filter(({ fields }) => fields['purchase'] === purchase);
    const digits = new Set(own.map(({ time }) => String(time).slice(-9)));
    return `${digits.size} time: ${own.map(toText).sort().join(' ')}`;
  });
  // Two of the same time and tags are one in InfluxDB.
  return [...groups, ...new Set(others.map(toText))].sort();
}

function toText(point: Point): string {
  const { measurement, tags, fields } = point;
  const shared = Object.entries(fields).filter(([field]) => !['purchase', 'detail', 'duration_ms'].includes(field));
  const time = measurement === 'twitter_tweet_published' ? point.time : secondOf(point);
  return JSON.stringify([measurement, Object.entries(tags).sort(), shared.sort(), time]);
}

function ledgerIn(written: readonly Point[]): readonly Point[] {
  return written.filter(({ measurement }) => measurement === 'twitter_ledger');
}

function secondOf(point: Point): number {
  return Math.floor(millisecondOf(point) / 1000);
}
