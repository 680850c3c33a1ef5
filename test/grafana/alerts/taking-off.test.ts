/** The rule about posts that take off, on posts that do and on posts that do not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Point } from '../../../functions/measurement.ts';
import { textsOf } from './message.ts';
import { dayMs, hourMs, labelsIn, minutesOf, noon, ticks, useInfluxd } from './world.ts';

const { open } = useInfluxd();
const uid = 'twittergraph-taking-off';

function reading(name: string, tweetId: string, impressions: number, time: number): Point {
  const tags = { user_id: name.length.toString(), username: name, tweet_id: tweetId };
  return { measurement: 'twitter_tweet', tags, fields: { impression_count: impressions }, time };
}

/** Days before on each of which a post was published, and the posts gained so many impressions. */
function earlier(name: string, impressions: readonly number[]): Point[] {
  return impressions.map((impressions_gained, index) => ({
    measurement: 'twitter_user_daily',
    tags: { user_id: name.length.toString(), username: name },
    fields: { impressions_gained, tweets_published: 1 },
    time: noon - (3 + index) * dayMs,
  }));
}

/** A post read every hour for eight hours, that gains so many impressions in each. */
function young(name: string, tweetId: string, perHour: number): Point[] {
  return ticks(noon - 8 * hourMs, noon, hourMs).map((time, hour) => reading(name, tweetId, hour * perHour, time));
}

test('taking off: fires for the post that gains more than usual, with a link to it, and for no other', async () => {
  const { write, evaluate } = await open();
  const usual = [900, 1000, 1000, 1000, 1100];
  await write([
    ...earlier('rises', usual),
    ...young('rises', '77', 400),
    ...young('rises', '78', 120),
    ...earlier('as_ever', usual),
    ...young('as_ever', '79', 350),
    ...earlier('new', usual.slice(0, 3)),
    ...young('new', '80', 5000),
    ...earlier('tiny', [3, 3, 4, 4, 5]),
    ...young('tiny', '81', 10),
  ]);
  const results = await evaluate(uid, noon);
  assert.deepEqual(labelsIn(results, 'Alerting'), [{ user_id: '5', username: 'rises', tweet_id: '77' }]);
  const text = textsOf(uid, results.find(({ state }) => state === 'Alerting') ?? assert.fail('one alert'));
  assert.equal(text.summary, 'A post of @rises is taking off: 3200 impressions in a day');
  const path = 'd/twittergraph-posts?var-account=rises&var-post=77&from=now-30d&to=now';
  assert.equal(text.link, `https://grafana.example.org/${path}`);
});

test('taking off: ends a day after the post has come to rest', async () => {
  const { write, watch } = await open();
  await write([
    ...earlier('rises', [900, 1000, 1000, 1000, 1100]),
    ...young('rises', '77', 400),
    ...ticks(noon + hourMs, noon + 40 * hourMs, hourMs).map((time) => reading('rises', '77', 3200, time)),
  ]);
  const [alert, ...others] = minutesOf(await watch(uid, noon - 2 * hourMs, noon + 30 * hourMs));
  assert.deepEqual(others, []);
  assert.deepEqual(alert?.labels, { user_id: '5', username: 'rises', tweet_id: '77' });
  assert.ok((alert.resolved ?? Infinity) <= 24 * 60 && (alert.resolved ?? 0) >= 16 * 60, String(alert.resolved));
});
