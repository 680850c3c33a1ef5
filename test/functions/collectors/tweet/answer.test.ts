import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { parseTweetAnswer, publishedAt, toTweetPoints } from '../../../../functions/collectors/tweet/answer.ts';
import { RunError } from '../../../../functions/failure.ts';
import { MEASUREMENTS } from '../../../../functions/measurement.ts';
import { errorOf } from '../../fixtures.ts';
import { answerOf, time } from '../world.ts';
import { idsFrom, postsOf } from './world.ts';

const [id = ''] = idsFrom(0, 1);
const jack = { id: '12', username: 'jack' };
const notFound = { title: 'Not Found Error', detail: 'gone', value: id };

for (const [kind, body, what] of [
  ['timeline', {}, 'neither data nor errors'],
  ['look-up', {}, 'neither data nor errors'],
  ['look-up', { meta: {} }, 'neither data nor errors'],
  ['timeline', { data: null }, 'data that is not a list'],
  ['timeline', { data: { id } }, 'data that is not a list'],
  ['look-up', { data: 'x', errors: [] }, 'data that is not a list'],
] as const) {
  test(`${JSON.stringify(body)} is no answer to a ${kind}`, () => {
    const { failure, status, mayCost } = errorOf(() => parseTweetAnswer(answerOf(body), kind));
    assert.equal(failure.detail, `X answered 200 with ${what} where posts were expected`);
    assert.deepEqual([failure.reason, status, mayCost], ['bad_answer', 200, false]);
  });
}

for (const [kind, body] of [
  ['timeline', { meta: { result_count: 0 } }],
  ['timeline', { data: [] }],
  ['look-up', { data: [] }],
] as const) {
  test(`${JSON.stringify(body)} is an answer to a ${kind} without posts, and nothing is wrong`, () => {
    const nothing = { tweets: [], failures: [], unreadable: 0, nextToken: undefined };
    assert.deepEqual(parseTweetAnswer(answerOf(body), kind), nothing);
  });
}

test('a timeline of which X says only what is wrong is that failure, said once', () => {
  const errors = [
    { title: 'Authorization Error', type: 'https://a/not-authorized-for-resource', detail: 'hidden' },
    notFound,
  ];
  const { failures } = parseTweetAnswer(answerOf({ errors }), 'timeline');
  assert.deepEqual(failures, [{ reason: 'protected', detail: 'X says: Authorization Error: hidden' }]);
  const beside = parseTweetAnswer(answerOf({ data: postsOf([id]), errors }), 'timeline');
  assert.deepEqual([beside.failures, beside.tweets.length], [[], 1]);
});

test('a post that is gone is no failure, and no more are they when all that were looked up are', () => {
  for (const data of [{ data: postsOf([id]) }, {}]) {
    assert.deepEqual(parseTweetAnswer(answerOf({ ...data, errors: [notFound] }), 'look-up').failures, []);
  }
});

for (const entry of [null, 'x', 5, [], {}, { id: 12 }, { id: '' }, { id: '12/../13' }, { id: '1'.repeat(20) }]) {
  test(`${JSON.stringify(entry)} is not a post: it is counted and said, the one beside it is read`, () => {
    const { tweets, unreadable, failures } = parseTweetAnswer(
      answerOf({ data: [entry, ...postsOf([id])] }),
      'timeline',
    );
    assert.deepEqual([tweets.map((tweet) => tweet.id), unreadable], [[id], 1]);
    assert.deepEqual(failures, [
      { reason: 'bad_answer', detail: 'X answered 200 with 1 entries that are not posts: they were left out' },
    ]);
  });
}

test('private metrics stand beside the public ones, of which those shown publicly win', () => {
  const metrics = {
    public_metrics: { like_count: 1, impression_count: 9, repost_count: 4, retweet_count: 3 },
    non_public_metrics: { impression_count: 8, engagements: 7, url_link_clicks: null },
  };
  const { tweets } = parseTweetAnswer(answerOf({ data: [{ id, ...metrics }] }), 'timeline');
  const points = tweets.flatMap((tweet) => toTweetPoints(tweet, jack, time));
  assert.deepEqual(points, [
    {
      measurement: 'twitter_tweet',
      tags: { user_id: '12', username: 'jack', tweet_id: id },
      fields: { like_count: 1, retweet_count: 4, impression_count: 9, engagements: 7 },
      time,
    },
    {
      measurement: 'twitter_tweet_published',
      tags: { user_id: '12' },
      fields: { username: 'jack', tweet_id: id, url: `https://x.com/jack/status/${id}` },
      time: publishedAt(id),
    },
  ]);
});

test('a post without metrics is published and has no counts, never 0', () => {
  for (const metrics of [undefined, null, {}, { like_count: '5' }, { like_count: -1 }]) {
    const { tweets } = parseTweetAnswer(answerOf({ data: [{ id, public_metrics: metrics }] }), 'timeline');
    const points = tweets.flatMap((tweet) => toTweetPoints(tweet, jack, time));
    assert.deepEqual(
      points.map(({ measurement }) => measurement),
      ['twitter_tweet_published'],
    );
  }
});

test('whatever X sends as posts ends as points that the dictionary allows, or as a bad answer', () => {
  const entry = fc.record(
    {
      id: fc.oneof(fc.constant(id), fc.anything()),
      edit_history_tweet_ids: fc.oneof(fc.constant([id]), fc.anything()),
      public_metrics: fc.oneof(
        fc.dictionary(fc.constantFrom('like_count', 'post_count'), fc.anything()),
        fc.anything(),
      ),
      non_public_metrics: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const body = fc.record({ data: fc.oneof(fc.array(entry), fc.anything()), meta: fc.anything() }, { requiredKeys: [] });
  fc.assert(
    fc.property(body, (sent) => {
      try {
        const { tweets } = parseTweetAnswer(answerOf(sent), 'timeline');
        for (const { measurement, tags, fields } of tweets.flatMap((tweet) => toTweetPoints(tweet, jack, time))) {
          const shape = MEASUREMENTS[measurement];
          assert.ok(Object.keys(tags).every((tag) => shape.tags.includes(tag)));
          for (const [field, value] of Object.entries(fields)) {
            assert.equal(typeof value, shape.fields[field] === 'integer' ? 'number' : 'string', field);
          }
        }
      } catch (error) {
        assert.ok(error instanceof RunError, String(error));
      }
    }),
  );
});
