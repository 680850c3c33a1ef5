import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import {
  type Failure,
  findingOf,
  isSerious,
  oneLine,
  type Reason,
  REASONS,
  RunError,
  statusOf,
} from '../../functions/failure.ts';

function failure(reason: Reason, retryable: boolean): Failure {
  return { collector: 'user', reason, detail: 'why', retryable, time: 0 };
}

const forAccounts: readonly Reason[] = [
  'unknown_account',
  'suspended',
  'protected',
  'no_numbers',
  'budget',
  'stale_event',
  'bad_accounts',
];

for (const reason of REASONS) {
  const recorded = forAccounts.includes(reason);
  test(`${reason} ${recorded ? 'is recorded alone' : 'fails the run'}`, () => {
    assert.equal(isSerious(failure(reason, false)), !recorded);
    assert.equal(statusOf([failure(reason, false)]), recorded ? 204 : 422);
    assert.equal(statusOf([failure(reason, true)]), recorded ? 204 : 503);
  });
}

test('the worst failure decides: again before never before done', () => {
  const [gone, never, again] = [
    failure('suspended', false),
    failure('unauthorized', false),
    failure('upstream_error', true),
  ];
  assert.equal(statusOf([]), 204);
  assert.equal(statusOf([gone, gone]), 204);
  assert.equal(statusOf([gone, never]), 422);
  assert.equal(statusOf([gone, never, again]), 503);
  assert.equal(statusOf([again, never]), 503);
});

test('an error becomes a finding with its reason and its end', () => {
  const error = new RunError('rate_limited', 'slow down', { retryable: true, retryAt: 5, status: 429 });
  assert.deepEqual(findingOf(error), { reason: 'rate_limited', detail: 'slow down', retryable: true, retryAt: 5 });
  assert.deepEqual([error.unanswered, error.complaints], [false, []]);
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
