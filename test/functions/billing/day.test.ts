import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayOf, daysTouched, lastSafeMoment, sidesOf, startOfDay } from '../../../functions/billing/day.ts';

const midnight = Date.UTC(2026, 10, 23);
const minuteMs = 60_000;
const dayMs = 86_400_000;
const distance = fc.oneof(
  fc.constantFrom(-minuteMs, -1, 0, minuteMs - 1),
  fc.integer({ min: -minuteMs, max: minuteMs - 1 }),
);
const nearMidnight = distance.map((ms) => midnight + ms);
const anyTime = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2100, 0, 1) });

test('within a minute of midnight a purchase stands on both days, its mirror image leading back to it', () => {
  fc.assert(
    fc.property(nearMidnight, (time) => {
      const [own, other, ...more] = sidesOf(time);
      assert.deepEqual([own, more], [{ time, day: dayOf(time) }, []]);
      assert.ok(other !== undefined && other.day === dayOf(other.time) && other.day !== dayOf(time));
      assert.equal(Math.abs(Date.parse(other.day) - Date.parse(dayOf(time))), dayMs);
      assert.equal(sidesOf(other.time)[1]?.time, time);
    }),
  );
});

test('no two purchases share a mirror image', () => {
  fc.assert(
    fc.property(nearMidnight, nearMidnight, (first, second) => {
      assert.equal(sidesOf(first)[1]?.time === sidesOf(second)[1]?.time, first === second);
    }),
  );
});

test('further from midnight than a minute it stands on its own day alone', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyTime, nearMidnight, fc.constantFrom(midnight + minuteMs, midnight + minuteMs + 1)),
      (time) => {
        const distance = Math.min(time - startOfDay(time), startOfDay(time) + dayMs - time);
        assert.equal(sidesOf(time).length, distance > minuteMs ? 1 : 2);
      },
    ),
  );
});

test('every day that a run can enter something on is among those it reads, in their order', () => {
  const run = fc.record({ from: anyTime, lasts: fc.nat(290_000), share: fc.double({ min: 0, max: 1, noNaN: true }) });
  fc.assert(
    fc.property(run, ({ from, lasts, share }) => {
      const days = daysTouched(from, from + lasts);
      for (const { day } of sidesOf(from + Math.floor(lasts * share))) assert.ok(days.includes(day));
      assert.deepEqual(days, [...new Set(days)].sort());
    }),
  );
});

test('far from midnight a run reads one day, around it two', () => {
  assert.deepEqual(daysTouched(midnight + 12 * 3_600_000, midnight + 13 * 3_600_000), ['2026-11-23']);
  assert.deepEqual(daysTouched(midnight - 90_000, midnight - 61_000), ['2026-11-22']);
  assert.deepEqual(daysTouched(midnight - 90_000, midnight - minuteMs), ['2026-11-22', '2026-11-23']);
  assert.deepEqual(daysTouched(midnight + minuteMs - 1, midnight + 90_000), ['2026-11-22', '2026-11-23']);
});

test('until the last safe moment X, its clock a minute ahead or behind, bills none but the days of the purchase', () => {
  const skews = fc.oneof(fc.constantFrom(-minuteMs, minuteMs), fc.integer({ min: -minuteMs, max: minuteMs }));
  const purchase = fc.record({ at: fc.oneof(anyTime, nearMidnight), waits: fc.nat(2 * dayMs), skew: skews });
  fc.assert(
    fc.property(purchase, ({ at, waits, skew }) => {
      const sides = sidesOf(at);
      const asked = Math.min(at + waits, lastSafeMoment(sides));
      const byX = asked + skew;
      assert.ok(sides.some(({ day }) => day === dayOf(byX)));
      const later = lastSafeMoment(sides) + 1;
      assert.ok(!sides.some(({ day }) => day === dayOf(later + minuteMs)), 'no moment later is safe');
    }),
  );
});
