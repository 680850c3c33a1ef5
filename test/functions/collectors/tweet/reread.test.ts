import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { XRequest } from '../../../../functions/collectors/collector.ts';
import { tweet } from '../../../../functions/collectors/tweet.ts';
import { RunError } from '../../../../functions/failure.ts';
import { accountsOf, openCollecting, valuesIn } from '../world.ts';
import { collectTweets, idsFrom, ownersEnv, pageOf, postsOf, reasonsOf, seen } from './world.ts';

/** X's answer to a look-up of posts: all of them. */
function allOf(request: XRequest): Readonly<Record<string, unknown>> {
  return { data: postsOf(valuesIn(request).split(',')) };
}

const noMoney = { affordable: 0 } as const;

test('posts paid for today are read again by id, at no cost, where the timeline cannot be paid; each account is told', async () => {
  const ids = idsFrom(0, 3);
  const posts = { jack: ids.slice(0, 2), jill: ids.slice(2), bob: idsFrom(7, 2) };
  const { asked, wants, points, served, failures, resources, received } = await collectTweets('jack, jill', allOf, {
    posts,
    ...noMoney,
  });
  assert.equal(asked.length, 1);
  assert.deepEqual(asked[0], {
    path: 'tweets',
    query: { ids: valuesIn(asked[0] as XRequest), 'tweet.fields': 'public_metrics' },
  });
  assert.deepEqual(valuesIn(asked[0]).split(',').sort(), ids);
  assert.deepEqual(wants.at(-1), { resource: 'tweet', keys: [], max: 0, min: 0, price: 5000, owned: false });
  assert.deepEqual([received.at(-1)?.ids.length, received.at(-1)?.answered], [3, []]);
  assert.deepEqual(
    points
      .filter(({ measurement }) => measurement === 'twitter_tweet')
      .map(({ tags }) => tags['username'])
      .sort(),
    ['Jill', 'jack', 'jack'],
  );
  assert.deepEqual([served, resources], [0, 3]);
  assert.deepEqual(reasonsOf(failures).sort(), [
    ['jack', 'budget'],
    ['jill', 'budget'],
  ]);
});

test('with nothing paid for there is nothing to read again', async () => {
  const { asked, failures } = await collectTweets('jack', allOf, noMoney);
  assert.deepEqual([asked, reasonsOf(failures)], [[], [['jack', 'budget']]]);
});

test('what can be paid is bought, and its posts of before are not read beside it', async () => {
  const affordable = ({ keys }: { keys: readonly string[] }): number => (keys.includes('jill') ? 20 : 0);
  const [old = '', other = ''] = idsFrom(0, 2);
  const x = (request: XRequest): Readonly<Record<string, unknown>> =>
    request.path === 'tweets' ? allOf(request) : pageOf([]);
  const { asked } = await collectTweets('jack, jill', x, { affordable, posts: { jack: [old], jill: [other] } });
  assert.deepEqual(
    asked.map((request) => [request.path, request.query['ids']]),
    [
      ['users/13/tweets', undefined],
      ['tweets', old],
    ],
  );
});

test("the owner's posts are not read again: by id they cost the full price", async () => {
  const env = { TWITTER_OWNED_USERS: 'id:12', ...ownersEnv };
  const posts = { jack: idsFrom(0, 1), jill: idsFrom(1, 1) };
  const { asked, failures } = await collectTweets('jack, jill', allOf, { env, posts, ...noMoney });
  assert.deepEqual(asked.map(valuesIn), [idsFrom(1, 1)[0]]);
  assert.equal(failures.length, 2);
});

test('a hundred posts are one request; a batch that X fails costs the others nothing', async () => {
  const ids = idsFrom(0, 201);
  const away = new RunError({ reason: 'upstream_error', detail: 'X is away' }, { status: 503 });
  const { asked, points, failures } = await collectTweets(
    'jack',
    (request) => {
      if (valuesIn(request).includes(ids[100] ?? '')) throw away;
      return allOf(request);
    },
    { posts: { jack: ids }, ...noMoney },
  );
  assert.deepEqual(
    asked.map((request) => valuesIn(request).split(',').length),
    [100, 100, 1],
  );
  assert.equal(points.length, 2 * 101);
  assert.deepEqual(reasonsOf(failures), [
    ['jack', 'budget'],
    [undefined, 'upstream_error'],
  ]);
});

test('what midnight made unpaid in the meantime is not asked for', async () => {
  const [kept = '', lost = ''] = idsFrom(0, 2);
  for (const [after, values] of [
    [[kept], [kept]],
    [[], []],
  ] as const) {
    const { collecting, collected } = openCollecting(allOf, { seen, ...noMoney });
    let looks = 0;
    const paidToday: typeof collecting.paidToday = () => ({
      ...collecting.paidToday(),
      postsOf: () => new Set((looks += 1) === 1 ? [kept, lost] : after),
    });
    await tweet.collect({ ...collecting, paidToday }, accountsOf('jack'));
    assert.deepEqual(collected.asked.map(valuesIn), values);
  }
});

test('of what X returns the posts asked for become points; the others are counted in the ledger all the same', async () => {
  const [asked = '', other = ''] = idsFrom(0, 2);
  const { points, received, resources } = await collectTweets('jack', () => ({ data: postsOf([asked, other]) }), {
    posts: { jack: [asked] },
    ...noMoney,
  });
  assert.deepEqual([points.length, resources, received[0]?.ids], [2, 2, [asked, other]]);
});

test('an edited post is asked for by the id that was paid for, and its point carries the first', async () => {
  const [first = '', edited = ''] = idsFrom(0, 2);
  const post = { id: edited, edit_history_tweet_ids: [first, edited], public_metrics: { like_count: 2 } };
  const { asked, points } = await collectTweets('jack', () => ({ data: [post] }), {
    posts: { jack: [edited] },
    ...noMoney,
  });
  assert.deepEqual(asked.map(valuesIn), [edited]);
  assert.deepEqual(points[0]?.tags, { user_id: '12', username: 'jack', tweet_id: first });
});

test('an answer that is not a list of posts, or has entries that are none, is no reason to miss the rest', async () => {
  const id = idsFrom(0, 1)[0] ?? '';
  const posts = { jack: [id] };
  const bad = await collectTweets('jack', () => ({ meta: {} }), { posts, ...noMoney });
  assert.deepEqual(reasonsOf(bad.failures), [
    ['jack', 'budget'],
    [undefined, 'bad_answer'],
  ]);
  const odd = await collectTweets('jack', () => ({ data: [null, ...postsOf([id])] }), { posts, ...noMoney });
  assert.deepEqual([odd.points.length, odd.received[0]?.unreadable], [2, 1]);
  assert.deepEqual(odd.failures.at(-1), {
    reason: 'bad_answer',
    detail: 'X answered 200 with 1 entries that are not posts: they were left out',
  });
});

test('a post that was deleted meanwhile is no failure, and nor are all of them', async () => {
  const errors = [{ title: 'Not Found Error', detail: 'gone', type: 'https://a/resource-not-found' }];
  const { failures } = await collectTweets('jack', () => ({ errors }), { posts: { jack: idsFrom(0, 2) }, ...noMoney });
  assert.deepEqual(reasonsOf(failures), [['jack', 'budget']]);
});

test('an error of the program is thrown', async () => {
  const bug = (): never => {
    throw new TypeError('a bug');
  };
  await assert.rejects(collectTweets('jack', bug, { posts: { jack: idsFrom(0, 1) }, ...noMoney }), TypeError);
});
