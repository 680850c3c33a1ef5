/** What README.md and docs/money.md say of prices, the budget and the ledger. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { formatUsd, parseUsd, profilesPerDay } from '../../functions/billing/price.ts';
import { type Config, readConfig } from '../../functions/config.ts';
import { MEASUREMENTS } from '../../functions/measurement.ts';
import { minimalEnvironment } from './environment.ts';
import { codeBlocks, readText, sectionOf, tableOf, unquote } from './markdown.ts';

const readme = sectionOf(readText('README.md'), '## What it costs');
const page = readText('docs/money.md');
const { prices, dailyBudget, tweetsPerUser } = readConfig(minimalEnvironment);

describe('the prices', () => {
  it('in docs/money.md are those the code takes', () => {
    const rows = tableOf(page, 'Resource', 'Price', 'Variable');
    assert.equal(rows.length, Object.keys(prices).length);
    for (const row of rows) {
      const changed = readConfig({ ...minimalEnvironment, [unquote(row['Variable'])]: '0.999' }).prices;
      const key = (Object.keys(prices) as (keyof Config['prices'])[]).find((name) => changed[name] !== prices[name]);
      assert.equal(parseUsd(row['Price']?.replace('$', '') ?? ''), key && prices[key], row['Resource']);
    }
  });

  it('in the README are the same', () => {
    const [, profile = '', post = '', posts] =
      /\$([\d.]+) for each profile and \$([\d.]+) for each post[^]* the (\d+) newest posts/.exec(readme) ?? [];
    assert.deepEqual([profile, post].map(parseUsd), [prices.user, prices.tweet]);
    assert.equal(Number(posts), tweetsPerUser);
  });
});

for (const [name, text] of Object.entries({ 'README.md': readme, 'docs/money.md': page })) {
  it(`the table of costs in ${name} multiplies rightly`, () => {
    const rows = tableOf(text, 'Accounts', 'Profiles a day', 'Profiles 30 days', 'With posts a day');
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
}

it('both name the budget, and docs/money.md how many accounts fit it', () => {
  const [, budget = '', accounts] = /is ([\d.]+) unless you set it, so (\d+) accounts fit/.exec(page) ?? [];
  assert.equal(parseUsd(budget), dailyBudget);
  assert.equal(Number(accounts), dailyBudget / prices.user);
  assert.equal(parseUsd(/your budget\*\*, \$([\d.]+) unless you change it/.exec(readme)?.[1] ?? ''), dailyBudget);
});

it('docs/money.md shows lines of the ledger that the function could have written', () => {
  const { tags, fields } = MEASUREMENTS.twitter_ledger;
  const lines = codeBlocks(page).flatMap(({ code }) => code.match(/^twitter_ledger,.*$/gm) ?? []);
  assert.notDeepEqual(lines, []);
  for (const line of lines) {
    const names = [...line.replaceAll(/"[^"]*"/g, '').matchAll(/[, ](\w+)=/g)].map(([, name]) => name);
    assert.deepEqual(names.sort(), [...tags, ...Object.keys(fields)].sort(), line);
  }
});
