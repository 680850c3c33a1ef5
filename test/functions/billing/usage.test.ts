import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { explainDifference, finishedDays, parseUsage } from '../../../functions/billing/usage.ts';
import { oneLine, RunError } from '../../../functions/failure.ts';
import { sharedPath } from '../../support/shared.ts';

const usageOf = (usage: unknown): unknown => ({ data: { daily_project_usage: { project_id: '1', usage } } });
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
  'days that are no list': usageOf({ '2026-11-22': '7' }),
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
      (error) => error instanceof RunError && error.reason === 'bad_answer' && error.retryable,
    );
  });
}

test('a difference is told beyond one percent of what the ledger counts', () => {
  const told = (x: number | undefined, ledger: number): boolean =>
    explainDifference({ day: '2026-11-22', x, ledger }) !== undefined;
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

test('the arithmetic, and what to do about it, fit into the detail of a failure', () => {
  const more = explainDifference({ day: '2026-11-22', x: 1_240, ledger: 1_200 }) ?? '';
  assert.match(
    more,
    /^2026-11-22: X counts 1,240 posts, the ledger 1,200: 3\.3 % apart; X counts all apps of the project/,
  );
  const fewer = explainDifference({ day: '2026-11-22', x: 1_160, ledger: 1_200 }) ?? '';
  assert.match(fewer, /^2026-11-22: X counts 1,160 posts, the ledger 1,200: 3\.3 % apart; X counts all apps/);
  assert.notEqual(more.split(';')[1], fewer.split(';')[1]);
  assert.match(explainDifference({ day: '2026-11-22', x: 1, ledger: 0 }) ?? '', /: X counts 1 post, the ledger 0; X/);
  const longest = explainDifference({ day: '2026-11-22', x: 99_999_999, ledger: 11_111_111 }) ?? '';
  for (const detail of [more, fewer, longest]) assert.equal(oneLine(detail), detail);
});
