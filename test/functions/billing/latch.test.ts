import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { isSet, latchFor, nextProbeAt } from '../../../functions/billing/latch.ts';
import { type Reason, REASONS } from '../../../functions/failure.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const latching: readonly Reason[] = ['credits_depleted', 'spend_cap', 'usage_cap'];

for (const reason of REASONS) {
  const does = latching.includes(reason);
  test(`${reason} ${does ? 'sets' : 'sets no'} latch`, () => {
    const latch = latchFor({ reason, retryAt: undefined }, now);
    assert.deepEqual(latch, does ? { reason, until: now + 40 * dayMs, askedAt: now } : undefined);
  });
}

test('a latch holds until the end X names or, without one that is still to come, for 40 days', () => {
  const anyEnd = fc.integer({ min: now - 50 * dayMs, max: now + 50 * dayMs });
  const end = fc.option(fc.oneof(fc.constantFrom(now, now + 1), anyEnd), { nil: undefined });
  fc.assert(
    fc.property(fc.constantFrom(...latching), end, (reason, retryAt) => {
      const latch = latchFor({ reason, retryAt }, now);
      const until = retryAt !== undefined && retryAt > now ? retryAt : now + 40 * dayMs;
      assert.deepEqual(latch, { reason, until, askedAt: now });
      assert.deepEqual([isSet(latch, now), isSet(latch, until - 1), isSet(latch, until)], [true, true, false]);
    }),
  );
});

test('a latch lets one request through an hour, and everything from its end on', () => {
  const latch = { reason: 'spend_cap', until: now + 90 * 60_000, askedAt: now } as const;
  assert.equal(nextProbeAt(latch), now + hourMs);
  assert.equal(nextProbeAt({ ...latch, askedAt: now + hourMs }), latch.until);
});
