import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { RunError } from '../../../functions/failure.ts';
import type { AskX } from '../../../functions/x/answer.ts';
import { figuresNow } from '../../../functions/x/budget.ts';
import { askingInTurn, replyOf, runErrorOf } from '../fixtures.ts';
import { byName, nextTurn, noon, posts, prices, profiles, timelineOf, wayOf } from './world.ts';

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: noon });
});

const onePost = replyOf({ data: [{ id: '100' }] });
const jack = replyOf({ data: [{ id: '12' }] });
const paidFor = posts('jack', { keys: [], max: 0, min: 0 });

function unanswered(): RunError {
  return new RunError({ reason: 'timeout', detail: 'sent, not answered' }, { mayCost: true });
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await nextTurn();
}

test('after posts that were sent for and never came the run asks for no more posts that cost, but for all else', async () => {
  const x = askingInTurn([unanswered(), jack, onePost]);
  const { buy, way } = wayOf(x);
  await runErrorOf(buy(posts('a'), timelineOf('1')));
  const { failure, mayCost, message } = await runErrorOf(buy(posts('b'), timelineOf('2')));
  assert.deepEqual([failure.reason, mayCost], ['timeout', false]);
  assert.equal(message, 'X was not asked for more posts: it left a request for them unanswered');
  await buy(profiles(['jack']), byName);
  await buy(paidFor, { path: 'tweets', query: { ids: '100' } });
  assert.equal(figuresNow(way.budget)?.held, 20 * prices.tweet);
  assert.deepEqual(x.asked, ['users/1/tweets?', 'users/by?jack', 'tweets?100']);
});

test('of the posts under way then all are awaited, those that wait are not asked for', async () => {
  const answers: ((error: RunError) => void)[] = [];
  const askX: AskX = () => new Promise((_resolve, reject) => answers.push(reject));
  const { buy, way } = wayOf(askX);
  const all = Array.from({ length: 20 }, (_, index) => buy(posts(`name${index}`, { max: 5 }), timelineOf(`${index}`)));
  const settled = Promise.allSettled(all);
  await turns();
  assert.equal(answers.length, 8);
  for (const reject of answers) reject(unanswered());
  assert.ok((await settled).every(({ status }) => status === 'rejected'));
  assert.equal(answers.length, 8);
  assert.equal(figuresNow(way.budget)?.held, 8 * 5 * prices.tweet);
});

test('later runs of the process ask for posts one at a time, until X has answered one of them', async () => {
  const first = wayOf(askingInTurn([unanswered()]));
  await runErrorOf(first.buy(posts('a'), timelineOf('1')));
  const answers: (() => void)[] = [];
  const askX: AskX = () =>
    new Promise((resolve) => {
      answers.push(() => {
        resolve(onePost);
      });
    });
  const second = wayOf(askX, first.patience());
  const all = Array.from({ length: 20 }, (_, index) =>
    second.buy(posts(`name${index}`, { max: 5 }), timelineOf(`${index}`)),
  );
  await turns();
  assert.equal(answers.length, 1);
  answers[0]?.();
  await turns();
  assert.equal(answers.length, 9);
  assert.equal(second.patience().isInDoubt, false);
  for (let done = 1; done < 20; done += 1) {
    answers[done]?.();
    await turns();
  }
  await Promise.all(all);
});

test('the doubt stays from run to run as long as X answers none, and costs one request a run', async () => {
  let { patience } = wayOf(askingInTurn([]));
  for (let round = 1; round <= 3; round += 1) {
    const x = askingInTurn([unanswered()]);
    const run = wayOf(x, patience());
    await Promise.allSettled(
      (round === 1 ? ['a'] : ['a', 'b', 'c']).map((key, index) => run.buy(posts(key), timelineOf(`${index}`))),
    );
    assert.deepEqual([x.asked.length, run.way.isInDoubt], [1, true]);
    patience = run.patience;
  }
});

for (const [what, error] of [
  ['a refusal', replyOf('', { status: 503 })],
  ['a request that never left', new RunError({ reason: 'upstream_error', detail: 'no connection' })],
  ['an answer that nobody can read', replyOf('<html>')],
] as const) {
  test(`${what} leaves no doubt whether X answers`, async () => {
    const x = askingInTurn([error, onePost]);
    const { buy, way } = wayOf(x);
    await runErrorOf(buy(posts('a'), timelineOf('1')));
    assert.equal(way.isInDoubt, false);
    await buy(posts('b'), timelineOf('2'));
    assert.equal(x.asked.length, 2);
  });
}

test('a profile or posts paid for, sent for and not answered, cast no doubt on posts', async () => {
  const x = askingInTurn([unanswered(), unanswered(), onePost]);
  const { buy, way } = wayOf(x);
  await runErrorOf(buy(profiles(['jack']), byName));
  await runErrorOf(buy(paidFor, { path: 'tweets', query: { ids: '100' } }));
  assert.equal(way.isInDoubt, false);
  await buy(posts('b'), timelineOf('2'));
});

test('a profile that X answers does not end the doubt about posts', async () => {
  const { buy, way } = wayOf(askingInTurn([jack, onePost]), { isInDoubt: true });
  await buy(profiles(['jack']), byName);
  await buy(paidFor, { path: 'tweets', query: { ids: '100' } });
  assert.deepEqual([way.isInDoubt, way.posts.max], [true, 1]);
});
