import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RunError } from '../../../functions/failure.ts';
import { user } from '../../../functions/collectors/user.ts';
import { configOf } from '../fixtures.ts';
import { accountsOf, collectUsers, namesOf, openCollecting, profilesFor, valuesIn } from './world.ts';

test('names and ids are requests of their own, of at most a hundred each, and no expansions', async () => {
  const list = [...namesOf(201), 'id:1', 'id:2'].join(',');
  const { asked, points } = await collectUsers(list, (request) =>
    request.path === 'users/by' ? profilesFor(request) : { data: [] },
  );
  assert.deepEqual(
    asked.map(({ path, query, ...others }) => [
      path,
      valuesIn({ path, query }).split(',').length,
      query['user.fields'],
      others,
    ]),
    [
      ['users/by', 100, 'public_metrics', {}],
      ['users/by', 100, 'public_metrics', {}],
      ['users/by', 1, 'public_metrics', {}],
      ['users', 2, 'public_metrics', {}],
    ],
  );
  assert.ok(asked.every(({ query }) => Object.keys(query).length === 2));
  assert.equal(points.length, 201);
  assert.deepEqual((await collectUsers('', profilesFor)).asked, []);
});

test('the plan counts the requests, and the price of every profile', () => {
  assert.deepEqual(user.plan(configOf(), accountsOf([...namesOf(101), 'id:1'].join()), []), {
    counts: { 'users/by': 2, users: 1 },
    max: 1_020_000,
  });
  assert.deepEqual(user.plan(configOf(), [], []), { counts: {}, max: 0 });
});

test('what X has answered for today is asked for beside the rest, without money', async () => {
  const { asked, wants, points, received } = await collectUsers('name0, name1, name2', profilesFor, {
    named: { name1: '2' },
  });
  assert.deepEqual([asked.map(valuesIn), points.length], [['name1,name0,name2'], 3]);
  assert.deepEqual(wants, [
    { resource: 'user', keys: ['name0', 'name2'], max: 2, min: 0, price: 10_000, owned: false },
  ]);
  const value = accountsOf('name1, name0, name2');
  assert.deepEqual(received, [{ value, ids: ['2', '1', '3'], answered: ['name0=1', 'name2=3'], unreadable: 0 }]);
});

test('where X has answered for all today nothing is bought, for suspended and unknown ones neither', async () => {
  const named = { name0: '1', gone: '' };
  const error = { value: 'gone', title: 'Not Found Error' };
  const { wants, points, failures, received } = await collectUsers(
    'name0, gone',
    () => ({ ...profilesFor({ path: '', query: { usernames: 'name0' } }), errors: [error] }),
    { named },
  );
  assert.deepEqual(wants, [{ resource: 'user', keys: [], max: 0, min: 0, price: 10_000, owned: false }]);
  assert.deepEqual([points.length, received[0]?.answered], [1, []]);
  assert.deepEqual(
    failures.map(({ account, reason }) => [account, reason]),
    [['gone', 'unknown_account']],
  );
});

for (const [affordable, asked] of [
  [1, ['name2,name0']],
  [0, ['name2']],
] as const) {
  test(`with money for ${affordable} of two profiles the others are named, what was bought today is read`, async () => {
    const result = await collectUsers('name0, name1, name2', profilesFor, { named: { name2: '3' }, affordable });
    assert.deepEqual(result.asked.map(valuesIn), asked);
    assert.deepEqual(
      result.failures.map(({ account, reason }) => [account, reason]),
      ['name0', 'name1'].slice(affordable).map((account) => [account, 'budget']),
    );
    assert.equal(result.points.length, 1 + affordable);
  });
}

test('a request that is made and not sent changes nothing of what is read and named', async () => {
  const { collecting, collected } = openCollecting(profilesFor, { affordable: 1 });
  const asking: typeof collecting = {
    ...collecting,
    buy: (want, requestFor, read) =>
      collecting.buy(want, requestFor, (...given) => {
        requestFor(want.max);
        return read(...given);
      }),
  };
  await user.collect(asking, accountsOf('name0, name1'));
  assert.deepEqual(
    collected.failures.map(({ account, reason }) => [account, reason]),
    [['name1', 'budget']],
  );
});

test('without money for one profile and none bought X is not asked, and every account is named', async () => {
  const { asked, failures, points } = await collectUsers('name0, Name1', profilesFor, { affordable: 0 });
  assert.deepEqual([asked, points], [[], []]);
  assert.deepEqual(
    failures.map(({ account, reason }) => [account, reason]),
    [
      ['name0', 'budget'],
      ['Name1', 'budget'],
    ],
  );
});

test('a batch that X fails is a failure of the collector, the others are read', async () => {
  const away = new RunError({ reason: 'upstream_error', detail: 'X is away' }, { status: 503 });
  const { points, failures } = await collectUsers(namesOf(150).join(), (request) => {
    if (valuesIn(request).includes('name0,')) throw away;
    return profilesFor(request);
  });
  assert.deepEqual([points.length, failures], [50, [away.failure]]);
});

test('an error of the program is not taken for one of X, and is thrown once the other batches have ended', async () => {
  const { collecting, collected } = openCollecting((request) => {
    if (valuesIn(request).includes('name0,')) throw new TypeError('a bug');
    return profilesFor(request);
  });
  const slowly: typeof collecting = {
    ...collecting,
    async buy(want, requestFor, read) {
      if (want.keys.includes('name100')) await new Promise((resolve) => setImmediate(resolve));
      return collecting.buy(want, requestFor, read);
    },
  };
  await assert.rejects(user.collect(slowly, accountsOf(namesOf(150).join())), TypeError);
  assert.deepEqual([collected.points.length, collected.failures], [50, []]);
});
