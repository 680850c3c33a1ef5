import assert from 'node:assert/strict';
import { test } from 'node:test';

import { identify, type KnownAccount } from '../../../tools/import/identities.ts';

const nobody = new Map<string, string>();
const seen = (userId: string, username: string, lastSeen: number): KnownAccount => ({ userId, username, lastSeen });

test('a name is the account that was collected under it, capitals aside, in the spelling in use', () => {
  const { found, unknown } = identify(['@JACK', 'nasa'], nobody, [seen('12', 'jack', 1)]);
  assert.deepEqual(found, [{ name: '@JACK', userId: '12', username: 'jack', knownFrom: 'twitter_user' }]);
  assert.deepEqual(unknown, ['nasa']);
});

test('of several accounts seen under a name it is the newest, and the reader is told of the others', () => {
  const { found } = identify(['jack'], nobody, [seen('99', 'jack', 1), seen('12', 'jack', 3), seen('12', 'Jack', 2)]);
  assert.equal(found[0]?.userId, '12');
  assert.match(found[0].note ?? '', /id 99/);
});

test('the command line comes first; a name the account does not have any more stays as it was', () => {
  const known = [seen('99', 'jack', 1), seen('12', 'newjack', 2)];
  const { found } = identify(['@Jack', 'NewJack'], new Map([['jack', '12']]), known);
  assert.deepEqual(
    found.map(({ userId, username, knownFrom }) => [userId, username, knownFrom]),
    [
      ['12', 'Jack', 'map'],
      ['12', 'newjack', 'twitter_user'],
    ],
  );
});

test('points without a name belong to nobody, whatever is known', () => {
  assert.deepEqual(identify([''], new Map([['', '12']]), [seen('12', '', 1)]), { found: [], unknown: [''] });
});
