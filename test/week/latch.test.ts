import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BillingFault } from '../support/billing-x.ts';
import { call, describe, tweetsTick, usersTick } from './call.ts';
import { rowsOf } from './rows.ts';
import { dayMs, startWorld, weekStart } from './world.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const resetDate = new Date(weekStart + 3 * dayMs).toISOString().slice(0, 10);

const refusals: readonly { reason: string; until: number | undefined; refusal: BillingFault }[] = [
  {
    reason: 'credits_depleted',
    until: undefined,
    refusal: { status: 402, body: { title: 'CreditsDepleted', type: 'https://api.twitter.com/2/problems/credits' } },
  },
  {
    reason: 'spend_cap',
    until: weekStart + 3 * dayMs,
    refusal: { status: 403, body: { title: 'SpendCapReached', reset_date: resetDate } },
  },
  {
    reason: 'usage_cap',
    until: undefined,
    refusal: { status: 429, body: { title: 'UsageCapExceeded', period: 'Monthly', type: '/2/problems/usage-capped' } },
  },
];

for (const { reason, until, refusal } of refusals) {
  test(`${reason}: asked once an hour by whatever process, at once when told to, until X answers again`, async (t) => {
    const world = await startWorld(t, { seed: 1, postsPerDay: Array.from({ length: 12 }, () => 2) });
    const { clock, x, influxd } = world;
    await call(world.startProcess(), { time: weekStart, data: usersTick });
    const bought = x.seen.length;
    x.before = () => (x.seen.length > bought + 3 ? refusal : undefined);
    clock.leapTo(weekStart + 7 * minuteMs);
    assert.equal((await call(world.startProcess(), { time: Date.now(), data: tweetsTick })).status, 422);
    const received = await rowsOf(influxd, 'SELECT last("like_count") FROM "twitter_tweet" GROUP BY "username"');
    assert.equal(received.length, 3, 'what came before the refusal is stored');
    const askedAt = [Date.now()];
    x.before = ({ time }) => {
      askedAt.push(time);
      return refusal;
    };
    for (let minute = 15; minute < 300; minute += 15) {
      clock.leapTo(weekStart + minute * (minuteMs + 20)); // an hour of them is never a little short
      const answer = await call(world.startProcess(), {
        time: Date.now(),
        data: minute % 60 === 0 ? tweetsTick : usersTick,
      });
      assert.equal(answer.status, 422);
    }
    assert.equal(askedAt.length, 1 + 4);
    for (const [index, time] of askedAt.slice(1).entries()) assert.ok(time - (askedAt[index] ?? 0) >= hourMs - 1000);

    const app = world.startProcess();
    const start = Date.now();
    assert.equal((await call(app, { data: usersTick })).status, 422);
    assert.equal(askedAt.length, 5);
    const [shown] = (await describe(app)).latches;
    assert.ok(shown?.reason === reason);
    const end = until ?? (askedAt.at(-1) ?? 0) + 40 * dayMs;
    assert.ok(Math.abs(Date.parse(shown.until) - end) < 2 * minuteMs, shown.until);
    assert.ok(Date.parse(shown.nextProbe) > start);

    x.before = () => undefined;
    assert.equal((await call(app, { data: { ...usersTick, probe: true } })).status, 200);
    assert.deepEqual((await describe(app)).latches, []);
    const [stored] = await rowsOf(
      influxd,
      `SELECT last("until") AS "until" FROM "twitter_latch" WHERE "reason" = '${reason}'`,
    );
    assert.equal(stored?.['until'], 0);
    assert.equal((await call(world.startProcess(), { data: tweetsTick })).status, 200);
  });
}

test('a latch is over at the end X named, without a probe', async (t) => {
  const world = await startWorld(t, { seed: 1, postsPerDay: [1, 1] });
  const { clock, x } = world;
  const end = weekStart + 3 * dayMs;
  clock.leapTo(end - 30 * minuteMs);
  x.before = () => refusals[1]?.refusal;
  await call(world.startProcess(), { data: usersTick });
  x.before = () => undefined;
  clock.leapTo(end - minuteMs);
  assert.equal((await call(world.startProcess(), { data: usersTick })).status, 422);
  clock.leapTo(end + minuteMs);
  assert.equal((await call(world.startProcess(), { data: usersTick })).status, 200);
  assert.equal(x.seen.length, 2);
});
