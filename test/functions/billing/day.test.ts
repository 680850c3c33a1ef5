import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayOf, daysTouched, sidesOf, startOfDay } from '../../../functions/billing/day.ts';

const midnight = Date.UTC(2026, 10, 23);
const minuteMs = 60_000;
const nearMidnight = fc.integer({ min: -minuteMs, max: minuteMs - 1 }).map((distance) => midnight + distance);
const anyTime = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2100, 0, 1) });

test('within a minute of midnight a purchase stands on both days, its mirror image leading back to it', () => {
  fc.assert(
    fc.property(nearMidnight, (time) => {
      const [own, other, ...more] = sidesOf(time);
      assert.deepEqual([own, more], [time, []]);
      assert.ok(other !== undefined && dayOf(other) !== dayOf(time));
      assert.equal(Math.abs(Date.parse(dayOf(other)) - Date.parse(dayOf(time))), 86_400_000);
      assert.equal(sidesOf(other)[1], time);
    }),
  );
});

test('no two purchases share a mirror image', () => {
  fc.assert(
    fc.property(nearMidnight, nearMidnight, (first, second) => {
      assert.equal(sidesOf(first)[1] === sidesOf(second)[1], first === second);
    }),
  );
});

test('further from midnight than a minute it stands on its own day alone', () => {
  fc.assert(
    fc.property(anyTime, (time) => {
      const distance = Math.min(time - startOfDay(time), startOfDay(time) + 86_400_000 - time);
      assert.equal(sidesOf(time).length, distance > minuteMs ? 1 : 2);
    }),
  );
});

test('every day that a run can enter something on lies within the days it reads', () => {
  const run = fc.record({ from: anyTime, lasts: fc.nat(290_000), share: fc.double({ min: 0, max: 1, noNaN: true }) });
  fc.assert(
    fc.property(run, ({ from, lasts, share }) => {
      const { start, end } = daysTouched(from, from + lasts);
      for (const side of sidesOf(from + Math.floor(lasts * share))) assert.ok(start <= side && side < end);
      assert.deepEqual([start % 86_400_000, end % 86_400_000], [0, 0]);
    }),
  );
});
