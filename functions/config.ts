import { type Account, parseAccounts } from './config/accounts.ts';
import { explainOverBudget, type MicroUsd, parseUsd, type Prices } from './billing/price.ts';
import { type BrokerAccess, readBroker } from './config/broker.ts';
import { readStore, readXAccess, type StoreAccess, type XAccess } from './config/credentials.ts';
import {
  addMissing,
  addProblem,
  ConfigError,
  type Environment,
  findSetting,
  openSettings,
  readValue,
  type Settings,
} from './config/settings.ts';

/** How much a line of log must matter to be written. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** What a deployment can be told to answer; `record` alone needs no X. */
export const JOB_NAMES = ['collect', 'summarize', 'reconcile', 'record'] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** Everything the function is told from outside, checked and frozen. */
export interface Config {
  readonly accounts: readonly Account[];
  /** The mounted list the accounts came from, which is read again at each run. */
  readonly accountsFile: string | undefined;
  readonly x: XAccess;
  readonly store: StoreAccess;
  readonly broker: BrokerAccess | undefined;
  readonly jobs: readonly JobName[];
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

/**
 * The configuration in an environment and the mounted files it points to. Throws one `ConfigError` with every problem
 * found, which never holds the value of a secret.
 */
export function readConfig(env: Environment): Config {
  const settings = openSettings(env);
  const jobs = readValue(settings, 'JOBS', JOB_NAMES, `, not some of ${JOB_NAMES.join(', ')}.`, parseJobs);
  const asksX = jobs.some((name) => name !== 'record');
  const accounts = asksX ? readAccounts(settings) : { accounts: [], accountsFile: undefined };
  const x = readXAccess(settings, asksX);
  const config: Config = {
    ...accounts,
    x,
    store: readStore(settings),
    broker: readBroker(settings),
    jobs,
    tweetsPerUser: readWhole(settings, 'TWITTER_TWEETS_PER_USER', 20, 5, 100),
    tweetDays: readWhole(settings, 'TWITTER_TWEET_DAYS', 7, 1, 30),
    ownedUsers: asksX ? readOwnedUsers(settings, x) : [],
    dailyBudget: readUsd(settings, 'TWITTER_DAILY_BUDGET_USD', '1.00'),
    prices: Object.freeze({
      user: readUsd(settings, 'TWITTER_PRICE_USER_USD', '0.010'),
      tweet: readUsd(settings, 'TWITTER_PRICE_TWEET_USD', '0.005'),
      ownedTweet: readUsd(settings, 'TWITTER_PRICE_OWNED_TWEET_USD', '0.001'),
    }),
    app: readValue(settings, 'TWITTER_APP', 'default', ': use 1 to 63 letters, digits and ._-', parseApp),
    timezone: readValue(settings, 'TIMEZONE', 'UTC', ', not a time zone such as Europe/Berlin.', parseTimezone),
    runTimeoutMs: readWhole(settings, 'RUN_TIMEOUT_SECONDS', 30, 1, 290) * 1000,
    logLevel: readValue(settings, 'LOG_LEVEL', 'info', `, not one of ${LOG_LEVELS.join(', ')}.`, parseLogLevel),
  };
  if (!settings.problems.some(({ name }) => name.endsWith('_USD'))) {
    const overBudget = explainOverBudget(config.accounts.length, config.prices, config.dailyBudget);
    if (overBudget !== undefined) addProblem(settings, 'TWITTER_USERS', `: ${overBudget}.`);
  }
  const sentences = new Set(settings.problems.map(({ sentence }) => sentence));
  if (sentences.size > 0) throw new ConfigError([...sentences]);
  return Object.freeze(config);
}

function readAccounts(settings: Settings): Pick<Config, 'accounts' | 'accountsFile'> {
  const name = findSetting(settings, 'TWITTER_USERS') === undefined ? 'TWITTER_USER' : 'TWITTER_USERS';
  const list = readList(settings, name);
  if (list.accounts.length === 0) {
    const rest = ' is missing: name the accounts to watch, such as "jack, id:12".';
    addMissing(settings, ['TWITTER_USERS', 'TWITTER_USER'], rest);
  }
  return list;
}

function readOwnedUsers(settings: Settings, x: XAccess): readonly Account[] {
  const { accounts } = readList(settings, 'TWITTER_OWNED_USERS');
  if (accounts.length > 0 && x.userContext === undefined) {
    addProblem(settings, 'TWITTER_OWNED_USERS', ' needs the four OAuth 1.0a values: a bearer token pays in full.');
  }
  return accounts;
}

function readList(settings: Settings, name: string): Pick<Config, 'accounts' | 'accountsFile'> {
  const setting = findSetting(settings, name);
  const { accounts, problems } = parseAccounts(setting?.value ?? '');
  for (const problem of problems) addProblem(settings, name, `: ${problem}.`);
  return { accounts: Object.freeze(accounts), accountsFile: setting?.file };
}

function readWhole(settings: Settings, name: string, standard: number, min: number, max: number): number {
  return readValue(settings, name, standard, `, not a whole number from ${min} to ${max}.`, (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
  });
}

function readUsd(settings: Settings, name: string, standard: string): MicroUsd {
  const advice = `, not an amount in dollars such as ${standard}.`;
  return readValue(settings, name, parseUsd(standard) ?? 0, advice, parseUsd);
}

function parseApp(text: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.exec(text)?.[0];
}

function parseTimezone(text: string): string | undefined {
  if (text === 'UTC') return text; // loading the zones takes a tenth of a cold start
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return text;
  } catch {
    return undefined;
  }
}

function parseJobs(text: string): readonly JobName[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  const jobs = JOB_NAMES.filter((name) => names.includes(name));
  return jobs.length === names.length ? jobs : undefined;
}

function parseLogLevel(text: string): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === text.toLowerCase());
}
