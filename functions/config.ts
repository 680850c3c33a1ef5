import { type Account, parseAccounts } from './config/accounts.ts';
import { explainOverBudget, type MicroUsd, parseUsd, type Prices } from './billing/price.ts';
import { readStore, readXAccess, type StoreAccess, type XAccess } from './config/credentials.ts';
import { type Environment, findSetting, openSettings, type Settings } from './config/settings.ts';

/** How much a line of log must matter to be written. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything the function is told from outside, checked and frozen. */
export interface Config {
  readonly accounts: readonly Account[];
  /** The mounted list the accounts came from, which is read again at each run. */
  readonly accountsFile: string | undefined;
  readonly x: XAccess;
  readonly store: StoreAccess;
  readonly tweetsPerUser: number;
  readonly tweetDays: number;
  readonly ownedUsers: readonly Account[];
  readonly dailyBudget: MicroUsd;
  readonly prices: Prices;
  readonly app: string;
  readonly timezone: string;
  readonly runTimeoutMs: number;
  readonly logLevel: LogLevel;
}

/** The operator's mistake: its message alone is what they need to see. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(
      `twittergraph cannot start: its configuration has ${count}.\n` +
        problems.map((problem) => `  - ${problem}\n`).join('') +
        'A variable X may also be a file: named by X_FILE, or called X in a folder below /etc/twittergraph (CONFIG_DIR). ' +
        'The README lists all variables.',
    );
    this.name = 'ConfigError';
  }
}

/**
 * The configuration in an environment and the mounted files it points to. Throws one `ConfigError` with every problem
 * found, which never holds the value of a secret.
 */
export function readConfig(env: Environment): Config {
  const settings = openSettings(env);
  const { accounts, accountsFile } = readAccounts(settings);
  const x = readXAccess(settings);
  const config: Config = {
    accounts,
    accountsFile,
    x,
    store: readStore(settings),
    tweetsPerUser: readNumber(settings, 'TWITTER_TWEETS_PER_USER', 20, 5, 100),
    tweetDays: readNumber(settings, 'TWITTER_TWEET_DAYS', 7, 1, 30),
    ownedUsers: readOwnedUsers(settings, x),
    dailyBudget: readUsd(settings, 'TWITTER_DAILY_BUDGET_USD', '1.00'),
    prices: Object.freeze({
      user: readUsd(settings, 'TWITTER_PRICE_USER_USD', '0.010'),
      tweet: readUsd(settings, 'TWITTER_PRICE_TWEET_USD', '0.005'),
      ownedTweet: readUsd(settings, 'TWITTER_PRICE_OWNED_TWEET_USD', '0.001'),
    }),
    app: readApp(settings),
    timezone: readTimezone(settings),
    runTimeoutMs: readNumber(settings, 'RUN_TIMEOUT_SECONDS', 30, 1, 290) * 1000,
    logLevel: readLogLevel(settings),
  };
  if (!settings.problems.some((problem) => problem.includes('_USD '))) {
    const overBudget = explainOverBudget(accounts.length, config.prices, config.dailyBudget);
    if (overBudget !== undefined) settings.problems.push(`TWITTER_USERS: ${overBudget}.`);
  }
  if (settings.problems.length > 0) throw new ConfigError([...new Set(settings.problems)]);
  return Object.freeze(config);
}

function readAccounts(settings: Settings): Pick<Config, 'accounts' | 'accountsFile'> {
  const name = findSetting(settings, 'TWITTER_USERS') === undefined ? 'TWITTER_USER' : 'TWITTER_USERS';
  const setting = findSetting(settings, name);
  const { accounts, problems } = parseAccounts(setting?.value ?? '');
  settings.problems.push(...problems.map((problem) => `${name}: ${problem}.`));
  if (accounts.length === 0 && problems.length === 0 && !settings.refused.has('TWITTER_USERS')) {
    settings.problems.push(
      'TWITTER_USERS is missing: name the accounts to watch, for example "jack, @XDevelopers, id:12".',
    );
  }
  return { accounts: Object.freeze(accounts), accountsFile: setting?.file };
}

function readOwnedUsers(settings: Settings, x: XAccess): readonly Account[] {
  const { accounts, problems } = parseAccounts(findSetting(settings, 'TWITTER_OWNED_USERS')?.value ?? '');
  settings.problems.push(...problems.map((problem) => `TWITTER_OWNED_USERS: ${problem}.`));
  if (accounts.length > 0 && x.userContext === undefined) {
    settings.problems.push(
      'TWITTER_OWNED_USERS needs the four OAuth 1.0a values: with a bearer token X charges the full price and hides private metrics.',
    );
  }
  return Object.freeze(accounts);
}

function readNumber(settings: Settings, name: string, standard: number, least: number, most: number): number {
  const text = findSetting(settings, name)?.value.trim();
  if (text === undefined) return standard;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  settings.problems.push(`${name} is ${quote(text)}, not a whole number from ${least} to ${most}.`);
  return standard;
}

function readUsd(settings: Settings, name: string, standard: string): MicroUsd {
  const text = findSetting(settings, name)?.value ?? standard;
  const amount = parseUsd(text);
  if (amount === undefined)
    settings.problems.push(`${name} is ${quote(text)}, not an amount in dollars such as ${standard}.`);
  return amount ?? 0;
}

function readApp(settings: Settings): string {
  const app = findSetting(settings, 'TWITTER_APP')?.value.trim() ?? 'default';
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(app)) {
    settings.problems.push(`TWITTER_APP is ${quote(app)}: use up to 63 letters, digits, dots, dashes and underscores.`);
  }
  return app;
}

function readTimezone(settings: Settings): string {
  const timezone = findSetting(settings, 'TIMEZONE')?.value.trim() ?? 'UTC';
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    settings.problems.push(`TIMEZONE is ${quote(timezone)}, not a time zone such as Europe/Berlin.`);
  }
  return timezone;
}

function readLogLevel(settings: Settings): LogLevel {
  const text = findSetting(settings, 'LOG_LEVEL')?.value.trim().toLowerCase() ?? 'info';
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) settings.problems.push(`LOG_LEVEL is ${quote(text)}, not one of ${LOG_LEVELS.join(', ')}.`);
  return level ?? 'info';
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
