import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { readCostConfig } from '../../tools/cost/configuration.ts';
import { computeCosts } from '../../tools/cost/costs.ts';
import { countRequests } from '../../tools/cost/requests.ts';
import { readSchedules } from '../../tools/cost/schedules.ts';
import { describeCosts } from '../../tools/cost/table.ts';
import { UsageError } from '../../local/runner/options.ts';
import { root } from '../support/yaml.ts';
import { bearer, nothing, writeSchedules } from './cost-fixture.ts';

const oauth = { TWITTER_API_KEY: 'k', TWITTER_API_SECRET: 's', TWITTER_ACCESS_TOKEN: 't', TWITTER_ACCESS_SECRET: 's' };
const users = '{"job":"collect","collectors":["user"],"every":900}';
const tweets = '{"job":"collect","collectors":["tweet"],"every":3600}';

test('a source of wrong data, or for accounts that are not configured, is named', async (t) => {
  const { accounts } = readCostConfig(bearer, 3).config;
  const wrong = [
    ['{"job":"dance"}', /source-0 .*dance/],
    ['{"users":["stranger"]}', /source-0 .*"stranger"/],
    ['{"job":"summarize","days":0}', /source-0 .*"days"/],
    ['{"job":', /source-0 .*JSON/],
  ] as const;
  for (const [data, says] of wrong) {
    const reading = readSchedules(writeSchedules(t, [['* * * * *', data]]), accounts);
    await assert.rejects(reading, (error) => error instanceof UsageError && says.test(error.message), data);
  }
});

test('two schedules of the same accounts are billed once, their reads add up', async (t) => {
  const given = readCostConfig(bearer, 3);
  const twice = await readSchedules(
    writeSchedules(t, [
      ['*/15 * * * *', users],
      ['0 12 * * 1', users],
    ]),
    given.config.accounts,
  );
  const [user] = computeCosts(given, twice, 3).collectors;
  assert.deepEqual(
    [user?.readsPerDay, user?.resourcesPerDay, user?.dayMicroUsd.max],
    [97, { typical: 3, max: 3 }, 30_000],
  );
});

test('a schedule of some accounts costs theirs, one of some days those days', async (t) => {
  const some = '{"job":"collect","collectors":["user"],"users":["account_2"],"every":86400}';
  const given = readCostConfig(bearer, 3);
  const schedules = await readSchedules(writeSchedules(t, [['0 12 * * 1-5', some]]), given.config.accounts);
  const [user, tweet] = computeCosts(given, schedules, 3).collectors;
  assert.deepEqual([user?.dayMicroUsd.max, user?.monthMicroUsd.max], [10_000, 21 * 10_000]);
  assert.equal(tweet?.dayMicroUsd.max, 0);
});

test('a schedule with a timezone before its fields is counted like any other', async (t) => {
  const given = readCostConfig(bearer, 3);
  const folder = writeSchedules(t, [['CRON_TZ=Europe/Berlin 0 */2 * * *', users]]);
  const [schedule] = await readSchedules(folder, given.config.accounts);
  assert.deepEqual([schedule?.cron, schedule?.ticksPerDay], ['CRON_TZ=Europe/Berlin 0 */2 * * *', 12]);
});

test('owned posts have their own price and are counted per user, the others per app', async (t) => {
  const env = { ...bearer, ...oauth, TWITTER_USERS: 'jack, me', TWITTER_OWNED_USERS: '@ME' };
  const given = readCostConfig(env, undefined);
  const schedules = await readSchedules(writeSchedules(t, [['7 * * * *', tweets]]), given.config.accounts);
  const [, tweet] = computeCosts(given, schedules, 3).collectors;
  assert.equal(tweet?.dayMicroUsd.max, 24 * 20 * (5_000 + 1_000));
  const few = readCostConfig({ ...env, TWITTER_TWEETS_PER_USER: '5' }, undefined);
  assert.equal(computeCosts(few, schedules, 3).collectors[1]?.dayMicroUsd.max, 24 * (5 * 5_000 + 10 * 1_000));
  const counted = countRequests(given, schedules).map((count) => [
    count.limitIsPer,
    count.perTick,
    count.limitPerWindow,
  ]);
  assert.deepEqual(counted, [
    ['app', 1, 10_000],
    ['user', 1, 900],
  ]);
});

test('accounts that do not fit the rate limit take turns, and are read that much more rarely', async (t) => {
  const given = readCostConfig({ ...nothing, ...oauth }, 2_000);
  const folder = writeSchedules(t, [['*/15 * * * *', tweets.replace('3600', '900')]]);
  const schedules = await readSchedules(folder, given.config.accounts);
  const [count] = countRequests(given, schedules);
  const [, tweet] = computeCosts(given, schedules, 3).collectors;
  assert.deepEqual([count?.turns, tweet?.readsPerDay], [3, 32]);
  assert.ok((count?.perWindow ?? 0) > 600 && (count?.perWindow ?? 0) <= 900, String(count?.perWindow));
});

test('the busiest 15 minutes are counted across ticks', async (t) => {
  const given = readCostConfig(bearer, 3);
  const folder = writeSchedules(t, [['*/5 * * * *', '{"collectors":["user"],"every":300}']]);
  const [count] = countRequests(given, await readSchedules(folder, given.config.accounts));
  assert.deepEqual([count?.perTick, count?.perWindow], [1, 3]);
});

test('colours are for a terminal that has them', async () => {
  const given = readCostConfig(bearer, 3);
  const schedules = await readSchedules(join(root, 'knative', 'base'), given.config.accounts);
  const costs = computeCosts(given, schedules, 3);
  const report = { given, postsPerDay: 3, costs, requests: [], advice: { refusal: undefined, notes: [] } };
  const write = (): void => undefined;
  const plain = describeCosts(report, { write });
  const coloured = describeCosts(report, { isTTY: true, hasColors: () => true, write });
  assert.ok(coloured.includes('\u001b['));
  assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), plain);
  assert.equal(describeCosts(report, { isTTY: true, hasColors: () => false, write }), plain);
});
