import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { quotedIn } from '../../../functions/collectors/answer.ts';
import { parseProblem, sayingOf } from '../../../functions/x/problem.ts';
import { unknownName } from '../../support/x-server.ts';

const empty = { title: '', detail: '', type: '', value: '', complaints: [], resetAt: undefined };

test('an error object has its parts, the type without its host, the value in lower case', () => {
  assert.deepEqual(parseProblem(unknownName('Jack')), {
    ...empty,
    title: 'Not Found Error',
    detail: 'Could not find user with usernames: [Jack].',
    type: 'resource-not-found',
    value: 'jack',
  });
});

for (const [what, parts, value] of [
  ['as its value', { value: 'A', resource_id: 'B', detail: 'user [C]' }, 'a'],
  ['as its resource', { resource_id: 'B', detail: 'user [C]' }, 'b'],
  ['in its words alone', { value: '', detail: 'user [C] and [D]' }, 'c'],
  ['nowhere', { detail: 'user C] and [D' }, ''],
] as const) {
  test(`what it is said of may be named ${what}`, () => {
    assert.equal(parseProblem(parts).value, value);
  });
}

for (const odd of [
  undefined,
  null,
  5,
  'text',
  [],
  { title: 5, type: {}, value: ['x'], errors: 'none', detail: null },
]) {
  test(`${JSON.stringify({ odd })} is a problem that says nothing`, () => {
    assert.deepEqual(parseProblem(odd), empty);
  });
}

test('sentences of single values are kept where there are any', () => {
  const errors = [{ message: 'a' }, null, 'b', { message: '' }, { message: 5 }, { message: 'c' }];
  assert.deepEqual(parseProblem({ errors }).complaints, ['a', 'c']);
});

test('the day a refusal ends is read, what is none is left out', () => {
  assert.equal(parseProblem({ reset_date: '2026-12-10' }).resetAt, Date.parse('2026-12-10T00:00:00Z'));
  assert.equal(parseProblem({ reset_date: 'soon' }).resetAt, undefined);
});

test('what X says is its title, its detail and its sentences, each once; else the body, of a page no more than that', () => {
  const problem = { ...empty, title: 'A', detail: 'B', complaints: ['C', 'B'] };
  assert.equal(sayingOf(problem, 'body'), 'A: B: C');
  assert.equal(sayingOf(empty, ' Rate limit exceeded\n'), 'Rate limit exceeded');
  assert.equal(sayingOf(empty, '\n<html>'), 'an HTML page');
  assert.equal(sayingOf(empty, { data: [] }), '');
});

test('however long a text of X, its value is found at once', { timeout: 5000 }, () => {
  for (const text of ['['.repeat(1_000_000), ']'.repeat(1_000_000), ']['.repeat(500_000)]) {
    assert.ok(parseProblem({ detail: text }).value.length <= 1);
  }
});

test('whatever X sends is read without an error', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (value, text) => {
      assert.equal(typeof sayingOf(parseProblem(value), value), 'string');
      assert.ok(text.includes(quotedIn(text)));
    }),
  );
});
