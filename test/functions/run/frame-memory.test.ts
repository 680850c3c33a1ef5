import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { user } from '../../../functions/collectors/user.ts';
import { statusOf } from '../../../functions/http/answer.ts';
import { describeFunction } from '../../../functions/http/description.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import { runCollector } from '../../../functions/run/run.ts';
import { profile } from '../../support/x-server.ts';
import { askingInTurn, collectOnce, folderFor, instanceOf, replyOf } from '../fixtures.ts';
import { countedInfluxDb, jobOf, pointsIn, reasonsOf, runOf, stopClock } from './world.ts';

/** An instance that watches the accounts in a file, for at most three of which the budget is enough. */
function watching(t: TestContext): { instance: Instance; write: (list: string) => void } {
  const file = join(folderFor(t), 'TWITTER_USERS');
  const write = (list: string): void => {
    writeFileSync(file, list);
  };
  write('jack');
  const env = { TWITTER_USERS: '', TWITTER_USERS_FILE: file, TWITTER_DAILY_BUDGET_USD: '0.03' };
  return { instance: instanceOf({ env, influxdb: countedInfluxDb() }), write };
}

test('each run reads the list of accounts again; a wrong one is a failure point and the last good one stays', async (t) => {
  const { instance, write } = watching(t);
  const keysSeen: string[][] = [];
  const job = { ...jobOf(() => Promise.resolve()), parse: noteKeys };
  function noteKeys(_data: unknown, watched: Instance['memory']['watched']['accounts']): object {
    keysSeen.push(watched.map(({ key }) => key));
    return {};
  }
  const rounds: readonly (readonly [list: string, reasons: readonly string[]])[] = [
    ['jill, id:12', []],
    ['a b', ['bad_accounts']],
    ['a,b,c,d', ['bad_accounts']],
    ['jill, id:12', []],
    ['bob', []],
  ];
  for (const [list, reasons] of rounds) {
    write(list);
    const outcome = await runOf(job, { instance });
    assert.deepEqual(
      reasonsOf(outcome),
      reasons.map((reason) => ['tick', reason]),
    );
  }
  const good = ['jill', 'id:12'];
  assert.deepEqual(keysSeen, [good, good, good, good, ['bob']]);
  const points = pointsIn(instance.store.influxdb as ReturnType<typeof countedInfluxDb>, 'twitter_collector_failure');
  assert.deepEqual(
    points.map(({ tags }) => tags),
    Array.from({ length: 2 }, () => ({ app: 'default', collector: 'tick', reason: 'bad_accounts' })),
  );
});

const jack = { data: [profile('12', 'jack')] };

test('a latch outlives the run that met it until a probe succeeds, though nobody could store it', async () => {
  const refused = replyOf({ title: 'CreditsDepleted', detail: 'no credits' }, { status: 402 });
  const askX = askingInTurn([refused, replyOf(jack), replyOf(jack)]);
  const instance = instanceOf({ influxdb: countedInfluxDb(), askX });
  const rounds = [
    [{}, 'credits_depleted', 1],
    [{}, 'credits_depleted', 1],
    [{ probe: true }, undefined, 2],
    [{}, undefined, 3],
  ] as const;
  for (const [data, reason, requests] of rounds) {
    const { failures } = await collectOnce(instance, data);
    assert.deepEqual([failures[0]?.reason, askX.asked.length], [reason, requests]);
    const { latches } = describeFunction(instance) as { latches: { reason: string }[] };
    assert.deepEqual(
      latches.map((latch) => latch.reason),
      reason === undefined ? [] : [reason],
    );
  }
});

test('a used-up window is known to the next run, until it is over', async (t) => {
  stopClock(t);
  const reset = Date.now() + 300_000;
  const window = {
    'x-rate-limit-limit': '300',
    'x-rate-limit-remaining': '0',
    'x-rate-limit-reset': `${reset / 1000}`,
  };
  const askX = askingInTurn([replyOf({}, { status: 429, headers: window }), replyOf(jack)]);
  const instance = instanceOf({ influxdb: countedInfluxDb(), askX });
  for (let round = 1; round <= 2; round += 1) {
    const { failures, retryAt } = await collectOnce(instance);
    assert.deepEqual([failures[0]?.reason, statusOf(failures), retryAt], ['rate_limited', 503, reset]);
    assert.equal(askX.asked.length, 1);
  }
  t.mock.timers.setTime(reset);
  assert.deepEqual((await collectOnce(instance)).failures, []);
});

test('what a run learnt is not lost when an error of the program breaks it off', async (t) => {
  stopClock(t);
  const askX = askingInTurn([replyOf({ title: 'CreditsDepleted' }, { status: 402 })]);
  const instance = instanceOf({ influxdb: countedInfluxDb(), askX });
  const job = jobOf(async (run) => {
    await runCollector(run, user, instance.memory.watched.accounts);
    throw new TypeError('a bug');
  });
  await assert.rejects(runOf(job, { instance }), TypeError);
  assert.deepEqual([...instance.memory.patience.latches.keys()], ['credits_depleted']);
  assert.equal(instance.memory.books.size, 1);
});
