import assert from 'node:assert/strict';
import { test } from 'node:test';

import { batchesOf, requestFor } from '../../../../functions/collectors/user/request.ts';
import { parseAccounts } from '../../../../functions/config/accounts.ts';

test('names and ids are requests of their own, of at most a hundred each', () => {
  const names = Array.from({ length: 201 }, (_, index) => `name${index}`);
  const { accounts } = parseAccounts([...names, 'id:1', 'id:2'].join(','));
  const requests = batchesOf(accounts).map(requestFor);
  assert.deepEqual(
    requests.map(({ path, query }) => [
      path,
      (query['usernames'] ?? query['ids'])?.split(',').length,
      query['user.fields'],
    ]),
    [
      ['users/by', 100, 'public_metrics'],
      ['users/by', 100, 'public_metrics'],
      ['users/by', 1, 'public_metrics'],
      ['users', 2, 'public_metrics'],
    ],
  );
  assert.deepEqual(
    requests.map(({ query }) => Object.keys(query).length),
    [2, 2, 2, 2],
  );
  assert.deepEqual(batchesOf([]), []);
});

test('no expansion is asked for, since X bills its resources apart', () => {
  const request = requestFor(parseAccounts('jack').accounts);
  assert.deepEqual(request, { path: 'users/by', query: { usernames: 'jack', 'user.fields': 'public_metrics' } });
});
