import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isXId, parseAccount, parseAccounts } from '../../../functions/config/accounts.ts';

const lists: Readonly<Record<string, readonly [text: string, spellings: readonly string[]]>> = {
  'commas and spaces': ['jack, jill ,bob', ['jack', 'jill', 'bob']],
  'line breaks of either kind': ['jack\njill\r\nbob\r\n', ['jack', 'jill', 'bob']],
  'empty entries': [',jack,,\n\n,jill,', ['jack', 'jill']],
  'an @ before a name': ['@jack', ['jack']],
  'ids, the word in any case': ['id:12, ID:13, Id: 14', ['id:12', 'id:13', 'id:14']],
  'comments to the end of the line': ['# ours, mine\njack # the first, of all\njill#\r\n', ['jack', 'jill']],
  'repetitions in any case, spelt as first': ['Jack, jack, @JACK, id:12, ID:12', ['Jack', 'id:12']],
  'a name that looks like a number is a name': ['12, id:12', ['12', 'id:12']],
  'nothing at all': ['', []],
};

for (const [name, [text, spellings]] of Object.entries(lists)) {
  test(`a list with ${name}`, () => {
    const { accounts, problems } = parseAccounts(text);
    assert.deepEqual(
      accounts.map(({ spelling }) => spelling),
      spellings,
    );
    assert.deepEqual(
      accounts.map(({ key }) => key),
      spellings.map((spelling) => spelling.toLowerCase()),
    );
    assert.deepEqual(problems, []);
  });
}

test('a bad entry is named and the others are read', () => {
  assert.deepEqual(parseAccounts(`jack, a b, @, ${'x'.repeat(60)}, jill`), {
    accounts: [
      { spelling: 'jack', key: 'jack', username: 'jack' },
      { spelling: 'jill', key: 'jill', username: 'jill' },
    ],
    problems: [
      '"a b" is neither a username nor an id',
      '"@" is neither a username nor an id',
      `"${'x'.repeat(40)}" is neither a username nor an id`,
    ],
  });
});

for (const entry of [
  '',
  '@',
  '@@jack',
  'sixteen_letters_',
  'ja-ck',
  'jäck',
  'id:',
  'id:x',
  'id:-1',
  `id:${'1'.repeat(20)}`,
  'https://x.com/jack',
]) {
  test(`"${entry}" is no account`, () => {
    assert.equal(parseAccount(entry), undefined);
  });
}

test('the longest name and the longest id are accounts', () => {
  assert.deepEqual(parseAccount('fifteen_letters'), {
    spelling: 'fifteen_letters',
    key: 'fifteen_letters',
    username: 'fifteen_letters',
  });
  const id = '9'.repeat(19);
  assert.deepEqual(parseAccount(`id:${id}`), { spelling: `id:${id}`, key: `id:${id}`, id });
});

test('what an account is known by is its name in small letters, whatever its spelling, or its id', () => {
  assert.deepEqual(parseAccount('@JacK'), { spelling: 'JacK', key: 'jack', username: 'JacK' });
  assert.deepEqual(parseAccount('ID: 12'), { spelling: 'id:12', key: 'id:12', id: '12' });
});

for (const [text, isId] of [
  ['12', true],
  ['9'.repeat(19), true],
  ['9'.repeat(20), false],
  ['', false],
  ['-1', false],
  ['1.5', false],
  ['12/tweets?max_results=100&x=', false],
  ['../../1.1/account', false],
  ['12\n', false],
  ['١٢', false],
  [12, false],
  [undefined, false],
] as const) {
  test(`${JSON.stringify(text)} is ${isId ? '' : 'not '}an id as X makes them`, () => {
    assert.equal(isXId(text), isId);
  });
}
