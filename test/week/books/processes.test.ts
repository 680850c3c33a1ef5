import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, tweetsTick, usersTick } from '../call.ts';
import { days, startWorld } from '../world.ts';
import { addTrial, countTrials, emptyTally, printTally, witnessed } from './together.ts';

const [firstDay = ''] = days;
const accounts = 60;

/** Which accounts each of the processes watches. */
const shares: readonly (readonly [what: string, processes: number, isDisjoint: boolean])[] = [
  ['two processes with halves of the accounts', 2, true],
  ['three processes with thirds of the accounts', 3, true],
  ['two processes with the same accounts, as in a roll-out', 2, false],
];

for (const [what, processes, isDisjoint] of shares) {
  test(`${what}, at the same moments: no ledger line is lost, and the bill is in the ledger`, async (t) => {
    const env = { TWITTER_DAILY_BUDGET_USD: '1000' };
    const world = await startWorld(t, { postsPerDay: Array.from({ length: accounts }, (_, index) => index % 4), env });
    const names = world.x.accounts.map(({ username }) => username);
    const tally = emptyTally();
    for (let trial = 0; trial < countTrials(3); trial += 1) {
      const app = `trial${trial}`;
      const acknowledged = new Set<string>();
      const instances = Array.from({ length: processes }, (_, index) => {
        const own = names.filter((_name, place) => !isDisjoint || place % processes === index);
        return witnessed(world.startProcess({ TWITTER_APP: app, TWITTER_USERS: own.join() }), acknowledged);
      });
      world.x.bill.clear();
      world.x.seen.length = 0;
      for (const data of [usersTick, tweetsTick]) {
        const reports = await Promise.all(instances.map((instance) => run(instance, data)));
        assert.deepEqual(
          reports.map(({ status }) => status),
          instances.map(() => 200),
        );
      }
      await addTrial(tally, world, { app, days: [firstDay], acknowledged });
    }
    printTally(t, tally);
    assert.deepEqual([tally.lost, tally.wrongBills, tally.held], [0, 0, 0]);
    const timelines = tally.trials * accounts * (isDisjoint ? 1 : processes);
    assert.deepEqual([tally.timelines, tally.reserved, tally.settled], [timelines, timelines, timelines]);
    assert.equal(tally.booked, tally.bill);
    assert.ok(tally.lines >= 2 * timelines);
  });
}
