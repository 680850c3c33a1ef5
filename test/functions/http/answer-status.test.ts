import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Failure, type Reason, REASONS } from '../../../functions/failure.ts';
import { statusOf } from '../../../functions/http/answer.ts';

function failure(parts: Partial<Failure> = {}): Failure {
  return { reason: 'upstream_error', detail: 'why', ...parts };
}

const recordedOnly: readonly Reason[] = [
  ...(['unknown_account', 'renamed', 'clock_skew', 'suspended', 'protected', 'no_numbers'] as const),
  ...(['budget', 'stale_event', 'bad_accounts'] as const),
];

const passing: readonly Reason[] = [
  ...(['rate_limited', 'upstream_error', 'bad_answer', 'timeout'] as const),
  ...(['store_unavailable', 'broker_unavailable'] as const),
];

for (const reason of REASONS) {
  const recorded = recordedOnly.includes(reason);
  const status = recorded ? 204 : passing.includes(reason) ? 503 : 422;
  test(`${reason} leads to ${status}, and what stays although such failures pass to 422`, () => {
    assert.equal(statusOf([failure({ reason })]), status);
    assert.equal(statusOf([failure({ reason, isFinal: true })]), recorded ? 204 : 422);
  });
}

test('the worst failure decides: again before never before done', () => {
  const [gone, never, again] = [failure({ reason: 'suspended' }), failure({ reason: 'unauthorized' }), failure()];
  assert.equal(statusOf([]), 204);
  assert.equal(statusOf([gone, gone]), 204);
  assert.equal(statusOf([gone, never]), 422);
  assert.equal(statusOf([gone, never, again]), 503);
  assert.equal(statusOf([again, never]), 503);
});

test('a refusal that is one account’s, and may be its credential’s, leaves the run a success', () => {
  const refusal = failure({ reason: 'unauthorized', account: 'jack' });
  assert.deepEqual([statusOf([refusal]), statusOf([{ ...refusal, suspect: 'bearer' }])], [422, 204]);
});
