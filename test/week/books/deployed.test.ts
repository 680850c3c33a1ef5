import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { folderFor } from '../../functions/fixtures.ts';
import type { BilledAccount } from '../../support/billing-x.ts';
import { type FunctionProcess, startFunction } from '../../support/function-process.ts';
import { tweetsTick, usersTick } from '../call.ts';
import { createAccount } from '../posting.ts';
import { dayMs, startWorld, type World } from '../world.ts';
import { addTrial, countTrials, emptyTally, printTally, type Tally } from './together.ts';

/** A process of the built function, and how it is told whom to watch. */
interface Deployed {
  readonly fn: FunctionProcess;
  readonly watch: (accounts: readonly BilledAccount[]) => void;
}

for (const count of [2, 3]) {
  test(`${count} processes of the built function with accounts of their own, at the same moments: no ledger line is lost`, async (t) => {
    const world = await startWorld(t, { postsPerDay: [1], start: Date.now() });
    const processes = await deploy(t, world, count);
    const tally = emptyTally();
    for (let trial = 0; trial < countTrials(3); trial += 1) {
      const accounts = accountsOf(world, 60, trial + 1);
      world.x.accounts.splice(0, Infinity, ...accounts);
      processes.forEach(({ watch }, index) => {
        watch(accounts.filter((_account, place) => place % count === index));
      });
      await tickAll(processes, usersTick);
      await tickAll(processes, tweetsTick);
      // Days, ledger and bill are those of all trials so far.
      Object.assign(tally, { ...emptyTally(), trials: tally.trials, wrongBills: tally.wrongBills });
      await addTrial(tally, world, { app: 'default', days: daysSince(world) });
    }
    printTally(t, tally);
    const timelines = tally.trials * 60;
    assert.deepEqual([tally.timelines, tally.reserved, tally.settled], [timelines, timelines, timelines]);
    checkBill(tally);
  });
}

test('the first tick of 10,000 accounts in two processes: every profile is in the ledger once', async (t) => {
  const world = await startWorld(t, { postsPerDay: [], start: Date.now() });
  const processes = await deploy(t, world, 2);
  const accounts = accountsOf(world, 10_000, 1, 0);
  world.x.accounts.splice(0, Infinity, ...accounts);
  processes.forEach(({ watch }, index) => {
    watch(accounts.filter((_account, place) => place % 2 === index));
  });
  const startedAt = performance.now();
  await tickAll(processes, usersTick);
  t.diagnostic(`${Math.round(performance.now() - startedAt)} ms`);
  const tally = emptyTally();
  await addTrial(tally, world, { app: 'default', days: daysSince(world) });
  printTally(t, tally);
  checkBill(tally);
  assert.equal(tally.bill, 10_000 * 10_000);
  assert.equal(world.x.seen.length, 100);
  await tickAll(processes, usersTick);
  assert.deepEqual([world.x.seen.length, world.x.seen.slice(100).filter(({ cost }) => cost > 0)], [200, []]);
});

async function deploy(t: TestContext, { env }: World, count: number): Promise<Deployed[]> {
  const folder = folderFor(t);
  const starting = Array.from({ length: count }, async (_, index) => {
    const list = `${folder}/${index}`;
    const watch = (accounts: readonly BilledAccount[]): void => {
      writeFileSync(list, accounts.map(({ username }) => username).join('\n'));
    };
    writeFileSync(list, 'nobody_yet');
    const fn = await startFunction({ ...env, TWITTER_USERS_FILE: list, TWITTER_DAILY_BUDGET_USD: '1000' });
    t.after(() => fn.stop());
    return { fn, watch };
  });
  return Promise.all(starting);
}

async function tickAll(processes: readonly Deployed[], data: unknown): Promise<void> {
  const answers = await Promise.all(processes.map(({ fn }) => fn.postEvent(data)));
  for (const answer of answers) assert.equal(answer.status, 204, await answer.text());
}

function accountsOf({ random }: World, count: number, trial: number, postsPerDay = 2): BilledAccount[] {
  const now = Date.now();
  const posting = { postsPerDay, from: now - 8 * dayMs, to: now };
  return Array.from({ length: count }, (_, index) =>
    createAccount(trial * count + index, { name: `d${trial}_${index}`, ...posting }, random),
  );
}

/** The UTC days that X has seen. */
function daysSince({ x }: World): readonly string[] {
  return [...x.bill.keys()];
}

function checkBill({ wrongBills, held, booked, bill }: Tally): void {
  assert.deepEqual([wrongBills, held, booked], [0, 0, bill]);
}
