import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { readCostConfig } from '../../tools/cost/configuration.ts';
import { reckonCosts } from '../../tools/cost/reckon.ts';
import { countRequests } from '../../tools/cost/requests.ts';
import { readSchedules } from '../../tools/cost/schedules.ts';
import { describeReckoning } from '../../tools/cost/table.ts';
import { UsageError } from '../../local/runner/options.ts';
import { root } from '../support/yaml.ts';

const nothing = { CONFIG_DIR: '/nonexistent' };
const bearer = { ...nothing, TWITTER_BEARER_TOKEN: 'bearer-marker' };
const oauth = { TWITTER_API_KEY: 'k', TWITTER_API_SECRET: 's', TWITTER_ACCESS_TOKEN: 't', TWITTER_ACCESS_SECRET: 's' };

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function runCost(args: readonly string[], env: Readonly<Record<string, string>> = nothing): Ended {
  const all = { PATH: process.env['PATH'] ?? '', ...env };
  const command = ['--import', 'tsx', 'tools/cost/index.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, env: all, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

/** A folder with one PingSource for each of these schedules. */
function writeSchedules(t: TestContext, schedules: readonly (readonly [cron: string, data: string])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-cost-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  schedules.forEach(([cron, data], index) => {
    const spec = `spec: {schedule: '${cron}', contentType: application/json, data: '${data}'}`;
    writeFileSync(join(folder, `${index}.yaml`), `kind: PingSource\nmetadata: {name: source-${index}}\n${spec}\n`);
  });
  return folder;
}

const users = '{"job":"collect","collectors":["user"],"every":900}';
const tweets = '{"job":"collect","collectors":["tweet"],"every":3600}';

test('with the shipped schedules and no configuration at all: the table, and what it supposes', () => {
  const { code, out, err } = runCost(['--accounts', '100', '--posts-per-day', '1']);
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^100 accounts, at most \$1\.00 a UTC day$/m);
  assert.match(out, /^user +100 +100 +\$1\.00 +\$1\.00 +\$30\.00 +\$30\.00$/m);
  assert.match(out, /^tweet +796 +48,000 +\$3\.98 +\$240\.00 +\$119\.38 +\$7,200\.00$/m);
  assert.match(out, /^within budget +\$1\.00 +\$1\.00 +\$30\.00 +\$30\.00$/m);
  assert.match(out, /^twittergraph-tweets +7 \* \* \* \* +GET \/2\/users\/:id\/tweets +100 +100 +10,000 per app$/m);
  assert.match(out, /^The profiles take the whole budget: no posts are read\. .* TWITTER_DAILY_BUDGET_USD=5\.08,/m);
  assert.match(out, /^No credentials are configured/m);
  assert.doesNotMatch(out, /\u001b/);
});

test('for programs: the same as JSON, money in micro-dollars', () => {
  const { code, out } = runCost(['--json'], {
    ...bearer,
    TWITTER_USERS: 'jack, id:12',
    TWITTER_DAILY_BUDGET_USD: '0.05',
  });
  const facts = JSON.parse(out) as Record<string, unknown> & {
    withinBudget: unknown;
    collectors: { collector: string }[];
  };
  assert.equal(code, 0);
  assert.deepEqual([facts['accounts'], facts['budgetMicroUsd']], [2, 50_000]);
  assert.deepEqual(
    facts.collectors.map(({ collector }) => collector),
    ['user', 'tweet'],
  );
  assert.deepEqual(facts.withinBudget, {
    dayMicroUsd: { typical: 50_000, most: 50_000 },
    monthMicroUsd: { typical: 1_500_000, most: 1_500_000 },
  });
  assert.ok(!out.includes('marker'));
});

test('profiles above the budget are reckoned all the same, with a warning and an exit code of its own', () => {
  const { code, out } = runCost(['--accounts', '500']);
  assert.equal(code, 2);
  assert.match(out, /^user +500 +500 +\$5\.00/m);
  assert.match(
    out,
    /^The function would refuse to start: 500 accounts × .* raise the budget to \$5\.00 or watch at most 100/m,
  );
});

test('the list and the prices come from mounted files too', (t) => {
  const folder = writeSchedules(t, []);
  writeFileSync(join(folder, 'list'), 'jack\nnasa # comment\n');
  const env = { ...bearer, TWITTER_USERS_FILE: join(folder, 'list'), TWITTER_PRICE_USER_USD: '0.02' };
  assert.match(runCost([], env).out, /^user +2 +2 +\$0\.04 +\$0\.04 +\$1\.20/m);
});

const mistakes: readonly (readonly [args: readonly string[], env: Readonly<Record<string, string>>, says: RegExp])[] = [
  [[], nothing, /TWITTER_USERS is missing.*\n.*npm run cost -- --accounts 100/],
  [
    [],
    { ...bearer, TWITTER_USERS: 'jack', TWITTER_DAILY_BUDGET_USD: 'ten' },
    /^ {2}- TWITTER_DAILY_BUDGET_USD is "ten"/m,
  ],
  [[], { ...nothing, TWITTER_USERS: 'jack', TWITTER_API_KEY: 'k' }, /OAuth 1\.0a needs all four values/],
  [['--accounts', '0'], nothing, /--accounts is "0", not a whole number/],
  [['--posts-per-day', 'many'], nothing, /--posts-per-day is "many"/],
  [['--what'], nothing, /--what.*\n.*--help/],
  [['--accounts', '1', '--schedules', '/nonexistent'], nothing, /\/nonexistent .*ENOENT.* --schedules/],
  [['--accounts', '1', '--schedules', 'test/support'], nothing, /no PingSource in test\/support/],
];
for (const [args, env, says] of mistakes) {
  test(`a mistake is said in words: ${args.join(' ')} ${Object.keys(env).slice(1).join(' ')}`, () => {
    const { code, out, err } = runCost(args, env);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, says);
    assert.doesNotMatch(err, /INFLUXDB|cannot start|^ +at /m);
  });
}

test('--help names every option', () => {
  const { code, out } = runCost(['--help']);
  assert.equal(code, 0);
  for (const option of ['--accounts', '--posts-per-day', '--schedules', '--json', '--help'])
    assert.ok(out.includes(option));
});

test('a source of wrong data, or for accounts that are not configured, is named', async (t) => {
  const given = readCostConfig(bearer, 3);
  const strange = writeSchedules(t, [['* * * * *', '{"job":"dance"}']]);
  await assert.rejects(
    readSchedules(strange),
    (error) => error instanceof UsageError && /source-0 .*dance/.test(error.message),
  );
  const others = await readSchedules(writeSchedules(t, [['* * * * *', '{"users":["stranger"]}']]));
  assert.throws(() => reckonCosts(given, others, 3), /source-0 .*"stranger"/);
});

test('two schedules of the same accounts are billed once, their reads add up', async (t) => {
  const twice = await readSchedules(
    writeSchedules(t, [
      ['*/15 * * * *', users],
      ['0 12 * * 1', users],
    ]),
  );
  const [user] = reckonCosts(readCostConfig(bearer, 3), twice, 3).collectors;
  assert.deepEqual(
    [user?.readsPerDay, user?.resourcesPerDay, user?.dayMicroUsd.most],
    [97, { typical: 3, most: 3 }, 30_000],
  );
});

test('a schedule of some accounts costs theirs, one of some days those days', async (t) => {
  const some = '{"job":"collect","collectors":["user"],"users":["account_2"],"every":86400}';
  const schedules = await readSchedules(writeSchedules(t, [['0 12 * * 1-5', some]]));
  const [user, tweet] = reckonCosts(readCostConfig(bearer, 3), schedules, 3).collectors;
  assert.deepEqual([user?.dayMicroUsd.most, user?.monthMicroUsd.most], [10_000, 21 * 10_000]);
  assert.equal(tweet?.dayMicroUsd.most, 0);
});

test('owned posts have their own price and are counted per user, the others per app', async (t) => {
  const schedules = await readSchedules(writeSchedules(t, [['7 * * * *', tweets]]));
  const env = { ...bearer, ...oauth, TWITTER_USERS: 'jack, me', TWITTER_OWNED_USERS: '@ME' };
  const given = readCostConfig(env, undefined);
  const [, tweet] = reckonCosts(given, schedules, 3).collectors;
  assert.equal(tweet?.dayMicroUsd.most, 24 * 20 * (5_000 + 1_000));
  const few = readCostConfig({ ...env, TWITTER_TWEETS_PER_USER: '5' }, undefined);
  assert.equal(reckonCosts(few, schedules, 3).collectors[1]?.dayMicroUsd.most, 24 * (5 * 5_000 + 10 * 1_000));
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
  const schedules = await readSchedules(writeSchedules(t, [['*/15 * * * *', tweets.replace('3600', '900')]]));
  const given = readCostConfig({ ...nothing, ...oauth }, 2_000);
  const [count] = countRequests(given, schedules);
  const [, tweet] = reckonCosts(given, schedules, 3).collectors;
  assert.deepEqual([count?.turns, tweet?.readsPerDay], [3, 32]);
  assert.ok((count?.perWindow ?? 0) > 600 && (count?.perWindow ?? 0) <= 900, String(count?.perWindow));
});

test('the busiest 15 minutes are counted across ticks', async (t) => {
  const schedules = await readSchedules(writeSchedules(t, [['*/5 * * * *', '{"collectors":["user"],"every":300}']]));
  const [count] = countRequests(readCostConfig(bearer, 3), schedules);
  assert.deepEqual([count?.perTick, count?.perWindow], [1, 3]);
});

test('colours are for a terminal that has them', async () => {
  const given = readCostConfig(bearer, 3);
  const costs = reckonCosts(given, await readSchedules(join(root, 'knative', 'base')), 3);
  const reckoning = { given, postsPerDay: 3, costs, requests: [], advice: { refusal: undefined, notes: [] } };
  const write = (): void => undefined;
  const plain = describeReckoning(reckoning, { write });
  const coloured = describeReckoning(reckoning, { isTTY: true, hasColors: () => true, write });
  assert.ok(coloured.includes('\u001b['));
  assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), plain);
  assert.equal(describeReckoning(reckoning, { isTTY: true, hasColors: () => false, write }), plain);
});
