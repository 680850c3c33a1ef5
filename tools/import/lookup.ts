import { version } from '../../package.json';
import { connectStore } from '../../functions/adapters/influxdb.ts';
import { openLog } from '../../functions/adapters/log.ts';
import { connectX } from '../../functions/adapters/twitter.ts';
import { type App, freshState } from '../../functions/app.ts';
import { dayOf } from '../../functions/billing/day.ts';
import { bookOf, spentOf } from '../../functions/billing/ledger.ts';
import { affordableCount, leftOf, setAside } from '../../functions/billing/plan.ts';
import { formatUsd, type MicroUsd } from '../../functions/billing/price.ts';
import { type Config, ConfigError, readConfig } from '../../functions/config.ts';
import { type Account, parseAccount } from '../../functions/config/accounts.ts';
import { secretsOf } from '../../functions/config/credentials.ts';
import { createRedactor } from '../../functions/config/redact.ts';
import type { Environment } from '../../functions/config/settings.ts';
import { startDeadline } from '../../functions/deadline.ts';
import { RunError } from '../../functions/failure.ts';
import { runJob } from '../../functions/jobs/dispatch.ts';
import { readStore } from '../../functions/store/preflight.ts';
import type { Report } from '../../functions/run/report.ts';
import { parseJobRequest } from '../../functions/jobs/request.ts';
import { UsageError } from '../../local/runner/options.ts';

/** What asking X who has some names would be. */
export interface LookUp {
  readonly config: Config;
  readonly accounts: readonly Account[];
  readonly mostMicroUsd: MicroUsd;
}

/** What it was: X's profiles are stored as the function's own `twitter_user` points, what it cost is in the ledger. */
export interface LookedUp {
  readonly names: readonly string[];
  readonly mostMicroUsd: MicroUsd;
  readonly microUsd: MicroUsd;
  readonly failures: Report['failures'];
}

/** The look-up of those names that X could know, with the function's whole configuration. Throws a `UsageError`. */
export function planLookUp(env: Environment, names: readonly string[]): LookUp {
  const config = readConfigFor(env);
  const possible = names.map(parseAccount).filter((account) => account?.username !== undefined);
  const accounts = [...new Map(possible.map((account) => [account.key.toLowerCase(), account])).values()];
  return {
    config,
    accounts,
    mostMicroUsd: accounts.length * config.prices.user,
  };
}

/**
 * Asks X by way of the function's own job `collect`, with its ledger, budget and latches. Throws a `UsageError` when the
 * money would be missing for the profiles of the configured accounts, a `RunError` when the store cannot be asked.
 */
export async function lookUp({ config, accounts, mostMicroUsd }: LookUp): Promise<LookedUp> {
  const app = appFor(config, accounts);
  const deadline = startDeadline(config.runTimeoutMs);
  await refuseIfTooDear(app, config, accounts);
  const startedAt = Date.now();
  const tick = { time: Math.floor(startedAt / 1000) * 1000, startedAt, isEvent: false, deadline };
  const request = parseJobRequest({ job: 'collect', collectors: ['user'] });
  const { report } = await runJob(app, request, tick, (measurements) => app.store.write(measurements, deadline));
  return {
    names: accounts.map(({ key }) => key),
    mostMicroUsd,
    microUsd: report.cost.microUsd,
    failures: report.failures,
  };
}

function readConfigFor(env: Environment): Config {
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.message.split('\n').filter((line) => line.startsWith('  - '));
    throw new UsageError(['--lookup needs the whole configuration of the function:', ...lines].join('\n'));
  }
}

function appFor(config: Config, accounts: readonly Account[]): App {
  const redact = createRedactor(secretsOf(config.x, config.store));
  const ours = { ...config, accounts, accountsFile: undefined };
  return {
    version,
    config: ours,
    state: freshState(ours),
    askX: connectX(config.x),
    store: connectStore(config.store),
    log: openLog((line) => process.stderr.write(line), 'error', redact),
    redact,
  };
}

/** The job itself keeps the day's budget; what it cannot know is that the configured accounts' profiles come first. */
async function refuseIfTooDear(app: App, config: Config, accounts: readonly Account[]): Promise<void> {
  const known = await readStore(app, startDeadline(config.runTimeoutMs), false);
  if ('reason' in known) throw new RunError(known.reason, known.detail, known);
  const book = bookOf(app.state.ledger, dayOf(Date.now()));
  const keys = accounts.map(({ key }) => key);
  const others = config.accounts.filter(({ key }) => !keys.some((other) => other.toLowerCase() === key.toLowerCase()));
  const aside = setAside(book, others, config.prices.user);
  const want = { resource: 'user' as const, keys, most: keys.length, price: config.prices.user };
  if (affordableCount(book, want, leftOf(book, config.dailyBudget, aside)) >= keys.length) return;
  const [price, budget, spent] = [keys.length * config.prices.user, config.dailyBudget, spentOf(book)].map(formatUsd);
  throw new UsageError(
    `X was not asked: ${keys.length} names would cost up to ${price}, but of today's ${budget} (TWITTER_DAILY_BUDGET_USD) ` +
      `${spent} are spent and ${formatUsd(aside)} set aside for the profiles of the configured accounts. ` +
      'Raise the budget, wait for 00:00 UTC, or give the ids with --map.',
  );
}
