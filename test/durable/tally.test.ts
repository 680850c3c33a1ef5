import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BridgeLine } from './bridge/settings.ts';
import { tallyDeliveries, tallyPoints } from './tally.ts';

const answered = (partition: number, offset: number, status?: number): BridgeLine => ({
  kind: 'delivery',
  partition,
  offset: String(offset),
  retry: 0,
  status,
});

test('a record is taken once, once more, or out of order; refusals count by status', () => {
  const lines: BridgeLine[] = [
    answered(0, 1, 204),
    answered(0, 0, 503),
    answered(0, 0),
    answered(0, 0, 204),
    answered(0, 1, 204),
    answered(1, 0, 204),
    answered(1, 10, 204),
    answered(1, 9, 204),
    answered(1, 11, 422),
    { kind: 'dead', partition: 1, offset: '11' },
    { kind: 'trouble', of: 'consumer', detail: 'its Kafka is away' },
  ];
  assert.deepEqual(tallyDeliveries(lines), {
    delivered: 5,
    doubled: 1,
    reordered: 2,
    refused: { 503: 1, none: 1, 422: 1 },
    dead: 1,
    lost: 0,
  });
});

const [first, second, refused] = [1000, 2000, 3000];
const ticks = [
  { time: first, count: 1, isAccepted: true },
  { time: second, count: 2, isAccepted: true },
  { time: refused, count: 3, isAccepted: false },
];
const names = ['ada', 'jack'];
const whole = [first, second].flatMap((time, index) => names.map((username) => ({ time, username, count: index + 1 })));
const nothingWrong = { expected: 4, lost: 0, surplus: 0, ofAnotherTick: 0 };

test('every account has its point at every tick that was answered 204; of others it may have', () => {
  assert.deepEqual(tallyPoints(names, ticks, whole), { ...nothingWrong, stored: 4 });
  const more = [...whole, { time: refused, username: 'ada', count: 3 }];
  assert.deepEqual(tallyPoints(names, ticks, more), { ...nothingWrong, stored: 5 });
});

test('a point that is missing is lost', () => {
  assert.deepEqual(tallyPoints(names, ticks, whole.slice(1)), { ...nothingWrong, stored: 3, lost: 1 });
});

test('a point of no tick, of no account, or a second one is too many', () => {
  for (const point of [
    { time: 9000, username: 'ada', count: 1 },
    { time: first, username: 'stranger', count: 1 },
    { time: first, username: 'ada', count: 1 },
  ]) {
    assert.deepEqual(tallyPoints(names, ticks, [...whole, point]), { ...nothingWrong, stored: 5, surplus: 1 });
  }
});

test('a point with the count of another tick is seen', () => {
  const [one, ...others] = whole;
  assert.ok(one !== undefined);
  const wrong = [{ ...one, count: 2 }, ...others];
  assert.deepEqual(tallyPoints(names, ticks, wrong), { ...nothingWrong, stored: 4, ofAnotherTick: 1 });
});
