import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import type { App } from '../../../functions/app.ts';
import { parseAccounts } from '../../../functions/config/accounts.ts';
import { BadRequest } from '../../../functions/jobs/request.ts';
import { refreshAccounts, selectAccounts } from '../../../functions/jobs/watched.ts';
import { appOf, folderFor } from '../fixtures.ts';

/** An app that watches the accounts in a file, for at most three of which the budget is enough. */
function watching(t: TestContext, content: string): { app: App; file: string; keys: () => string[] } {
  const file = join(folderFor(t), 'TWITTER_USERS');
  writeFileSync(file, content);
  const app = appOf({ env: { TWITTER_USERS: '', TWITTER_USERS_FILE: file, TWITTER_DAILY_BUDGET_USD: '0.03' } });
  return { app, file, keys: () => app.state.accounts.map(({ key }) => key) };
}

test('a changed list is taken over', (t) => {
  const { app, file, keys } = watching(t, 'jack\n');
  assert.equal(refreshAccounts(app), undefined);
  writeFileSync(file, 'jill, id:12 # new\n');
  assert.equal(refreshAccounts(app), undefined);
  assert.deepEqual(keys(), ['jill', 'id:12']);
  assert.deepEqual(
    app.config.accounts.map(({ key }) => key),
    ['jack'],
  );
});

for (const [name, content, problem] of [
  ['with a bad entry', 'jill, a b, c d', '"a b" is neither a username nor an id'],
  ['without an account', '# nobody\n', 'it names no account'],
  [
    'above the budget',
    'a,b,c,d',
    '4 accounts × $0.01 = $0.04 a day for their profiles alone, above TWITTER_DAILY_BUDGET_USD ($0.03): raise the budget to $0.04 or watch at most 3 accounts',
  ],
] as const) {
  test(`a list ${name} is not taken over, the last good one stays`, (t) => {
    const { app, file, keys } = watching(t, 'jack');
    writeFileSync(file, 'jack, jill');
    refreshAccounts(app);
    writeFileSync(file, content);
    const said = `the list of accounts in ${file} was not taken over (${problem}); the last good one with 2 accounts stays`;
    assert.equal(refreshAccounts(app), said);
    assert.deepEqual(keys(), ['jack', 'jill']);
    writeFileSync(file, 'bob');
    assert.equal(refreshAccounts(app), undefined);
    assert.deepEqual(keys(), ['bob']);
  });
}

test('a list that is gone leaves the last good one', (t) => {
  const { app, file, keys } = watching(t, 'jack');
  rmSync(file);
  assert.match(refreshAccounts(app) ?? '', /cannot be read \(ENOENT\)\); the last good one with 1 accounts stays$/);
  assert.deepEqual(keys(), ['jack']);
});

test('a list of the environment cannot change', () => {
  const app = appOf();
  assert.equal(refreshAccounts(app), undefined);
  assert.equal(app.state.accounts, app.config.accounts);
});

const { accounts } = parseAccounts('Jack, jill, id:12');

for (const [users, keys] of [
  [undefined, ['Jack', 'jill', 'id:12']],
  [['jill'], ['jill']],
  [
    ['@JACK', ' id:12 '],
    ['Jack', 'id:12'],
  ],
  [['jack', 'Jack', '@jack'], ['Jack']],
] as const) {
  test(`${JSON.stringify({ users })} of the watched accounts are ${keys.join(' and ')}`, () => {
    assert.deepEqual(
      selectAccounts(accounts, users).map(({ key }) => key),
      keys,
    );
  });
}

for (const [user, quoted] of [
  ['bob', '"bob"'],
  ['id:13', '"id:13"'],
  ['12', '"12"'],
  ['', '""'],
  ['"; DROP', '"\\"; DROP"'],
  ['x'.repeat(60), `"${'x'.repeat(40)}"`],
] as const) {
  test(`${quoted} is not watched and refused`, () => {
    assert.throws(
      () => selectAccounts(accounts, ['jill', user]),
      (error) => error instanceof BadRequest && error.message === `${quoted} is not among the configured accounts`,
    );
  });
}
