import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Reason, RunError } from '../../../../functions/failure.ts';
import { takeFrom, time } from '../world.ts';

for (const [body, what] of [
  [{}, 'neither data nor errors'],
  [{ meta: { result_count: 0 } }, 'neither data nor errors'],
  [{ data: { id: '12' } }, 'data that is not a list of users'],
  [{ data: null }, 'data that is not a list of users'],
  [{ data: 'x' }, 'data that is not a list of users'],
  [{ data: 7, errors: [] }, 'data that is not a list of users'],
] as const) {
  test(`${JSON.stringify(body)} is no answer to a look-up`, () => {
    assert.throws(
      () => takeFrom('jack', body),
      (error) => {
        assert.ok(error instanceof RunError);
        const detail = `X answered 200 with ${what}: nothing was stored from it`;
        assert.deepEqual([error.failure, error.status], [{ reason: 'bad_answer', detail }, 200]);
        return true;
      },
    );
  });
}

test('a profile becomes a point with the name and the id X gave, whatever the spelling asked for', () => {
  const data = [{ id: '12', username: 'JACK', public_metrics: { followers_count: 1, post_count: 5, tweet_count: 4 } }];
  const { points, served, resources, received } = takeFrom('jack', { data });
  const fields = { followers_count: 1, tweet_count: 5 };
  assert.deepEqual(points, [{ measurement: 'twitter_user', tags: { user_id: '12', username: 'JACK' }, fields, time }]);
  assert.deepEqual([served, resources], [1, 1]);
  assert.deepEqual(received, [{ value: true, ids: ['12'], answered: ['jack=12'], unreadable: 0 }]);
});

test('everything X answered with is a resource, asked for or not', () => {
  const data = [
    { id: '12', username: 'jack', public_metrics: { followers_count: 1 } },
    { id: '13', username: 'stranger', public_metrics: { followers_count: 1 } },
  ];
  const { points, served, resources, received } = takeFrom('jack', { data });
  assert.deepEqual([points.length, served, resources], [1, 1, 2]);
  assert.deepEqual(received, [{ value: true, ids: ['12', '13'], answered: ['jack=12'], unreadable: 0 }]);
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
  test(`an entry with ${name} may be the account asked for: it is not settled; the one beside it is read`, () => {
    const good = { id: '13', username: 'jill', public_metrics: { followers_count: 1 } };
    const collected = takeFrom('jack, jill', { data: [entry, good] });
    assert.deepEqual([collected.points.length, collected.served], [1, 1]);
    assert.deepEqual(collected.received, [{ value: true, ids: ['13'], answered: ['jill=13'], unreadable: 1 }]);
    const detail = 'X answered 200 with 1 entries that are not users: they were left out';
    assert.deepEqual(collected.failures, [{ reason: 'bad_answer', detail }]);
  });
}

for (const metrics of [undefined, null, [], 'x', {}, { followers_count: '5' }]) {
  test(`metrics that are ${JSON.stringify({ metrics })} are none: no point, never 0`, () => {
    const collected = takeFrom('jack', { data: [{ id: '12', username: 'jack', public_metrics: metrics }] });
    assert.deepEqual([collected.points, collected.served, collected.resources], [[], 0, 1]);
    const detail = 'X sent the profile without any count';
    assert.deepEqual(collected.failures, [{ account: 'jack', reason: 'no_numbers', detail }]);
    assert.deepEqual(collected.received, [{ value: true, ids: ['12'], answered: ['jack=12'], unreadable: 0 }]);
  });
}

for (const count of [null, '5', 5.5, -1, Number.MAX_SAFE_INTEGER + 1, NaN, true, [5], { count: 5 }]) {
  test(`${JSON.stringify(count)} is no count`, () => {
    const metrics = { followers_count: count, listed_count: 3 };
    const { points } = takeFrom('jack', { data: [{ id: '12', username: 'jack', public_metrics: metrics }] });
    assert.deepEqual(points[0]?.fields, { listed_count: 3 });
  });
}

const problems = 'https://api.twitter.com/2/problems';

const errors: readonly (readonly [error: object, list: string, reason: Reason, detail: string])[] = [
  [
    { value: 'Jack', title: 'Not Found Error', detail: 'Could not find.', type: `${problems}/resource-not-found` },
    'jack',
    'unknown_account',
    'X says: Not Found Error: Could not find.',
  ],
  [{ value: 'a', type: 'https://api.x.com/2/problems/resource-not-found' }, 'a', 'unknown_account', 'X says: '],
  [{ value: 'a', title: 'Not Found Error' }, 'a', 'unknown_account', 'X says: Not Found Error'],
  [
    {
      ...{ resource_id: '12', title: 'Forbidden', detail: 'User has been suspended: [12].' },
      type: `${problems}/resource-not-found`,
    },
    'id:12',
    'suspended',
    'X says: Forbidden: User has been suspended: [12].',
  ],
  [{ detail: 'User is Suspended: [Bob].' }, 'bob', 'suspended', 'X says: User is Suspended: [Bob].'],
  [{ value: 'a', type: `${problems}/not-authorized-for-resource` }, 'a', 'protected', 'X says: '],
  [{ value: 'a', title: 'Authorization Error' }, 'a', 'protected', 'X says: Authorization Error'],
  [
    { value: 'a', title: 'Field Authorization Error', type: `${problems}/not-authorized-for-field` },
    'a',
    'upstream_error',
    'X says: Field Authorization Error',
  ],
  [{ value: 'a', title: 'Over capacity' }, 'a', 'upstream_error', 'X says: Over capacity'],
  [{ value: 7, title: 5, detail: null }, 'a', 'upstream_error', 'X says: '],
];

for (const [error, list, reason, detail] of errors) {
  const isFinal = reason !== 'upstream_error';
  test(`${JSON.stringify(error)} means ${reason}, and X has ${isFinal ? '' : 'not '}answered for the account`, () => {
    const collected = takeFrom(list, { errors: [error] });
    assert.deepEqual(collected.failures, [{ account: list, reason, detail }]);
    assert.deepEqual(collected.received, [
      { value: true, ids: [], answered: isFinal ? [`${list}=`] : [], unreadable: 0 },
    ]);
  });
}
