import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { type Failure, REASONS, RunError } from '../../functions/failure.ts';
import { statusOf } from '../../functions/http/answer.ts';
import { readAnswer, type XReply } from '../../functions/x/answer.ts';
import { COLLECTORS } from '../../functions/collectors/index.ts';
import { readCases, runCase } from '../cases/run-case.ts';
import { replyOf } from '../functions/fixtures.ts';
import { readText, sectionOf, tableOf, unquote } from './markdown.ts';

describe('the tables of answers in docs/http.md', () => {
  const section = sectionOf(readText('docs/http.md'), '## Answers');
  const rows = tableOf(section, 'Reason', 'Status', 'When');
  const listed = new Map(rows.map((row) => [unquote(row['Reason']), numbersIn(row['Status'])]));

  it('name every reason once', () => {
    assert.deepEqual(rows.map((row) => unquote(row['Reason'])).sort(), [...REASONS].sort());
  });

  it('give each reason a status that it can have', () => {
    for (const reason of REASONS) {
      const possible = [true, false].flatMap((isFinal) => statusesFor({ reason, detail: '', isFinal }));
      const impossible = listed.get(reason)?.filter((status) => !possible.includes(status));
      assert.deepEqual(impossible, [], reason);
    }
  });

  it("give the reasons of X's refusals the statuses that follow from them", () => {
    const replies = [
      ...[400, 401, 402, 403, 404, 408, 429, 500, 503].map((status) => replyOf('', { status })),
      replyOf({ title: 'SpendCapReached' }, { status: 403 }),
      replyOf({ title: 'UsageCapExceeded' }, { status: 429 }),
    ];
    const errors = replies.map(refusalIn);
    for (const reason of new Set(errors.map((error) => error.reason))) {
      const alike = errors.filter((error) => error.reason === reason);
      const statuses = new Set(alike.flatMap(statusesFor));
      assert.deepEqual([...statuses].sort(), listed.get(reason), reason);
    }
  });

  it('give each failure of each case the status it has', async () => {
    const cases = COLLECTORS.flatMap(({ name }) => readCases(name));
    const failures: Failure[] = [];
    for (const given of cases) failures.push(...(await runCase(given)).outcome.failures);
    assert.notDeepEqual(failures, []);
    for (const failure of failures)
      assert.ok(listed.get(failure.reason)?.includes(statusOf([failure])), failure.reason);
  });

  it('explain every status a run can have', () => {
    const statuses = tableOf(section, 'Status', 'Meaning').flatMap((row) => numbersIn(row['Status']));
    assert.deepEqual(
      [204, 400, 404, 405, 413, 415, 422, 500, 503].filter((status) => !statuses.includes(status)),
      [],
    );
  });
});

/** The statuses that a failure can lead to; X's refusal of one account's path can be that account's alone. */
function statusesFor(failure: Failure): number[] {
  const isOwn = failure.reason === 'unauthorized' || failure.reason === 'forbidden';
  return [statusOf([failure]), ...(isOwn ? [statusOf([{ ...failure, suspect: 'bearer' }])] : [])];
}

/** What X's refusal means. */
function refusalIn(reply: XReply): Failure {
  try {
    readAnswer({ path: 'users/by', query: {} }, reply, (text) => text);
  } catch (error) {
    if (error instanceof RunError) return error.failure;
  }
  throw new Error(`a reply of ${reply.status} was taken`);
}

function numbersIn(cell: string | undefined): number[] {
  return [...(cell ?? '').matchAll(/\d{3}/g)].map(([number]) => Number(number));
}
