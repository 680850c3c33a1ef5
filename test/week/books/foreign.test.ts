import assert from 'node:assert/strict';
import { test } from 'node:test';
import { billOn } from '../../support/billing-x.ts';
import { profile } from '../../support/x-server.ts';
import { daysOf } from '../books.ts';
import { describe, run, usersTick } from '../call.ts';
import { checkFigures } from '../figures.ts';
import { days, startWorld, weekStart } from '../world.ts';

const [firstDay = ''] = days;
const quarterMs = 900_000;

for (const processes of ['one process', 'a new process each time']) {
  test(`X answers with accounts nobody asked for, 20 ticks, ${processes}: each is in the books, and asking ends with the budget`, async (t) => {
    const env = { TWITTER_DAILY_BUDGET_USD: '0.05' };
    const world = await startWorld(t, { postsPerDay: [1, 1], env });
    const { x, clock, influxd } = world;
    let app = world.startProcess();
    x.before = () => {
      const id = String(900_000 + x.seen.length);
      return { kind: 'user', ids: [id], body: { data: [profile(id, `stranger_${id}`)] } };
    };
    for (let tick = 0; tick < 20; tick += 1) {
      clock.leapTo(weekStart + tick * quarterMs);
      if (processes !== 'one process') app = world.startProcess();
      const report = await run(app, usersTick);
      assert.equal(report.status, 200);
      const [spent] = await checkFigures(influxd, app);
      assert.equal(spent, billOn(x, firstDay), `tick ${tick}`);
      const { budget } = await describe(app);
      assert.deepEqual([budget['spentTodayMicroUsd'], report.cost.spentTodayMicroUsd], [spent, spent]);
    }
    const [row] = await daysOf(world, [firstDay]);
    // The budget of five profiles, and what one tick brought beyond it.
    assert.ok(row !== undefined && row.bill <= 60_000, String(row?.bill));
    assert.deepEqual([row.settled, row.held], [row.bill, 0]);
    assert.equal(x.seen.length, row.bill / 10_000, 'X was not asked any more');
  });
}
