import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { refusalOf } from '../../functions/x/refusal.ts';
import { formatUsd, parseUsd, profilesPerDay } from '../../functions/billing/price.ts';
import { type Config, readConfig } from '../../functions/config.ts';
import { type Failure, REASONS, type Reason, statusOf } from '../../functions/failure.ts';
import { COLLECTORS } from '../../functions/collectors/index.ts';
import { readCases, runCase } from '../cases/run-case.ts';
import { minimalEnvironment } from './environment.ts';
import { readText, sectionOf, tableOf, unquote } from './markdown.ts';

const readme = readText('README.md');
describe('the tables of answers', () => {
  const section = sectionOf(readme, '## Answers');
  const rows = tableOf(section, 'Reason', 'Status', 'When');
  const listed = new Map(rows.map((row) => [unquote(row['Reason']), numbersIn(row['Status'])]));

  it('name every reason once', () => {
    assert.deepEqual(rows.map((row) => unquote(row['Reason'])).sort(), [...REASONS].sort());
  });

  it('give each reason a status that it can have', () => {
    for (const reason of REASONS) {
      const possible = [true, false].map((retryable) => statusFor(reason, retryable));
      const impossible = listed.get(reason)?.filter((status) => !possible.includes(status));
      assert.deepEqual(impossible, [], reason);
    }
  });

  it("give the reasons of X's refusals the statuses that follow from them", () => {
    const answers = [
      ...[400, 401, 402, 403, 404, 408, 429, 500, 503].map((status) => ({ status, body: undefined })),
      { status: 403, body: { title: 'SpendCapReached' } },
      { status: 429, body: { title: 'UsageCapExceeded' } },
    ];
    const errors = answers.map((answer) => refusalOf({ what: 'GET users/by', rateLimit: undefined, ...answer }));
    for (const reason of new Set(errors.map((error) => error.reason))) {
      const alike = errors.filter((error) => error.reason === reason);
      const statuses = new Set(alike.map(({ retryable }) => statusFor(reason, retryable)));
      assert.deepEqual([...statuses].sort(), listed.get(reason), reason);
    }
  });

  it('give each failure of each case the status it has', async () => {
    const cases = COLLECTORS.flatMap(({ name }) => readCases(name));
    const failures: Failure[] = [];
    for (const given of cases) failures.push(...(await runCase(given)).outcome.failures);
    assert.notDeepEqual(failures, []);
    for (const failure of failures)
      assert.ok(listed.get(failure.reason)?.includes(statusOf([failure])), failure.reason);
  });

  it('explain every status a run can have', () => {
    const statuses = tableOf(section, 'Status', 'Meaning').flatMap((row) => numbersIn(row['Status']));
    assert.deepEqual(
      [204, 400, 404, 405, 413, 415, 422, 500, 503].filter((status) => !statuses.includes(status)),
      [],
    );
  });
});

describe('what the README says of money', () => {
  const section = sectionOf(readme, '## Money');
  const { prices, dailyBudget, tweetsPerUser } = readConfig(minimalEnvironment);

  it('has the prices the code takes', () => {
    const rows = tableOf(section, 'Resource', 'Price', 'Variable');
    assert.equal(rows.length, Object.keys(prices).length);
    for (const row of rows) {
      const changed = readConfig({ ...minimalEnvironment, [unquote(row['Variable'])]: '0.999' }).prices;
      const key = (Object.keys(prices) as (keyof Config['prices'])[]).find((name) => changed[name] !== prices[name]);
      assert.equal(parseUsd(row['Price']?.replace('$', '') ?? ''), key && prices[key], row['Resource']);
    }
  });

  it('multiplies rightly', () => {
    const rows = tableOf(section, 'Accounts', 'Profiles a day', 'Profiles 30 days', 'With posts a day');
    assert.deepEqual(
      rows,
      [1, 10, 100].map((accounts) => {
        const profiles = profilesPerDay(accounts, prices);
        const withPosts = profiles + accounts * tweetsPerUser * prices.tweet;
        return {
          Accounts: String(accounts),
          'Profiles a day': formatUsd(profiles),
          'Profiles 30 days': formatUsd(30 * profiles),
          'With posts a day': formatUsd(withPosts),
          'With posts 30 days': formatUsd(30 * withPosts),
        };
      }),
    );
  });

  it('names the budget, and how many accounts fit it', () => {
    const [, budget = '', accounts] = /is ([\d.]+) unless you set it, so (\d+) accounts fit/.exec(section) ?? [];
    assert.equal(parseUsd(budget), dailyBudget);
    assert.equal(Number(accounts), dailyBudget / prices.user);
  });
});

function statusFor(reason: Reason, retryable: boolean): number {
  return statusOf([{ collector: 'user', reason, detail: '', retryable, time: 0 }]);
}

function numbersIn(cell: string | undefined): number[] {
  return [...(cell ?? '').matchAll(/\d{3}/g)].map(([number]) => Number(number));
}
