import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import type { AskX, XReply } from '../../../functions/x/answer.ts';
import { askingInTurn, openDeadline, replyOf } from '../fixtures.ts';
import { byName, hourMs, nextTurn, noon, wayOf } from './world.ts';

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: noon });
});

const ok = replyOf({ data: [] });
const spendCap = replyOf({ title: 'SpendCapReached' }, { status: 403 });

for (const outcome of ['refused', 'answered'] as const) {
  test(`of several requests in flight one probes; once it is ${outcome} the others ${outcome === 'refused' ? 'do not go' : 'go'}`, async () => {
    let answer: (reply: XReply) => void = () => assert.fail('X was not asked');
    let asked = 0;
    const askX: AskX = () => {
      asked += 1;
      return asked > 1 ? Promise.resolve(ok) : new Promise((resolve) => (answer = resolve));
    };
    const askedAt = noon - hourMs;
    const latch = { reason: 'spend_cap', until: noon + hourMs, askedAt } as const;
    const run = wayOf(askX, { latches: new Map([['spend_cap', latch]]) });
    const all = [1, 2, 3, 4].map(() => run.ask(byName));
    await nextTurn();
    assert.equal(asked, 1);
    answer(outcome === 'answered' ? ok : spendCap);
    const statuses = (await Promise.allSettled(all)).map(({ status }) => status);
    assert.deepEqual([...new Set(statuses)], [outcome === 'refused' ? 'rejected' : 'fulfilled']);
    assert.equal(asked, outcome === 'refused' ? 1 : 4);
  });
}

test('a probe that ends with an error of the program does not hold up the others', { timeout: 10_000 }, async () => {
  const latch = { reason: 'spend_cap', until: noon + hourMs, askedAt: noon } as const;
  const signal = Object.defineProperty(new AbortController().signal, 'aborted', { get: countingTo(1000) });
  const x = askingInTurn([new TypeError('a bug'), ok, ok]);
  const run = wayOf(x, {
    latches: new Map([['spend_cap', latch]]),
    probe: true,
    deadline: { ...openDeadline(), signal },
  });
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => run.ask(byName)));
  const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : 'answered'));
  assert.deepEqual(reasons, ['TypeError: a bug', 'answered', 'answered']);
});

/** A loop without end takes no turn of the event loop, so that no timeout could end it. */
function countingTo(max: number): () => boolean {
  let count = 0;
  return () => {
    count += 1;
    assert.ok(count < max, 'the way goes round and round');
    return false;
  };
}
