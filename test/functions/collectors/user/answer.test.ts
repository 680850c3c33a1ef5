import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseUserAnswer } from '../../../../functions/collectors/user/answer.ts';
import { type Reason, RunError } from '../../../../functions/failure.ts';

const nothingStored = ': nothing was stored from it';

for (const [body, what] of [
  [undefined, 'an empty body where a JSON object with data or errors was expected'],
  ['', 'an empty body where a JSON object with data or errors was expected'],
  [null, 'null where a JSON object with data or errors was expected'],
  [' \n<html>', 'an HTML page where a JSON object with data or errors was expected'],
  ['ok', 'text that is not JSON where a JSON object with data or errors was expected'],
  [[], 'a list where a JSON object with data or errors was expected'],
  [7, 'a number where a JSON object with data or errors was expected'],
  [{}, 'a JSON object without data and without errors'],
  [{ meta: { result_count: 0 } }, 'a JSON object without data and without errors'],
  [{ data: { id: '12' } }, 'data is a object, not a list of users'],
  [{ data: null }, 'data is null, not a list of users'],
  [{ data: 'x' }, 'data is text that is not JSON, not a list of users'],
  [{ data: [], errors: {} }, 'errors is a object, not a list'],
] as const) {
  test(`${JSON.stringify({ body })} is no answer to a look-up`, () => {
    assert.throws(
      () => parseUserAnswer(body),
      (error) => {
        assert.ok(error instanceof RunError);
        assert.deepEqual([error.reason, error.retryable], ['bad_answer', true]);
        assert.equal(error.message, `X answered 200 with ${what}${nothingStored}`);
        return true;
      },
    );
  });
}

test('an answer without users or without errors is one', () => {
  assert.deepEqual(parseUserAnswer({ data: [] }), { users: [], errors: [], malformed: 0 });
  assert.deepEqual(parseUserAnswer({ errors: [] }), { users: [], errors: [], malformed: 0 });
});

for (const [entry, name] of [
  [null, 'null'],
  ['jack', 'a text'],
  [{ username: 'jack' }, 'no id'],
  [{ id: 12, username: 'jack' }, 'a number as id'],
  [{ id: '12x', username: 'jack' }, 'an id with letters'],
  [{ id: '1'.repeat(20), username: 'jack' }, 'an id too long'],
  [{ id: '12' }, 'no name'],
  [{ id: '12', username: 'ja,ck' }, 'a name with a comma'],
  [{ id: '12', username: '' }, 'an empty name'],
] as const) {
  test(`an entry with ${name} is malformed, the one beside it is read`, () => {
    const good = { id: '13', username: 'jill', public_metrics: { followers_count: 1 } };
    assert.deepEqual(parseUserAnswer({ data: [entry, good] }), {
      users: [{ id: '13', username: 'jill', metrics: { followers_count: 1 } }],
      errors: [],
      malformed: 1,
    });
  });
}

for (const metrics of [undefined, null, [], 'x']) {
  test(`metrics that are ${JSON.stringify({ metrics })} are none`, () => {
    const { users } = parseUserAnswer({ data: [{ id: '12', username: 'jack', public_metrics: metrics }] });
    assert.deepEqual(users, [{ id: '12', username: 'jack', metrics: {} }]);
  });
}

const problems = 'https://api.twitter.com/2/problems';

const errors: readonly (readonly [error: object, value: string, reason: Reason, detail: string])[] = [
  [
    { value: 'Jack', title: 'Not Found Error', detail: 'Could not find.', type: `${problems}/resource-not-found` },
    'jack',
    'unknown_account',
    'X says: Not Found Error: Could not find.',
  ],
  [{ value: 'a', type: 'https://api.x.com/2/problems/resource-not-found' }, 'a', 'unknown_account', 'X says:'],
  [{ value: 'a', title: 'Not Found Error' }, 'a', 'unknown_account', 'X says: Not Found Error'],
  [
    {
      resource_id: '12',
      title: 'Forbidden',
      detail: 'User has been suspended: [12].',
      type: `${problems}/resource-not-found`,
    },
    '12',
    'suspended',
    'X says: Forbidden: User has been suspended: [12].',
  ],
  [{ detail: 'User is Suspended: [Bob].' }, 'bob', 'suspended', 'X says: User is Suspended: [Bob].'],
  [{ value: 'a', type: `${problems}/not-authorized-for-resource` }, 'a', 'protected', 'X says:'],
  [{ value: 'a', title: 'Authorization Error' }, 'a', 'protected', 'X says: Authorization Error'],
  [
    { value: 'a', title: 'Field Authorization Error', type: `${problems}/not-authorized-for-field` },
    'a',
    'upstream_error',
    'X says: Field Authorization Error',
  ],
  [{ value: 'a', title: 'Over capacity' }, 'a', 'upstream_error', 'X says: Over capacity'],
  [{ value: 7, title: 5, detail: null }, '', 'upstream_error', 'X says:'],
];

for (const [error, value, reason, detail] of errors) {
  test(`${JSON.stringify(error)} means ${reason}`, () => {
    const parsed = parseUserAnswer({ errors: [error] }).errors;
    assert.deepEqual(parsed, [{ value, finding: { reason, detail, retryable: reason === 'upstream_error' } }]);
  });
}

test('an error that is no object is passed over', () => {
  assert.deepEqual(parseUserAnswer({ errors: [null, 'x', []] }).errors, []);
});
