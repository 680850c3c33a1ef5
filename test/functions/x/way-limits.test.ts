import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { askingInTurn, replyOf, runErrorOf } from '../fixtures.ts';
import { assertUnsent, byId, byName, hourMs, limited, minuteMs, noon, timelineOf, wayOf, windowOf } from './world.ts';

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: noon });
});

const ok = replyOf({ data: [] });

test('after a rate limit the endpoint is not asked until its reset, in any run; another is', async () => {
  const until = noon + 10 * minuteMs;
  const x = askingInTurn([limited(until), ok, ok]);
  const first = wayOf(x);
  await runErrorOf(first.ask(byName));
  mock.timers.setTime(until - 1);
  const second = wayOf(x, first.patience());
  const { failure, message } = await runErrorOf(second.ask(byName));
  assert.deepEqual([failure.reason, failure.retryAt], ['rate_limited', until]);
  assert.equal(message, 'X was not asked: the rate limit of bearer users/by is used up until 2026-11-23T12:10:00.000Z');
  await second.ask(byId);
  mock.timers.setTime(until);
  await wayOf(x, second.patience()).ask(byName);
  assert.deepEqual(x.asked, ['users/by?jack', 'users?12', 'users/by?jack']);
});

test('a rate limit is that of a credential and an endpoint, whatever id stands in the path', async () => {
  const x = askingInTurn([limited(noon + minuteMs), ok, ok]);
  const { ask } = wayOf(x);
  const before = await runErrorOf(ask(timelineOf('12')));
  assertUnsent(await runErrorOf(ask(timelineOf('13'))), before);
  await ask(timelineOf('14', { asOwner: true }));
  await ask(byId);
  assert.deepEqual(x.asked, ['users/12/tweets?', 'users/14/tweets?', 'users?12']);
});

test('a rate limit that names no end holds for the run, and for no other', async () => {
  const x = askingInTurn([limited(), ok]);
  const first = wayOf(x);
  const before = await runErrorOf(first.ask(byName));
  assertUnsent(await runErrorOf(first.ask(byName)), before);
  await wayOf(x, first.patience()).ask(byName);
  assert.equal(x.asked.length, 2);
});

for (const prefix of ['x-rate-limit', 'x-app-limit-24hour', 'x-user-limit-24hour']) {
  test(`an answer that used the window of ${prefix} up forbids the next request too`, async () => {
    const x = askingInTurn([replyOf({}, { headers: windowOf(0, noon + hourMs, prefix) })]);
    const first = wayOf(x);
    await first.ask(byName);
    for (const way of [first, wayOf(x, first.patience())]) {
      const { failure } = await runErrorOf(way.ask(byName));
      assert.deepEqual([failure.reason, failure.retryAt], ['rate_limited', noon + hourMs]);
    }
  });
}

test('a reset that has passed forbids nothing, one in years forbids a day and an hour', async () => {
  const x = askingInTurn([replyOf({}, { headers: windowOf(0, noon - minuteMs) }), limited(noon + 5000 * hourMs)]);
  const { ask, patience } = wayOf(x);
  await ask(byName);
  assert.equal(patience().limitedUntil.size, 0);
  await runErrorOf(ask(byName));
  assert.deepEqual([...patience().limitedUntil.values()], [noon + 25 * hourMs]);
});
