import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeLines } from '../../support/write-lines.ts';
import { checkDay, daysOf } from '../books.ts';
import { describe, plan, run, tweetsTick, twice, usersTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { days, startWorld, weekStart } from '../world.ts';
import { ledger } from './line.ts';

const hourMs = 3_600_000;
const [firstDay = ''] = days;
const env = { TWITTER_DAILY_BUDGET_USD: '0.20' };
const everything = { ...tweetsTick, collectors: ['user', 'tweet'] };

/** Lines that are allowed and wrong: they take nothing away that was bought, and hide nothing. */
const harmless: readonly (readonly [what: string, line: string])[] = [
  ['settled for 0 with the profile', ledger({ cost_microusd: '0i' })],
  ['settled without a profile', ledger({ keys: '"w1_0="', ids: '""', new_resources: '0i', cost_microusd: '0i' })],
  ['settled with a profile that is not bought', ledger({ ids: '""', new_resources: '0i', cost_microusd: '0i' })],
];

for (const [what, line] of harmless) {
  for (const isBought of [true, false]) {
    test(`${what}, of an account that was ${isBought ? 'bought' : 'not bought'}: the budget is kept`, async (t) => {
      const world = await startWorld(t, { postsPerDay: [9, 9, 9], env });
      const { clock, influxd } = world;
      const app = world.startProcess();
      if (isBought) await run(app, usersTick);
      await writeLines(influxd, [line]);
      for (let hour = 1; hour < 6; hour += 1) {
        clock.leapTo(weekStart + hour * hourMs);
        assert.equal((await run(app, everything)).status, 200);
        const [, , , left] = await checkFigures(influxd, app);
        assert.equal((await plan(app, everything)).leftMicroUsd, left);
        for (const row of await daysOf(world, [firstDay])) {
          checkDay(row, 200_000);
          assert.equal(row.settled, row.bill);
        }
      }
    });
  }
}

test('a latch in the future: a probe clears it, and the next tick collects', async (t) => {
  const world = await startWorld(t, { postsPerDay: [1, 1] });
  const { x, influxd } = world;
  const until = (weekStart + 40 * 24 * hourMs) / 1000;
  const ahead = weekStart + 10 * 24 * hourMs;
  await writeLines(influxd, [`twitter_latch,app=default,reason=credits_depleted until=${until}i ${ahead}`]);
  const app = world.startProcess();
  await twice(async () => {
    assert.equal((await run(app, usersTick)).status, 422);
  });
  assert.equal(x.seen.length, 0);
  assert.equal((await run(app, { ...usersTick, probe: true })).status, 200);
  assert.deepEqual((await describe(app)).latches, []);
  for (const process of [app, world.startProcess()]) {
    const { status, points } = await run(process, usersTick);
    assert.deepEqual([status, points], [200, 2]);
  }
});
