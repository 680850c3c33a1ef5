import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../support/yaml.ts';
import { bearer, nothing, writeSchedules } from './cost-fixture.ts';

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
    dayMicroUsd: { typical: 50_000, max: 50_000 },
    monthMicroUsd: { typical: 1_500_000, max: 1_500_000 },
  });
  assert.ok(!out.includes('marker'));
});

test('the cost of profiles above the budget is told all the same, with a warning and an exit code of its own', () => {
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
