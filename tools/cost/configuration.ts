import { type Config, readConfig } from '../../functions/config.ts';
import type { MicroUsd } from '../../functions/billing/price.ts';
import { ConfigError, type Environment, findSetting, openSettings } from '../../functions/config/settings.ts';
import { UsageError } from '../../local/runner/options.ts';

/** What the cost follows from. */
export interface CostConfig {
  /** The function's configuration, but with a budget that nothing exceeds. */
  readonly config: Config;
  readonly budget: MicroUsd;
  /** Whether no credentials are configured, so that those of an app are assumed. */
  readonly assumesBearerToken: boolean;
}

const credentials = [
  'TWITTER_BEARER_TOKEN',
  'TWITTER_API_KEY',
  'TWITTER_API_SECRET',
  'TWITTER_ACCESS_TOKEN',
  'TWITTER_ACCESS_SECRET',
];
/** The store has no part in the cost: whatever is configured for it, nothing of it is looked at. */
const anyStore: Environment = {
  INFLUXDB_URL: 'http://127.0.0.1:8086',
  INFLUXDB_DATABASE: 'none',
  INFLUXDB_USERNAME: 'nobody',
  INFLUXDB_PASSWORD: 'none',
  INFLUXDB_TOKEN: 'none',
};
/** The function refuses what is above its budget; here that is to be shown. */
const anyBudget: Environment = { TWITTER_DAILY_BUDGET_USD: '999999999' };

/**
 * The configuration in an environment as far as it decides the cost, or with a number of made-up accounts. Throws a
 * `UsageError` that lists what is missing or wrong.
 */
export function readCostConfig(env: Environment, accounts: number | undefined): CostConfig {
  const assumesBearerToken = !hasCredentials(env);
  const all = {
    ...env,
    ...anyStore,
    ...(assumesBearerToken ? { TWITTER_BEARER_TOKEN: 'none' } : {}),
    ...(accounts === undefined ? {} : { TWITTER_USERS: nameAccounts(accounts) }),
  };
  const problems: string[] = [];
  const config = readOr(problems, { ...all, ...anyBudget });
  // One account alone is within any budget that is one.
  const forBudget = readOr(problems, { ...all, TWITTER_USERS: 'a', TWITTER_PRICE_USER_USD: '0' });
  if (config === undefined || forBudget === undefined) throw new UsageError(explain(problems));
  return { config, budget: forBudget.dailyBudget, assumesBearerToken };
}

function hasCredentials(env: Environment): boolean {
  const settings = openSettings(env);
  const found = credentials.filter((name) => findSetting(settings, name) !== undefined);
  return found.length > 0 || settings.problems.length > 0;
}

function readOr(problems: string[], env: Environment): Config | undefined {
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.message.split('\n').filter((line) => line.startsWith('  - ')));
    return undefined;
  }
}

function explain(problems: readonly string[]): string {
  const said = [...new Set(problems)];
  const lines = ['The cost cannot be told:', ...said];
  const hint = 'Without a list of your own: npm run cost -- --accounts 100';
  return [...lines, ...(said.some((line) => line.includes('TWITTER_USERS')) ? [hint] : [])].join('\n');
}

function nameAccounts(count: number): string {
  return Array.from({ length: count }, (_, index) => `account_${index + 1}`).join(',');
}
