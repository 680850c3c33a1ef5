import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RunError } from '../../../functions/failure.ts';
import { emptyOutbox, openOutbox, putInto } from '../../../functions/store/outbox.ts';
import type { Measurement, MeasurementName } from '../../../functions/measurement.ts';

function points(count: number, name: MeasurementName = 'twitter_user'): Measurement[] {
  return Array.from({ length: count }, (_, time) => ({ name, tags: {}, fields: { count: 1 }, time }));
}

/** An outbox whose batches' sizes are noted as they are delivered. */
function noting(): { outbox: ReturnType<typeof openOutbox>; sizes: number[] } {
  const sizes: number[] = [];
  const outbox = openOutbox((measurements) => {
    sizes.push(measurements.length);
    return Promise.resolve();
  });
  return { outbox, sizes };
}

test('results put in at short distance leave together', async () => {
  const { outbox, sizes } = noting();
  putInto(outbox, points(2));
  putInto(outbox, []);
  putInto(outbox, points(3));
  await emptyOutbox(outbox);
  assert.deepEqual(sizes, [5]);
  assert.equal(outbox.acknowledged, 5);
});

test('an empty outbox delivers nothing', async () => {
  const { outbox, sizes } = noting();
  putInto(outbox, []);
  await emptyOutbox(outbox);
  assert.deepEqual([sizes, outbox.timer], [[], undefined]);
});

test('results leave within a second without being called for', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { outbox, sizes } = noting();
  putInto(outbox, points(1));
  putInto(outbox, points(1));
  t.mock.timers.tick(999);
  assert.equal(outbox.pending.length, 2);
  t.mock.timers.tick(1);
  assert.equal(outbox.pending.length, 0);
  return outbox.sending.then(() => {
    assert.deepEqual(sizes, [2]);
  });
});

test('a full outbox leaves at once', async () => {
  const { outbox, sizes } = noting();
  putInto(outbox, points(4999));
  assert.equal(outbox.pending.length, 4999);
  putInto(outbox, points(1));
  assert.deepEqual([outbox.pending.length, outbox.timer], [0, undefined]);
  await outbox.sending;
  assert.deepEqual(sizes, [5000]);
});

test("the run's own points are delivered but not counted", async () => {
  const { outbox, sizes } = noting();
  putInto(outbox, [...points(2), ...points(1, 'twitter_collector_run'), ...points(3, 'twitter_collector_failure')]);
  await emptyOutbox(outbox);
  assert.deepEqual([sizes, outbox.acknowledged], [[6], 2]);
});

test('a refused batch is not counted, and the next one is sent all the same', async () => {
  const refused = new RunError('store_refused', 'no', { retryable: false });
  let calls = 0;
  const outbox = openOutbox(() => {
    calls += 1;
    return calls === 1 ? Promise.reject(refused) : Promise.resolve();
  });
  putInto(outbox, points(5000));
  putInto(outbox, points(2));
  await emptyOutbox(outbox);
  assert.deepEqual(outbox.errors, [refused]);
  assert.deepEqual([calls, outbox.acknowledged], [2, 2]);
});

test('batches are delivered one after another', async () => {
  let underWay = 0;
  let most = 0;
  const outbox = openOutbox(async () => {
    most = Math.max(most, (underWay += 1));
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
  });
  for (let round = 0; round < 4; round += 1) putInto(outbox, points(5000));
  await emptyOutbox(outbox);
  assert.deepEqual([most, outbox.acknowledged], [1, 20_000]);
});

test('an error that is no RunError is one of the points, not of the moment', async () => {
  const outbox = openOutbox(() => Promise.reject(new TypeError('a point without fields')));
  putInto(outbox, points(1));
  await emptyOutbox(outbox);
  const [error] = outbox.errors;
  assert.deepEqual([error?.reason, error?.retryable], ['store_refused', false]);
  assert.match(error?.message ?? '', /a point without fields/);
});
