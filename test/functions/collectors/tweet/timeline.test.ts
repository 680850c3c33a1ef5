import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Collected } from '../world.ts';
import { RunError } from '../../../../functions/failure.ts';
import { collectTweets, idsFrom, ownersEnv, pageOf, pagesInTurn, reasonsOf } from './world.ts';

/** How many posts each request asked for, and where it went on. */
function pagesAsked({ asked }: Collected): unknown[] {
  return asked.map(({ query }) => [Number(query['max_results']), query['pagination_token']]);
}

/** Ids of the posts that became points. */
function idsIn({ points }: Collected): unknown[] {
  return points.filter(({ measurement }) => measurement === 'twitter_tweet').map(({ tags }) => tags['tweet_id']);
}

test('a timeline that X has thinned out is followed for the posts still wanted; each page is a purchase of its own', async () => {
  const ids = idsFrom(0, 20);
  const x = pagesInTurn([pageOf(ids.slice(0, 2), 'b'), pageOf([], 'c'), pageOf(ids.slice(2), 'd')]);
  const collected = await collectTweets('jack', x);
  assert.deepEqual(pagesAsked(collected), [
    [20, undefined],
    [18, 'b'],
    [18, 'c'],
  ]);
  const want = { resource: 'tweet', keys: ['jack'], min: 5, price: 5000, owned: false };
  assert.deepEqual(
    collected.wants,
    [20, 18, 18].map((max) => ({ ...want, max })),
  );
  assert.deepEqual([idsIn(collected), collected.failures, collected.resources], [ids, [], 20]);
});

test('every page is asked for in the same way, but for how many and from where', async () => {
  const x = pagesInTurn([pageOf(idsFrom(0, 2), 'b'), pageOf([])]);
  const { asked } = await collectTweets('jack', x);
  const common = asked.map(({ query, ...request }) => ({
    ...request,
    query: { ...query, max_results: 'any', pagination_token: 'any' },
  }));
  assert.deepEqual(common[1], common[0]);
  assert.deepEqual([common[0]?.path, common[0]?.account], ['users/12/tweets', 'jack']);
});

for (const [what, env, bring, sizes] of [
  ['five at least', { TWITTER_TWEETS_PER_USER: '7' }, 4, [7, 5]],
  ["ten at least of the owner's", { TWITTER_OWNED_USERS: 'jack', ...ownersEnv }, 12, [20, 10]],
] as const) {
  test(`a page is asked for with what is still wanted, ${what}`, async () => {
    const x = pagesInTurn([pageOf(idsFrom(0, bring), 'b'), pageOf(idsFrom(bring, 3))]);
    const collected = await collectTweets('jack', x, { env });
    assert.deepEqual(
      collected.asked.map(({ query }) => Number(query['max_results'])),
      sizes,
    );
    assert.deepEqual(
      collected.wants.map(({ max }) => max),
      sizes,
    );
  });
}

test('the following ends after five pages', async () => {
  const page = pageOf([], 'on');
  const { asked, failures, served } = await collectTweets('jack', () => page);
  assert.deepEqual([asked.length, failures, served], [5, [], 1]);
});

for (const token of [undefined, '', 5, null]) {
  test(`the following ends where the next token is ${JSON.stringify({ token })}`, async () => {
    const { asked } = await collectTweets('jack', () => ({ meta: { next_token: token } }));
    assert.equal(asked.length, 1);
  });
}

test('the following ends once all that was wanted has come, though there is more', async () => {
  const { asked } = await collectTweets('jack', () => pageOf(idsFrom(0, 20), 'b'));
  assert.equal(asked.length, 1);
});

test('a page that fails costs the pages before it nothing, and is said with the account', async () => {
  const away = new RunError({ reason: 'upstream_error', detail: 'X is away' }, { status: 503 });
  const collected = await collectTweets('jack', pagesInTurn([pageOf(idsFrom(0, 2), 'b'), away]));
  assert.equal(idsIn(collected).length, 2);
  assert.deepEqual(reasonsOf(collected.failures), [['jack', 'upstream_error']]);
});

test('where the money ends in mid-timeline the pages before stay, and the rest is read again at no cost', async () => {
  let purchases = 0;
  const affordable = (): number => ((purchases += 1) === 1 ? 20 : 0);
  const x = pagesInTurn([pageOf(idsFrom(0, 2), 'b'), pageOf(['1700000000000000000'])]);
  const posts = { jack: ['1700000000000000000'] };
  const collected = await collectTweets('jack', x, { affordable, posts });
  assert.deepEqual(
    collected.asked.map(({ path }) => path),
    ['users/12/tweets', 'tweets'],
  );
  assert.deepEqual(idsIn(collected), [...idsFrom(0, 2), '1700000000000000000']);
  assert.deepEqual(reasonsOf(collected.failures), [['jack', 'budget']]);
});

test('near the edge of the budget a timeline is asked for what can be paid', async () => {
  const { asked } = await collectTweets('jack', () => pageOf([]), { affordable: 6 });
  assert.deepEqual(
    asked.map(({ query }) => query['max_results']),
    ['6'],
  );
});

test('an edited post is one post: points carry its first id, the ledger the id X returned', async () => {
  const [first = '', second = '', third = ''] = idsFrom(0, 3);
  const metrics = { public_metrics: { like_count: 3 } };
  const edits = [
    { id: first, edit_history_tweet_ids: [first], ...metrics },
    { id: second, edit_history_tweet_ids: [first, second], ...metrics },
    { id: third, edit_history_post_ids: [first, second, third], edit_history_tweet_ids: [third], ...metrics },
  ];
  for (const post of edits) {
    const { points, received } = await collectTweets('jack', () => ({ data: [post], meta: {} }));
    assert.deepEqual(
      points.map(({ measurement, tags, fields }) => [measurement, tags['tweet_id'] ?? fields['tweet_id']]),
      [
        ['twitter_tweet', first],
        ['twitter_tweet_published', first],
      ],
    );
    const published = points[1];
    assert.equal(published?.fields['url'], `https://x.com/jack/status/${first}`);
    assert.equal(published.time, Number(BigInt(first) >> 22n) + 1_288_834_974_657);
    assert.deepEqual(received, [{ ...received[0], ids: [post.id], answered: ['jack'], unreadable: 0 }]);
  }
});

for (const history of [undefined, null, [], 'odd', ['../../etc'], [5]]) {
  test(`a history of edits that is ${JSON.stringify({ history })} is none`, async () => {
    const id = idsFrom(0, 1)[0] ?? '';
    const post = { id, edit_history_tweet_ids: history, public_metrics: { like_count: 1 } };
    const { points } = await collectTweets('jack', () => ({ data: [post], meta: {} }));
    assert.equal(points[0]?.tags['tweet_id'], id);
  });
}

test('an account of whose timeline something is missing has its posts, and does not count as served', async () => {
  const [id = ''] = idsFrom(0, 1);
  const collected = await collectTweets('jack', () => ({ data: [null, { id, public_metrics: { like_count: 1 } }] }));
  assert.deepEqual([idsIn(collected), collected.served], [[id], 0]);
  assert.deepEqual(reasonsOf(collected.failures), [['jack', 'bad_answer']]);
});
