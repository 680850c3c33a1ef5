import assert from 'node:assert/strict';
import { test } from 'node:test';

import { statusOf } from '../../../functions/http/answer.ts';
import { replyOf } from '../fixtures.ts';
import { pointsIn } from '../run/world.ts';
import { day, dayMs, openWorld } from './reconcile-world.ts';

for (const [what, byX, status, reason] of [
  ['a wrong shape', { [day(1)]: 'many' }, 503, 'bad_answer'],
  ['an outage of X', { reply: replyOf('', { status: 503 }) }, 503, 'upstream_error'],
  ['a refusal', { reply: replyOf('', { status: 401 }) }, 422, 'unauthorized'],
] as const) {
  test(`${what} ends with ${status}, a failure of reconcile, and no usage`, async () => {
    const world = openWorld(byX);
    const { failures } = await world.run();
    assert.deepEqual(
      failures.map((failure) => [failure.collector, failure.reason]),
      [['reconcile', reason]],
    );
    assert.equal(statusOf(failures), status);
    assert.deepEqual(pointsIn(world.influxdb, 'twitter_usage'), []);
    assert.equal(pointsIn(world.influxdb, 'twitter_collector_run')[0]?.fields['success'], 0);
  });
}

test('a latch stays as it is, and costs no request', async () => {
  const world = openWorld({ [day(1)]: '3' });
  const latch = { reason: 'credits_depleted' as const, until: Date.now() + dayMs, askedAt: Date.now() - 7_200_000 };
  world.instance.memory.patience = { ...world.instance.memory.patience, latches: new Map([[latch.reason, latch]]) };
  for (let round = 1; round <= 2; round += 1) {
    const { failures } = await world.run();
    assert.deepEqual([world.asked.length, statusOf(failures), failures[0]?.reason], [0, 422, 'credits_depleted']);
    assert.deepEqual([...world.instance.memory.patience.latches.values()], [latch]);
  }
  assert.deepEqual(pointsIn(world.influxdb, 'twitter_latch'), []);
});

test('a rate limit that is used up is waited for', async () => {
  const reset = Math.ceil(Date.now() / 1000) + 600;
  const window = { 'x-rate-limit-limit': '50', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(reset) };
  const world = openWorld({ reply: replyOf('', { status: 429, headers: window }) });
  for (let round = 1; round <= 2; round += 1) {
    const { failures, retryAt } = await world.run();
    assert.deepEqual([world.asked.length, statusOf(failures), retryAt], [1, 503, reset * 1000]);
  }
});
