import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isOwned } from '../../../../functions/collectors/tweet/owned.ts';
import { configOf } from '../../fixtures.ts';
import { accountsOf } from '../world.ts';
import { ownersEnv } from './world.ts';

const identity = { id: '12', username: 'Jack' };

for (const [owned, account, isKnown, expected] of [
  ['jack', 'Jack', false, true],
  ['id:12', 'jack', false, false],
  ['id:12', 'jack', true, true],
  ['JACK', 'id:12', true, true],
  ['jack', 'id:12', false, false],
  ['jill, jack', 'id:12', true, true],
  ['jill', 'jack', true, false],
  ['id:1', 'id:12', true, false],
] as const) {
  const whose = isKnown ? 'whose identity is known' : 'nobody has seen';
  test(`${account}, ${whose}, is ${expected ? '' : 'not '}among the owner's accounts "${owned}"`, () => {
    const config = configOf({ TWITTER_OWNED_USERS: owned, TWITTER_USERS: 'jack, jill, id:12, id:1', ...ownersEnv });
    const [asked] = accountsOf(account);
    assert.ok(asked !== undefined);
    assert.equal(isOwned(config, asked, isKnown ? identity : undefined), expected);
  });
}
