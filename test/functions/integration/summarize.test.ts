import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { snowflakeAt } from '../../support/billing-x.ts';
import type { FunctionProcess } from '../../support/function-process.ts';
import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { writeLines } from '../../support/write-lines.ts';
import { startFunction } from '../../support/function-process.ts';
import {
  dates,
  dayMs,
  hourMs,
  isKnown,
  lastAt,
  linesOfHistory,
  midnightOf,
  nextOf,
  posts,
  tweetReads,
} from './month.ts';
import { readPoints } from './pipeline.ts';

describe('a month with a clock change, a rename, a gap and posts, in a real InfluxDB', () => {
  let influxd: Influxd;
  let fn: FunctionProcess;
  let daily: Record<string, unknown>[];
  let runs: Record<string, unknown>[];
  const request = { job: 'summarize', from: dates[0], days: dates.length };
  const dailyOf = (date: string): Record<string, unknown> =>
    daily.find(({ user_id, time }) => user_id === '12' && Date.parse(String(time)) === midnightOf(date)) ?? {};

  before(async () => {
    influxd = await startInfluxd();
    await writeLines(influxd, linesOfHistory());
    fn = await startFunction({
      TWITTER_USERS: 'new_name, still, id:99',
      TWITTER_BEARER_TOKEN: 'unused',
      TIMEZONE: 'Europe/Berlin',
      INFLUXDB_URL: influxd.url,
      INFLUXDB_USERNAME: influxd.username,
      INFLUXDB_PASSWORD: influxd.password,
    });
    const response = await fn.post('/', request);
    assert.deepEqual([response.status, ((await response.json()) as Record<string, unknown>)['failures']], [200, []]);
    daily = await readPoints(influxd, 'twitter_user_daily');
    runs = await readPoints(influxd, 'twitter_collector_run');
  });

  after(async () => {
    await fn.stop();
    await influxd.close();
  });

  it('has a point for each account and day, at its local midnight', () => {
    // In the gap the posts were still read; of the account without posts nothing is known.
    assert.equal(daily.length, 2 * dates.length - 1);
    for (const date of dates) assert.notDeepEqual(dailyOf(date), {}, date);
  });

  it('has the followers of an independent calculation', () => {
    for (const date of dates) {
      const [open, close] = [midnightOf(date), midnightOf(nextOf(date))];
      const point = dailyOf(date);
      const isWhole = isKnown(open) && isKnown(close);
      assert.equal(point['followers_open'] ?? null, isKnown(open) ? lastAt(open).followers : null, date);
      assert.equal(point['followers_close'] ?? null, isKnown(close) ? lastAt(close).followers : null, date);
      const gained = lastAt(close).followers - lastAt(open).followers;
      assert.equal(point['followers_gained'] ?? null, isWhole ? gained : null, date);
      const before28 = Date.parse(date) - 27 * dayMs - hourMs;
      const pace = (lastAt(close).followers - lastAt(before28).followers) / 28;
      assert.equal(point['followers_per_day_28d'] ?? null, isKnown(close) ? pace : null, date);
    }
    assert.deepEqual(
      ['2026-03-31', '2026-04-01', '2026-04-02'].map((date) => dailyOf(date)['followers_gained'] ?? null),
      [null, null, null],
    );
  });

  it('has the name of each day, under one id', () => {
    assert.deepEqual(
      ['2026-03-23', '2026-03-24', '2026-03-25'].map((date) => dailyOf(date)['username']),
      ['old_name', 'old_name', 'new_name'],
    );
  });

  it('has the posts of an independent calculation, and what they gained', () => {
    for (const date of dates) {
      const [open, close] = [midnightOf(date), midnightOf(nextOf(date))];
      const published = posts.filter((time) => time >= open && time < close).length;
      const isFollowed = posts.some((time) => time < close);
      const isTold = published > 0 || (isFollowed && isKnown(close)); // nobody looked in the gap
      assert.equal(dailyOf(date)['tweets_published'] ?? null, isTold ? published : null, date);
    }
    const likesAt = (post: number, time: number): number =>
      tweetReads.filter((read) => read.post === post && read.time <= time).at(-1)?.hour ?? 0;
    for (const date of ['2026-03-22', '2026-03-26', '2026-03-27', '2026-03-30']) {
      const [open, close] = [midnightOf(date), midnightOf(nextOf(date))];
      const likes = posts.reduce((sum, post) => sum + likesAt(post, close) - likesAt(post, open), 0);
      assert.equal(dailyOf(date)['engagements_gained'], likes, date);
      assert.equal(dailyOf(date)['impressions_gained'], 10 * likes, date);
    }
    assert.equal(dailyOf('2026-03-20')['impressions_gained'], null);
  });

  it('finds the planted jump as the lift of its post, and says which overlap', async () => {
    const impacts = await readPoints(influxd, 'twitter_tweet_impact');
    assert.deepEqual(
      impacts.map(({ time }) => Date.parse(String(time))),
      posts,
    );
    assert.deepEqual(
      impacts.map(({ overlaps }) => overlaps),
      [0, 1, 1],
    );
    for (const [index, impact] of impacts.entries()) {
      const time = posts[index] ?? 0;
      for (const [field, ms] of [
        ['1h', hourMs],
        ['24h', dayMs],
        ['7d', 7 * dayMs],
      ] as const)
        if (isKnown(time + ms))
          assert.equal(impact[`followers_gained_${field}`], lastAt(time + ms).followers - lastAt(time).followers);
      assert.equal(impact['tweet_id'], snowflakeAt(time, 1));
    }
    const lift = Number(impacts[1]?.['lift_24h']);
    assert.ok(Math.abs(lift - 300) <= 13, String(lift));
    assert.ok(Math.abs(Number(impacts[0]?.['lift_24h'])) <= 13);
  });

  it('writes the same points when it is asked again, by an event too', async () => {
    const everything = async (): Promise<unknown[]> =>
      Promise.all(
        ['twitter_user_daily', 'twitter_tweet_impact', 'twitter_correlation'].map((name) => readPoints(influxd, name)),
      );
    const first = await everything();
    const response = await fn.postEvent(request);
    assert.deepEqual([response.status, await response.text()], [204, '']);
    assert.deepEqual(await everything(), first);
  });

  it('says the same of a day whatever range it is asked in', async () => {
    const response = await fn.post('/', { ...request, from: '2026-03-29', days: 1 });
    assert.equal(response.status, 200);
    assert.deepEqual(await readPoints(influxd, 'twitter_user_daily'), daily);
  });

  it('can be narrowed to configured accounts, shown before it is written, and costs nothing', async () => {
    const dry = await (
      await fn.post('/?dry-run', { ...request, from: '2026-03-29', days: 1, users: ['new_name'] })
    ).text();
    assert.match(
      dry,
      /^twitter_user_daily,user_id=12,username=new_name [^ ]*followers_gained=\d+i[^ ]* 1774738800000000000$/m,
    );
    assert.ok(!dry.includes('user_id=13'));
    const plan = (await (await fn.post('/?plan', request)).json()) as Record<string, unknown>;
    assert.deepEqual([plan['requests'], plan['worstCaseMicroUsd']], [[], 0]);
    const report = (await (await fn.post('/', { ...request, users: ['id:99'] })).json()) as Record<string, unknown>;
    assert.deepEqual(
      (report['failures'] as Record<string, unknown>[]).map(({ collector, account, reason }) => [
        collector,
        account,
        reason,
      ]),
      [['summarize', 'id:99', 'no_numbers']],
    );
    assert.deepEqual([report['requests'], report['accounts']], [0, 0]);
  });

  it('has a run of its own on the dashboard', () => {
    assert.deepEqual(
      runs.map((run) =>
        ['collector', 'success', 'accounts', 'accounts_missing', 'requests', 'resources'].map((name) => run[name]),
      ),
      [['summarize', 1, 2, 0, 0, 0]],
    );
    assert.ok(Number(runs[0]?.['points']) > daily.length);
  });
});
