import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { explainDifference, finishedDays, parseUsage } from '../../../functions/billing/usage.ts';
import { isRetryable, oneLine, RunError } from '../../../functions/failure.ts';
import { sharedPath } from '../../support/shared.ts';

const usageOf = (usage: unknown): unknown => ({ data: { daily_project_usage: { project_id: '1', usage } } });
/** What is said of a day, of which some posts of the ledger may be at the owner's price. */
function explain(x: number | undefined, ledger: number, owned = 0): string | undefined {
  return explainDifference({ day: '2026-11-22', x, ledger, ledgerWithoutOwned: ledger - owned });
}
const recorded = sharedPath('x-api/responses/usage.json');

test('the last finished days, the newest first; today is not finished before midnight UTC', () => {
  assert.deepEqual(finishedDays(Date.parse('2026-03-01T23:59:59.999Z'), 2), ['2026-02-28', '2026-02-27']);
  assert.deepEqual(finishedDays(Date.parse('2026-03-02T00:00:00Z'), 2), ['2026-03-01', '2026-02-28']);
});

test('the recorded answer is read: numbers as text, days of UTC', { skip: recorded === undefined }, () => {
  const { body } = JSON.parse(readFileSync(recorded ?? '', 'utf8')) as { body: unknown };
  assert.deepEqual(
    [...parseUsage(body)],
    [
      ['2026-03-25', 299],
      ['2026-03-26', 100],
    ],
  );
});

test('a count may be a number or zero, and there may be no day at all', () => {
  assert.deepEqual([...parseUsage(usageOf([{ date: '2026-11-22T00:00:00.000Z', usage: 7 }]))], [['2026-11-22', 7]]);
  assert.deepEqual([...parseUsage(usageOf([{ date: '2026-11-22T00:00:00.000Z', usage: '0' }]))], [['2026-11-22', 0]]);
  assert.deepEqual([...parseUsage(usageOf([]))], []);
});

const otherShapes: Readonly<Record<string, unknown>> = {
  'an empty body': undefined,
  'a page': '<html>',
  'no data': { errors: [] },
  'no days': { data: { project_usage: '399' } },
  "the shape of X's documentation": { data: { daily_project_usage: [{ usage: [] }] } },
  'days that are not a list': usageOf({ '2026-11-22': '7' }),
  'a day that is no object': usageOf(['2026-11-22']),
  'a day without a date': usageOf([{ usage: '7' }]),
  'a date that is none': usageOf([{ date: 'yesterday', usage: '7' }]),
  'a day without a count': usageOf([{ date: '2026-11-22T00:00:00.000Z' }]),
  'a count that is none': usageOf([{ date: '2026-11-22T00:00:00.000Z', usage: '7.5' }]),
  'a count below zero': usageOf([{ date: '2026-11-22T00:00:00.000Z', usage: -7 }]),
  'an empty count': usageOf([{ date: '2026-11-22T00:00:00.000Z', usage: '' }]),
};
for (const [what, body] of Object.entries(otherShapes)) {
  test(`${what} is a bad answer`, () => {
    assert.throws(
      () => parseUsage(body),
      (error) => error instanceof RunError && error.failure.reason === 'bad_answer' && isRetryable(error.failure),
    );
  });
}

test('a difference is told beyond one percent of what the ledger counts', () => {
  const told = (x: number | undefined, ledger: number): boolean => explain(x, ledger) !== undefined;
  const rows: readonly (readonly [x: number | undefined, ledger: number, told: boolean])[] = [
    [100, 100, false],
    [101, 100, false],
    [99, 100, false],
    [102, 100, true],
    [98, 100, true],
    [1010, 1000, false],
    [1011, 1000, true],
    [0, 0, false],
    [1, 0, true],
    [0, 1, true],
    [undefined, 5, false],
  ];
  for (const [x, ledger, expected] of rows) assert.equal(told(x, ledger), expected, `${String(x)} and ${ledger}`);
});

test('X may count posts at the owner’s price or leave them out: either is no difference', () => {
  const rows: readonly (readonly [x: number, told: boolean])[] = [
    [2, false],
    [155, false],
    [156, false],
    [3, true],
    [80, true],
    [158, true],
    [0, true],
  ];
  for (const [x, told] of rows) assert.equal(explain(x, 155, 153) !== undefined, told, String(x));
  assert.equal(explain(0, 153, 153), undefined);
  assert.match(explain(80, 155, 153) ?? '', /: X counts 80 posts, the ledger 155, 2 without own posts: 48\.4 % apart;/);
});

test('the arithmetic, and what to do about it, fit into the detail of a failure', () => {
  const more = explain(1_240, 1_200) ?? '';
  assert.match(
    more,
    /^2026-11-22: X counts 1,240 posts, the ledger 1,200: 3\.3 % apart; X counts all apps of the project/,
  );
  const fewer = explain(1_160, 1_200) ?? '';
  assert.match(fewer, /^2026-11-22: X counts 1,160 posts, the ledger 1,200: 3\.3 % apart; X counts all apps/);
  assert.notEqual(more.split(';')[1], fewer.split(';')[1]);
  assert.match(explain(1, 0) ?? '', /: X counts 1 post, the ledger 0; X/);
  const longest = explain(99_999_999, 11_111_111, 1_111_111) ?? '';
  for (const detail of [more, fewer, longest]) assert.equal(oneLine(detail), detail);
});
