import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import {
  type Failure,
  isRetryable,
  isSerious,
  oneLine,
  type Reason,
  REASONS,
  RunError,
} from '../../functions/failure.ts';
import { statusOf } from '../../functions/http/answer.ts';

function failure(reason: Reason, isFinal?: boolean): Failure {
  return { reason, detail: 'why', isFinal };
}

const recordedAlone: readonly Reason[] = [
  'unknown_account',
  'renamed',
  'clock_skew',
  'suspended',
  'protected',
  'no_numbers',
  'budget',
  'stale_event',
  'bad_accounts',
];

const passing: readonly Reason[] = [
  'rate_limited',
  'upstream_error',
  'bad_answer',
  'timeout',
  'store_unavailable',
  'broker_unavailable',
];

for (const reason of REASONS) {
  const [isRecorded, passes] = [recordedAlone.includes(reason), passing.includes(reason)];
  const status = isRecorded ? 204 : passes ? 503 : 422;
  test(`${reason} ends a run with ${status}${passes ? ', and with 422 where it stays' : ''}`, () => {
    assert.deepEqual([isSerious(failure(reason)), isRetryable(failure(reason))], [!isRecorded, passes]);
    assert.equal(statusOf([failure(reason)]), status);
    assert.equal(isRetryable(failure(reason, true)), false);
    assert.equal(statusOf([failure(reason, true)]), isRecorded ? 204 : 422);
  });
}

test('the worst failure decides: again before never before done', () => {
  const [gone, never, again] = [failure('suspended'), failure('unauthorized'), failure('upstream_error')];
  assert.equal(statusOf([]), 204);
  assert.equal(statusOf([gone, gone]), 204);
  assert.equal(statusOf([gone, never]), 422);
  assert.equal(statusOf([gone, never, again]), 503);
  assert.equal(statusOf([again, never]), 503);
});

test('what X refuses of one account fails no run, until its credential is to blame', () => {
  const refused = failure('unauthorized');
  assert.deepEqual([isSerious(refused), isSerious({ ...refused, suspect: 'owner' })], [true, false]);
  assert.equal(statusOf([{ ...refused, suspect: 'bearer' }]), 204);
});

test('an error says what its failure says; nothing was sent or charged unless it is said', () => {
  const error = new RunError({ reason: 'rate_limited', detail: 'slow down', retryAt: 5 });
  assert.deepEqual([error.message, error.name, error instanceof Error], ['slow down', 'RunError', true]);
  assert.deepEqual([error.status, error.mayCost, error.complaints], [undefined, false, []]);
  const facts = { status: 429, mayCost: true, complaints: ['value [x]'] } as const;
  const { status, mayCost, complaints, failure: its } = new RunError(error.failure, facts);
  assert.deepEqual({ status, mayCost, complaints }, facts);
  assert.equal(its, error.failure);
});

for (const [text, line] of [
  ['  a \r\n\t b  ', 'a b'],
  ['a\u0000\u0007b\u007fc\u0085d', 'a b c d'],
  ['a\u2028b\u2029c\u00a0d', 'a b c d'],
  ['', ''],
] as const) {
  test(`${JSON.stringify(text)} in one line is "${line}"`, () => {
    assert.equal(oneLine(text), line);
  });
}

test('whatever it is given, a line has no breaks and is no longer than asked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 1, max: 350 }), (text, length) => {
      const line = oneLine(text, length);
      assert.ok(line.length <= length);
      assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      assert.equal(oneLine(line, length), line);
    }),
  );
});

test('a line that was cut says so, one of 300 characters is not', () => {
  assert.equal(oneLine('x'.repeat(300)), 'x'.repeat(300));
  assert.equal(oneLine('x'.repeat(301)), `${'x'.repeat(299)}…`);
});
