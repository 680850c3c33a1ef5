import assert from 'node:assert/strict';
import { test } from 'node:test';

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

test('an end that X names is taken over, one that has passed is not', () => {
  const named = latchFor({ reason: 'spend_cap', retryAt: now + dayMs }, now);
  assert.deepEqual(named, { reason: 'spend_cap', until: now + dayMs, askedAt: now });
  const passed = latchFor({ reason: 'spend_cap', retryAt: now }, now);
  assert.equal(passed?.until, now + 40 * dayMs);
});

test('a latch lets one request through an hour, and everything from its end on', () => {
  const latch = { reason: 'spend_cap', until: now + 90 * 60_000, askedAt: now } as const;
  assert.equal(nextProbeAt(latch), now + hourMs);
  assert.equal(nextProbeAt({ ...latch, askedAt: now + hourMs }), latch.until);
  assert.equal(isSet(latch, latch.until - 1), true);
  assert.equal(isSet(latch, latch.until), false);
});
