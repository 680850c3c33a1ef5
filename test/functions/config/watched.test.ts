import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { parseAccounts, readWatched, selectAccounts, type Watched } from '../../../functions/config/accounts.ts';
import { BadRequest } from '../../../functions/failure.ts';
import { configOf, folderFor } from '../fixtures.ts';

/** A reader of the accounts in a file that remembers the last list; the budget is enough for three of them. */
function watching(
  t: TestContext,
  content: string,
): { file: string; keys: () => string[]; accounts: () => Watched['accounts']; refresh: () => string | undefined } {
  const file = join(folderFor(t), 'TWITTER_USERS');
  writeFileSync(file, content);
  const config = configOf({ TWITTER_USERS: '', TWITTER_USERS_FILE: file, TWITTER_DAILY_BUDGET_USD: '0.03' });
  let last: Watched = { accounts: config.accounts, text: undefined };
  const refresh = (): string | undefined => {
    const { watched, problem } = readWatched(config, last);
    last = watched;
    if (problem !== undefined) assert.equal(problem.reason, 'bad_accounts');
    return problem?.detail;
  };
  return { file, accounts: () => last.accounts, keys: () => last.accounts.map(({ key }) => key), refresh };
}

test('a changed list is taken over', (t) => {
  const { file, keys, refresh } = watching(t, 'jack\n');
  assert.equal(refresh(), undefined);
  writeFileSync(file, 'jill, id:12 # new\n');
  assert.equal(refresh(), undefined);
  assert.deepEqual(keys(), ['jill', 'id:12']);
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
  test(`a list ${name} is not taken over, the last good one stays until there is a better`, (t) => {
    const { file, keys, refresh } = watching(t, 'jack');
    writeFileSync(file, 'jack, jill');
    refresh();
    writeFileSync(file, content);
    const said = `the list of accounts in ${file} was not taken over (${problem}); the last good one with 2 accounts stays`;
    for (let round = 1; round <= 2; round += 1) {
      assert.equal(refresh(), said);
      assert.deepEqual(keys(), ['jack', 'jill']);
    }
    writeFileSync(file, 'bob');
    assert.equal(refresh(), undefined);
    assert.deepEqual(keys(), ['bob']);
  });
}

test('a list that is as before is the same list, and not another with the same accounts', (t) => {
  const { file, refresh, accounts } = watching(t, 'jack\n');
  refresh();
  const before = accounts();
  refresh();
  assert.equal(accounts(), before);
  writeFileSync(file, 'jack');
  refresh();
  assert.notEqual(accounts(), before);
});

test('a list that is gone leaves the last good one', (t) => {
  const { file, keys, refresh } = watching(t, 'jack');
  rmSync(file);
  assert.match(refresh() ?? '', /cannot be read: ENOENT\); the last good one with 1 accounts stays$/);
  assert.deepEqual(keys(), ['jack']);
});

test('a list of the environment cannot change', () => {
  const config = configOf();
  const watched = { accounts: config.accounts, text: undefined };
  assert.deepEqual(readWatched(config, watched), { watched });
});

const { accounts } = parseAccounts('Jack, jill, id:12');

for (const [users, keys] of [
  [undefined, ['jack', 'jill', 'id:12']],
  [['jill'], ['jill']],
  [
    ['@JACK', ' id:12 '],
    ['jack', 'id:12'],
  ],
  [['jack', 'Jack', '@jack'], ['jack']],
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
  ['x'.repeat(60), `"${'x'.repeat(40)}…"`],
] as const) {
  test(`${quoted} is not watched and refused`, () => {
    assert.throws(
      () => selectAccounts(accounts, ['jill', user]),
      (error) => error instanceof BadRequest && error.message === `${quoted} is not among the configured accounts`,
    );
  });
}
