import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { XRequest } from '../../../functions/collectors/collector.ts';
import { tweet } from '../../../functions/collectors/tweet.ts';
import { RunError } from '../../../functions/failure.ts';
import { profile } from '../../support/x-server.ts';
import { configOf } from '../fixtures.ts';
import { collectTweets, idsFrom, ownersEnv, pageOf, pagesInTurn, reasonsOf, seen } from './tweet/world.ts';
import { accountsOf, namesOf, openCollecting, time, valuesIn } from './world.ts';

const empty = pageOf([]);

/** An X on which these profiles exist, and all timelines are empty. */
function withProfiles(...profiles: readonly object[]): (request: XRequest) => Readonly<Record<string, unknown>> {
  return ({ path }) => (path.startsWith('users/by') || path === 'users' ? { data: profiles } : empty);
}

test('the plan is one request an account; a last page can bring four posts more than are wanted, nine of the owner’s', () => {
  const env = { TWITTER_OWNED_USERS: 'jill', TWITTER_TWEETS_PER_USER: '5', ...ownersEnv };
  const plan = tweet.plan(configOf(env), accountsOf('jack, jill, id:5'), []);
  assert.deepEqual(plan, { counts: { 'users/:id/tweets': 3 }, max: 2 * 9 * 5000 + 19 * 1000 });
  assert.deepEqual(tweet.plan(configOf(), [], []), { counts: {}, max: 0 });
});

test('the plan has the profiles of accounts whose ids are not known', () => {
  const plan = tweet.plan(configOf(), accountsOf('jack, jill, id:5'), accountsOf('jill, id:5'));
  const counts = { 'users/by': 1, users: 1, 'users/:id/tweets': 3 };
  assert.deepEqual(plan, { counts, max: 3 * 24 * 5000 + 2 * 10_000 });
});

test('no account costs more than the plan says: a profile, and pages of which each but the last leaves one post wanting', async () => {
  const pages = [pageOf(idsFrom(0, 19), 'b'), pageOf(idsFrom(19, 5))];
  const { collecting, collected } = openCollecting(({ path }) => {
    if (path === 'users/by') return { data: [profile('12', 'jack')] };
    return pages.shift() ?? empty;
  });
  await tweet.collect(collecting, accountsOf('jack'));
  const cost = collected.received.map(({ ids }, index) => ids.length * (collected.wants[index]?.price ?? NaN));
  const { max } = tweet.plan(configOf(), accountsOf('jack'), accountsOf('jack'));
  assert.equal(
    cost.reduce((sum, each) => sum + each, 0),
    max,
  );
});

test('an account is served when its timeline has ended well, and not by the look-up of its profile', async () => {
  const away = new RunError({ reason: 'upstream_error', detail: 'away' }, { status: 500 });
  for (const [pages, known] of [
    [[away], {}],
    [[away], { isInDoubt: true }],
    [[pageOf(idsFrom(0, 1), 'b'), away], {}],
    [[pageOf(idsFrom(0, 1), 'b'), pageOf(idsFrom(1, 1))], {}],
  ] as const) {
    const timeline = pagesInTurn(pages);
    const { collecting, collected } = openCollecting(
      (request) => (request.path === 'users/by' ? { data: [profile('12', 'jack')] } : timeline(request)),
      known,
    );
    await tweet.collect(collecting, accountsOf('jack'));
    assert.deepEqual(collected.served, pages.at(-1) === away ? 0 : 1);
  }
});

test('accounts nobody has seen are looked up first, all at once; who is not found has no timeline', async () => {
  const x = withProfiles(profile('14', 'Bob'));
  const { asked, points, failures, wants } = await collectTweets('jack, bob, nobody', x);
  assert.deepEqual([asked[0]?.path, asked[0] && valuesIn(asked[0])], ['users/by', 'bob,nobody']);
  assert.deepEqual(
    asked
      .slice(1)
      .map(({ path }) => path)
      .sort(),
    ['users/12/tweets', 'users/14/tweets'],
  );
  assert.deepEqual(
    points.map(({ measurement, tags }) => [measurement, tags['username']]),
    [['twitter_user', 'Bob']],
  );
  assert.deepEqual(wants[0]?.keys, ['bob', 'nobody']);
  assert.deepEqual(reasonsOf(failures), [['nobody', 'unknown_account']]);
});

test('where all have been seen no profile is bought', async () => {
  const { asked } = await collectTweets('jack, jill', () => empty);
  assert.deepEqual(asked.map(({ path }) => path).sort(), ['users/12/tweets', 'users/13/tweets']);
});

test('every account has its turn, in another order on another day', async () => {
  const list = namesOf(8);
  const known = Object.fromEntries(list.map((name, index) => [name, { id: `${index + 1}`, username: name }]));
  const orders = new Set<string>();
  for (let day = 0; day < 5; day += 1) {
    const { collecting, collected } = openCollecting(() => empty, { seen: known });
    await tweet.collect({ ...collecting, time: time + day * 86_400_000 }, accountsOf(list.join()));
    const paths = collected.asked.map(({ path }) => path);
    assert.equal(new Set(paths).size, 8);
    orders.add(paths.join());
  }
  assert.equal(orders.size, 5);
});

const refusedTokens = { reason: 'unauthorized', detail: 'X answered 401', suspect: 'bearer', account: 'jack' } as const;
for (const [what, error, account] of [
  ['a 503', new RunError({ reason: 'upstream_error', detail: 'away' }, { status: 503 }), 'jack'],
  ['an answer nobody can read', new RunError({ reason: 'bad_answer', detail: 'cut' }, { status: 200 }), 'jack'],
  ['no answer', new RunError({ reason: 'timeout', detail: 'late' }, { mayCost: true }), 'jack'],
  ["a refusal of this account's path", new RunError(refusedTokens, { status: 401 }), 'jack'],
  ['a rate limit', new RunError({ reason: 'rate_limited', detail: 'wait' }, { status: 429 }), undefined],
  ['a latch', new RunError({ reason: 'credits_depleted', detail: 'buy' }, { status: 402 }), undefined],
  ['a request that never left', new RunError({ reason: 'upstream_error', detail: 'no connection' }), undefined],
  ['a store that is away', new RunError({ reason: 'store_unavailable', detail: 'away' }), undefined],
] as const) {
  test(`${what} is a failure of ${account ?? 'nobody in particular'}, and the other account has its posts`, async () => {
    const { points, failures, served } = await collectTweets('jack, jill', ({ path }) => {
      if (path === 'users/12/tweets') throw error;
      return pageOf(idsFrom(0, 1));
    });
    assert.deepEqual(reasonsOf(failures), [[account, error.failure.reason]]);
    assert.deepEqual([points.length, served], [2, 1]);
    assert.equal(failures[0]?.suspect, error.failure.suspect);
  });
}

test('an error of the program is not taken for one of X, and is thrown once the other timelines have ended', async () => {
  const { collecting, collected } = openCollecting(
    ({ path }) => {
      if (path === 'users/12/tweets') throw new TypeError('a bug');
      return pageOf(idsFrom(0, 1));
    },
    { seen },
  );
  const slowly: typeof collecting = {
    ...collecting,
    async buy(want, requestFor, read) {
      if (want.keys.includes('jill')) await new Promise((resolve) => setImmediate(resolve));
      return collecting.buy(want, requestFor, read);
    },
  };
  await assert.rejects(tweet.collect(slowly, accountsOf('jack, jill')), TypeError);
  assert.deepEqual([collected.points.length, collected.failures], [2, []]);
});

test('while nobody knows whether X answers, a profile is asked for before posts: one that is paid for, if there is one', async () => {
  for (const [named, first, keys] of [
    [{}, 'jack', ['jack']],
    [{ jill: '13' }, 'jill', []],
  ] as const) {
    const x = withProfiles(profile('12', 'jack'), profile('13', 'jill'));
    const { asked, wants } = await collectTweets('jack, jill', x, { isInDoubt: true, named });
    assert.deepEqual([asked.length, asked[0] && valuesIn(asked[0]), wants[0]?.keys], [3, first, keys]);
  }
});

for (const [what, known, error] of [
  ['X does not answer', {}, new RunError({ reason: 'timeout', detail: 'late' }, { mayCost: true })],
  ['X is not asked, for want of money', { affordable: 0 }, undefined],
] as const) {
  test(`where ${what} for that profile, it is not asked for posts`, async () => {
    const x = (): never => {
      throw error ?? new Error('X was asked');
    };
    const { failures, wants } = await collectTweets('jack, jill', x, { isInDoubt: true, ...known });
    assert.deepEqual(
      wants.map(({ resource }) => resource),
      ['user'],
    );
    assert.deepEqual(reasonsOf(failures), [error === undefined ? ['jack', 'budget'] : [undefined, 'timeout']]);
  });
}

test('without accounts nothing is asked for, in doubt neither', async () => {
  for (const isInDoubt of [false, true]) {
    assert.deepEqual((await collectTweets('', () => empty, { isInDoubt })).asked, []);
  }
});
