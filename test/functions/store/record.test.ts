import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { BadRequest } from '../../../functions/failure.ts';
import type { Point } from '../../../functions/measurement.ts';
import { bookEvents, pointsIn, resultEvents } from '../../../functions/store/record.ts';
import { pointOf } from '../run/world.ts';
import { anyPoint, linePoint } from './recorded.ts';

const time = Date.parse('2026-11-23T12:00:00Z');
const latch = (reason: string, until: number, at = time): Point => ({
  ...{ measurement: 'twitter_latch', tags: { app: 'default', reason }, fields: { until }, time: at },
});

test('results are split where an event would be longer than 256 KiB, and none is lost or out of order', () => {
  const points = Array.from({ length: 5000 }, (_, index) => pointOf(time, String(index)));
  const events = resultEvents(time, 'user', points);
  const sizes = events.map((event) => Buffer.byteLength(JSON.stringify({ points: event.points })));
  assert.ok(events.length > 1);
  for (const size of sizes) assert.ok(size <= 256 * 1024 - 1024, `${size} bytes`);
  for (const size of sizes.slice(0, -1))
    assert.ok(size > 250 * 1024, `${size} bytes: as few events as their size allows`);
  assert.deepEqual(
    events.flatMap((event) => event.points),
    points,
  );
});

test('an event of results is told by tick, collector and content', () => {
  const [points, others] = [[pointOf(time)], [pointOf(time, '12', { followers_count: 2 })]];
  const ids = [
    resultEvents(time, 'user', points),
    resultEvents(time, 'user', others),
    resultEvents(time + 1000, 'user', points),
    resultEvents(time, 'tweet', points),
  ].map(([event]) => event?.id ?? '');
  assert.equal(new Set(ids).size, 4);
  assert.match(ids[0] ?? '', /^2026-11-23T12:00:00\.000Z\/user\/[0-9a-f]{32}$/);
  assert.deepEqual(resultEvents(time, 'user', points)[0]?.id, ids[0]);
  assert.deepEqual(resultEvents(time, 'user', []), []);
});

test('a line of the ledger travels by purchase and state, whatever travels with it', () => {
  const [reserved, settled, other] = [
    linePoint('p1', 'reserved'),
    linePoint('p1', 'settled'),
    linePoint('p2', 'settled'),
  ];
  assert.deepEqual(
    bookEvents(time, [reserved, settled, other]).map(({ id, points }) => [id, points]),
    [
      ['p1/reserved', [reserved]],
      ['p1/settled', [settled]],
      ['p2/settled', [other]],
    ],
  );
  assert.deepEqual(bookEvents(time + 900_000, [other])[0]?.id, 'p2/settled');
});

test('the lines of a purchase on both sides of midnight are one event: one id, all of its content', () => {
  const sides = [linePoint('p1', 'settled', '1764028799123456789'), linePoint('p1', 'settled', '1764028800123456789')];
  assert.deepEqual(
    bookEvents(time, [linePoint('p2', 'reserved'), ...sides]).map(({ points }) => points.length),
    [1, 2],
  );
});

test('a latch that is set, probed and cleared is an event each', () => {
  const latches = [
    latch('credits_depleted', 1_764_028_800),
    latch('credits_depleted', 1_764_028_800, time + 3_600_000),
    latch('credits_depleted', 0),
    latch('usage_cap', 0),
  ];
  const events = bookEvents(time, latches);
  assert.equal(new Set(events.map(({ id }) => id)).size, 4);
  assert.deepEqual(
    events.flatMap(({ points }) => points),
    latches,
  );
});

test('what is sent is what is read', () => {
  const points = fc.array(anyPoint, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(points, (some) => {
      const events = [...resultEvents(time, 'user', some), ...bookEvents(time, [linePoint('p1', 'settled')])];
      for (const event of events) {
        assert.deepEqual(pointsIn(JSON.parse(JSON.stringify({ points: event.points }))), event.points);
      }
      assert.deepEqual(
        events.slice(0, -1).flatMap((event) => event.points),
        some,
      );
    }),
  );
});

test('data that is no record is refused with the place of the first wrong point', () => {
  const good = pointOf(time);
  const rows: readonly (readonly [data: unknown, problem: string])[] = [
    [undefined, 'its points are not a list with at least one point'],
    [null, 'its points are not a list with at least one point'],
    ['points', 'its points are not a list with at least one point'],
    [{}, 'its points are not a list with at least one point'],
    [{ points: {} }, 'its points are not a list with at least one point'],
    [{ points: [] }, 'its points are not a list with at least one point'],
    [{ points: [good, null] }, 'point 1 is of no known measurement'],
    [{ points: [{ ...good, measurement: 'constructor' }] }, 'point 0 is of no known measurement'],
    [
      { points: [{ ...good, tags: { ...good.tags, app: 'x' } }] },
      'point 0 has tags that are not those of twitter_user',
    ],
    [{ points: [{ ...good, tags: { user_id: 12 } }] }, 'point 0 has tags that are not those of twitter_user'],
    [{ points: [{ ...good, tags: { user_id: '' } }] }, 'point 0 has tags that are not those of twitter_user'],
    [{ points: [{ ...good, tags: [] }] }, 'point 0 has tags that are not those of twitter_user'],
    [{ points: [{ ...good, fields: {} }] }, 'point 0 has fields that are not those of twitter_user'],
    [
      { points: [{ ...good, fields: { followers_count: 1.5 } }] },
      'point 0 has fields that are not those of twitter_user',
    ],
    [
      { points: [{ ...good, fields: { followers_count: '1' } }] },
      'point 0 has fields that are not those of twitter_user',
    ],
    [{ points: [{ ...good, fields: { toString: 1 } }] }, 'point 0 has fields that are not those of twitter_user'],
    [{ points: [{ ...good, time: undefined }] }, 'point 0 has no time'],
    [{ points: [{ ...good, time: -1 }] }, 'point 0 has no time'],
    [{ points: [{ ...good, time: 1.5 }] }, 'point 0 has no time'],
    [{ points: [{ ...good, time: 9_223_372_036_855 }] }, 'point 0 has no time'],
    [{ points: [{ ...good, time: '1e18' }] }, 'point 0 has no time'],
    [{ points: [{ ...good, time: '9000000000000000000' }] }, 'point 0 has no time'],
  ];
  for (const [data, problem] of rows) {
    assert.throws(
      () => pointsIn(data),
      (error) => error instanceof BadRequest && error.message === `twittergraph.record.v1: ${problem}`,
      JSON.stringify(data),
    );
  }
});
