import assert from 'node:assert/strict';
import { test } from 'node:test';

import { profile, unknownName } from '../../../support/x-server.ts';
import { takeFrom } from '../world.ts';

const before = { jack: { id: '12', username: 'jack' } };

for (const [what, known] of [
  ['the store', { seen: before }],
  ["today's ledger", { named: { jack: '12' } }],
] as const) {
  test(`a name that leads to another id than ${what} knew is said with both ids, and the new holder is stored`, () => {
    const { points, failures, received } = takeFrom('Jack', { data: [profile('99', 'jack')] }, known);
    assert.deepEqual(
      points.map(({ tags }) => tags),
      [{ user_id: '99', username: 'jack' }],
    );
    const detail = 'the name belongs to the account 99 now; 12 had it before, and id:12 follows that one';
    assert.deepEqual(failures, [{ account: 'Jack', reason: 'renamed', detail }]);
    assert.deepEqual(received[0]?.answered, ['jack=99']);
  });
}

test('a name that leads to whom it led before, or that nobody knew, is said nothing of', () => {
  assert.deepEqual(takeFrom('jack', { data: [profile('12', 'jack')] }, { seen: before }).failures, []);
  assert.deepEqual(takeFrom('jack', { data: [profile('12', 'jack')] }, { named: { jack: '12' } }).failures, []);
  assert.deepEqual(takeFrom('jack', { data: [profile('12', 'jack')] }).failures, []);
});

test('an id keeps its account through a change of name, which is no failure', () => {
  const { points, failures } = takeFrom(
    'id:12',
    { data: [profile('12', 'jill')] },
    { seen: { 'id:12': { id: '12', username: 'jack' } } },
  );
  assert.deepEqual([points[0]?.tags['username'], failures], ['jill', []]);
});

test('a name that leads nowhere is unknown, with its last id and how to follow that', () => {
  const errors = [unknownName('jack')];
  const said = 'X says: Not Found Error: Could not find user with usernames: [jack].';
  const [failure] = takeFrom('Jack', { errors }, { seen: before }).failures;
  assert.deepEqual(
    [failure?.account, failure?.reason, failure?.detail],
    ['Jack', 'unknown_account', `${said} Its last id was 12: id:12 in its place follows it through a change of name.`],
  );
  assert.equal(takeFrom('jack', { errors }).failures[0]?.detail, said);
});

test('an account that X says nothing about has what it says of nobody in particular, or is unknown', () => {
  const general = { title: 'Over capacity', detail: 'try later' };
  const collected = takeFrom('jack, jill', { data: [profile('12', 'jack')], errors: [general] });
  assert.deepEqual(collected.failures, [
    { account: 'jill', reason: 'upstream_error', detail: 'X says: Over capacity: try later' },
  ]);
  assert.deepEqual(collected.received[0]?.answered, ['jack=12']);
  const silent = takeFrom('jack, jill', { data: [profile('12', 'jack')] });
  const detail = 'X answered without a word about this account: check its spelling';
  assert.deepEqual(silent.failures, [{ account: 'jill', reason: 'unknown_account', detail }]);
  assert.deepEqual(silent.received[0]?.answered, ['jack=12', 'jill=']);
});

test('a profile without counts is not explained by what X says of nobody in particular', () => {
  const { failures } = takeFrom('jack', {
    data: [{ id: '12', username: 'jack' }],
    errors: [{ title: 'Over capacity' }],
  });
  const detail = 'X sent the profile without any count';
  assert.deepEqual(failures, [{ account: 'jack', reason: 'no_numbers', detail }]);
});

test('an error that is nothing, or no object, is no reason to fail an account that has its profile', () => {
  for (const odd of [null, 'x', [], 7]) {
    assert.deepEqual(takeFrom('jack', { data: [profile('12', 'jack')], errors: [odd] }).failures, []);
  }
});
