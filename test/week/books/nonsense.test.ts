import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '../../../functions/run/instance.ts';
import { writeLines } from '../../support/write-lines.ts';
import { checkDay, daysOf } from '../books.ts';
import { call, describe, run, tweetsTick, twice } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { rowsOf } from '../rows.ts';
import { days, startWorld, weekStart } from '../world.ts';
import { ledger } from './line.ts';

const hourMs = 3_600_000;
const [firstDay = ''] = days;
const env = { TWITTER_DAILY_BUDGET_USD: '0.20' };
const everything = { ...tweetsTick, collectors: ['user', 'tweet'] };

const latch = (until: string): string =>
  `twitter_latch,app=default,reason=credits_depleted until=${until} ${weekStart + hourMs}`;

/** InfluxDB 1.x keeps a field's type for a shard's time, whatever is deleted. */
const wrongTypes: readonly (readonly [what: string, line: string])[] = [
  ['a cost as text', ledger({ cost_microusd: '"10000"' })],
  ['a cost with a fraction', ledger({ cost_microusd: '10000.5' })],
];

const nonsense: readonly (readonly [what: string, line: string])[] = [
  ['a negative cost', ledger({ cost_microusd: '-900000i' })],
  ['a negative count', ledger({ new_resources: '-1i' })],
  ['a cost no number can hold', ledger({ cost_microusd: '9007199254740993i' })],
  ['no cost', ledger({ cost_microusd: '' })],
  ['no purchase', ledger({ purchase: '' })],
  ['ids that are none', ledger({ ids: '"../../1.1/account"' })],
  ['settled for 0, though an id came', ledger({ new_resources: '0i', cost_microusd: '0i' })],
  [
    'settled for 0 in the form of before, which named accounts without ids',
    ledger({ keys: '"w1_0,w1_1,w1_2"', ids: '""', new_resources: '0i', cost_microusd: '0i' }),
  ],
  ['a state that is none', ledger({}, 'paid')],
  ['a latch until beyond all dates', latch('10000000000000i')],
  ['a latch with a fraction', latch('1.5')],
  ['a latch with a text', latch('"tomorrow"')],
  ['a latch before 1970', latch('-1i')],
];

for (const [what, line] of [...nonsense, ...wrongTypes]) {
  const hasWrongType = wrongTypes.some(([each]) => each === what);
  const mended = hasWrongType ? 'the DELETE that is named and an administrator have' : 'the DELETE that is named has';
  test(`${what}: 422 and nothing is bought, until ${mended} removed it`, async (t) => {
    const world = await startWorld(t, { postsPerDay: [9, 9, 9], env });
    const { x, clock, influxd } = world;
    await writeLines(influxd, [line]);
    clock.leapTo(weekStart + 2 * hourMs);
    const app = world.startProcess();
    await twice(() => checkRefused(app));
    await rowsOf(influxd, await deleteCommand(app));
    if (hasWrongType) {
      assert.match((await run(app, everything)).failures[0]?.detail ?? '', /field type conflict/);
      assert.deepEqual([(await run(app, everything)).status, x.seen.length], [422, 0]);
      await influxd.adminQuery('DROP MEASUREMENT "twitter_ledger"');
    }
    assert.equal(x.seen.length, 0);
    await twice(async () => {
      const report = await run(app, everything);
      assert.deepEqual([report.status, report.failures.filter(({ reason }) => reason !== 'budget')], [200, []]);
      await checkFigures(influxd, app);
    });
    const [row] = await daysOf(world, [firstDay]);
    assert.ok(row !== undefined && row.bill > 0);
    checkDay(row, 200_000);
  });
}

test('the DELETE removes the line that is named and no other', async (t) => {
  const world = await startWorld(t, { postsPerDay: [9, 9, 9] });
  const app = world.startProcess();
  await run(app, everything);
  const before = await rowsOf(world.influxd, 'SELECT * FROM "twitter_ledger"');
  await writeLines(world.influxd, [ledger({ cost_microusd: '-1i' })]);
  await rowsOf(world.influxd, await deleteCommand(app));
  assert.deepEqual(await rowsOf(world.influxd, 'SELECT * FROM "twitter_ledger"'), before);
});

/** Fails unless a run is refused before anything is bought, and everyone else is still answered. */
async function checkRefused(app: Instance): Promise<void> {
  const { status, failures, cost } = await run(app, everything);
  assert.deepEqual([status, failures.map(({ reason }) => reason)], [422, ['store_refused']]);
  assert.equal(cost.spentTodayMicroUsd, undefined);
  assert.equal((await call(app, { data: everything, path: '/?plan' })).status, 422);
  assert.equal((await describe(app)).status, 200);
}

/** The command that the answer to an event names. */
async function deleteCommand(app: Instance): Promise<string> {
  const { body } = await call(app, { time: Date.now(), data: everything });
  const { detail } = JSON.parse(body) as { detail: string };
  const command = /DELETE FROM .*$/.exec(detail)?.[0] ?? '';
  assert.match(command, /^DELETE FROM "twitter_(ledger|latch)" WHERE "app" = 'default' AND time = '[^']+'$/, detail);
  return command;
}
