import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import type { AskX } from '../../../functions/x/answer.ts';
import { figuresNow } from '../../../functions/x/budget.ts';
import { askingInTurn, replyOf, runErrorOf, stubInfluxDb } from '../fixtures.ts';
import { byName, nextTurn, noon, posts, prices, profiles, timelineOf, wayOf } from './world.ts';

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: noon });
});

const jack = replyOf({ data: [{ id: '12' }] });

test('what X does not answer in ten seconds is a timeout, and its money stays held', async () => {
  const { buy, way } = wayOf(() => new Promise(() => undefined));
  const buying = runErrorOf(buy(profiles(['jack']), byName));
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
  mock.timers.tick(10_000);
  const { failure, mayCost, message } = await buying;
  assert.deepEqual([failure.reason, mayCost], ['timeout', true]);
  assert.equal(message, 'X did not answer GET users/by in time');
  assert.equal(figuresNow(way.budget)?.held, prices.user);
});

test('the request asks for as much as was granted', async () => {
  const sizes: unknown[] = [];
  const askX: AskX = ({ query }) => (sizes.push(query['max_results']), Promise.resolve(replyOf({ data: [] })));
  const { buy } = wayOf(askX, { terms: { budget: 7 * prices.tweet } });
  await buy(posts('jack'), (granted) => timelineOf('12', { query: { max_results: String(granted) } }));
  assert.deepEqual(sizes, ['7']);
});

test('no more than ten requests are under way at once', async () => {
  const answers: (() => void)[] = [];
  const askX: AskX = () =>
    new Promise((resolve) =>
      answers.push(() => {
        resolve(jack);
      }),
    );
  const { buy } = wayOf(askX);
  const all = Array.from({ length: 20 }, (_, index) => buy(profiles([`name${index}`]), byName));
  for (let done = 0; done < 20; done += 1) {
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    assert.equal(answers.length, Math.min(20, done + 10));
    answers[done]?.();
  }
  await Promise.all(all);
});

test('a request that is late for midnight is not sent, and its money is free again', async () => {
  mock.timers.setTime(Date.parse('2026-11-23T23:58:00Z'));
  const inner = stubInfluxDb();
  const influxdb: typeof inner = {
    ...inner,
    write(points, deadline) {
      mock.timers.setTime(Date.parse('2026-11-23T23:59:00Z'));
      return inner.write(points, deadline);
    },
  };
  const { buy, way, asked } = wayOf(askingInTurn([]), { influxdb });
  const { failure, message, mayCost } = await runErrorOf(buy(profiles(['jack']), byName));
  assert.deepEqual([failure.reason, mayCost, asked.requests], ['timeout', false, 0]);
  assert.match(message, /midnight UTC came too near/);
  assert.equal(figuresNow(way.budget)?.held, 0);
});
