import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { inSlot } from '../../../functions/slots.ts';
import { profile } from '../../support/x-server.ts';
import { askingInTurn, replyOf } from '../fixtures.ts';
import { countedInfluxDb, openPromise, pointsIn } from '../run/world.ts';
import { openSurface } from './world.ts';

const jack = { data: [profile('12', 'jack')] };

test('an error of the program in a collector is 500 with its stack in the log, and the others’ data are stored', async (t) => {
  const columns = { time: new Date().toISOString(), last: 1 };
  const seen = { measurement: 'twitter_user', tags: { user_id: '12', username: 'jack' }, columns };
  const timeline = { data: [{ id: '1800000000000000000', public_metrics: { like_count: 1 } }], meta: {} };
  const { post, postEvent, influxdb, logged } = await openSurface(t, {
    influxdb: countedInfluxDb([seen]),
    askX: ({ path }) =>
      path === 'users/by' ? Promise.reject(new TypeError('a bug')) : Promise.resolve(replyOf(timeline)),
  });
  for (const send of [post, postEvent]) {
    influxdb.writes.splice(0);
    const answer = await send({ collectors: ['user', 'tweet'] });
    assert.equal(answer.status, 500);
    assert.deepEqual(JSON.parse(answer.text), {
      error: 'an error of twittergraph itself: please report it with the log line beside it',
    });
    const [level, message, { stack }] = logged.splice(0).at(-1) ?? ['', '', {}];
    assert.deepEqual([level, message], ['error', 'a request broke off']);
    assert.match(String(stack), /^TypeError: a bug\n {4}at /);
    assert.equal(pointsIn(influxdb, 'twitter_tweet').length, 1);
    assert.deepEqual(
      pointsIn(influxdb, 'twitter_collector_run').map(({ tags, fields }) => [tags['collector'], fields['success']]),
      [
        ['user', 0],
        ['tweet', 1],
      ],
    );
    assert.deepEqual(pointsIn(influxdb, 'twitter_collector_failure'), []);
  }
});

test('an error of the program in a write of the ledger is 500, and X is not asked', async (t) => {
  const { post, influxdb, logged } = await openSurface(t);
  influxdb.answer = (points) => {
    if (points.some(({ measurement }) => measurement === 'twitter_ledger')) throw new TypeError('no line');
    return undefined;
  };
  for (let round = 1; round <= 2; round += 1) {
    assert.equal((await post()).status, 500);
    assert.match(String(logged.splice(0).at(-1)?.[2]['stack']), /^TypeError: no line/);
  }
  assert.deepEqual(pointsIn(influxdb, 'twitter_collector_failure'), []);
});

test('a run whose turn does not come is cut short with 503, and once it would have the next one works', async (t) => {
  const askX = askingInTurn([replyOf(jack)]);
  const { post, postEvent, instance, influxdb, logged } = await openSurface(t, {
    env: { RUN_TIMEOUT_SECONDS: '1' },
    askX,
  });
  const busy = openPromise();
  const running = inSlot(instance.memory.turn, () => busy.promise);
  const [event, byHand] = await Promise.all([postEvent(), post()]);
  const detail = 'the run did not end by its deadline, RUN_TIMEOUT_SECONDS';
  assert.deepEqual([event.status, JSON.parse(event.text)], [503, { reason: 'timeout', detail, failures: 1 }]);
  assert.equal(event.headers.get('retry-after'), '10');
  const report = JSON.parse(byHand.text) as { failures: unknown; cost: object };
  const failure = { collector: 'tick', reason: 'timeout', detail, retryable: true };
  assert.deepEqual([byHand.status, report.failures], [503, [failure]]);
  assert.deepEqual(Object.keys(report.cost), ['newResources', 'microUsd', 'budgetMicroUsd']);
  assert.deepEqual(
    logged.map(([level, message]) => [level, message]),
    [
      ['error', 'run'],
      ['error', 'run'],
    ],
  );
  busy.resolve();
  await running;
  assert.equal((await postEvent()).status, 204);
  assert.deepEqual([askX.asked.length, influxdb.reads.length], [1, 1]);
});

test(
  'a sender that hangs up inside its body is warned of in the log, and is no error of ours',
  { timeout: 10_000 },
  async (t) => {
    const { logged, port } = await openSurface(t);
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"job"', () => {
      socket.destroySoon();
    });
    while (logged.length === 0) await nextTurn();
    assert.deepEqual(logged, [['warn', 'a request was refused', { error: 'the body did not come whole' }]]);
  },
);
