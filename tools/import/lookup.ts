import { version } from '../../package.json';
import { connectInfluxDb, toLineProtocol } from '../../functions/adapters/influxdb.ts';
import { createLog } from '../../functions/adapters/log.ts';
import { connectX } from '../../functions/adapters/twitter.ts';
import { formatUsd, type MicroUsd } from '../../functions/billing/price.ts';
import { user } from '../../functions/collectors/user.ts';
import { type Config, readConfig } from '../../functions/config.ts';
import { type Account, parseAccount } from '../../functions/config/accounts.ts';
import { secretsOf } from '../../functions/config/credentials.ts';
import { createCleaner, createRedactor } from '../../functions/config/redact.ts';
import { ConfigError, type Environment } from '../../functions/config/settings.ts';
import { DeadlineError, planTimes, within } from '../../functions/deadline.ts';
import { RunError } from '../../functions/failure.ts';
import { collect, type CollectRequest } from '../../functions/jobs/collect.ts';
import { runJob, type Wanted } from '../../functions/run/frame.ts';
import { planJob } from '../../functions/run/plan.ts';
import { openShutdown } from '../../functions/run/shutdown.ts';
import { freshMemory, type Instance } from '../../functions/run/instance.ts';
import type { Report } from '../../functions/run/report.ts';
import { UsageError } from '../../local/runner/options.ts';

/** What asking X who has some names would be. */
export interface LookUp {
  readonly config: Config;
  readonly accounts: readonly Account[];
  readonly maxMicroUsd: MicroUsd;
}

/** What it was: X's profiles are stored as the function's own `twitter_user` points, what it cost is in the ledger. */
export interface LookedUp {
  readonly names: readonly string[];
  readonly maxMicroUsd: MicroUsd;
  readonly microUsd: MicroUsd;
  readonly failures: Report['failures'];
}

/** The look-up of those names that X could know, with the function's whole configuration. Throws a `UsageError`. */
export function planLookUp(env: Environment, names: readonly string[]): LookUp {
  const config = readConfigFor(env);
  const possible = names.flatMap((name) => parseAccount(name) ?? []).filter(({ username }) => username !== undefined);
  const accounts = [...new Map(possible.map((account) => [account.key, account])).values()];
  return { config, accounts, maxMicroUsd: accounts.length * config.prices.user };
}

/**
 * Asks X by way of the function's own job `collect`, with its ledger, budget and latches; the configured accounts stay
 * those of the configuration, so that the money for their profiles is set aside as always. Throws a `UsageError` when that
 * money would be missing, a `RunError` when the store cannot be asked.
 */
export async function lookUp({ config, accounts, maxMicroUsd }: LookUp): Promise<LookedUp> {
  const instance = instanceFor(config);
  const startedAt = Date.now();
  const request: CollectRequest = { collectors: [user], selected: accounts, everySeconds: undefined };
  const wanted: Wanted = {
    job: { ...collect, parse: () => request },
    data: {},
    tick: { time: Math.floor(startedAt / 1000) * 1000, startedAt, isEvent: false },
    dryRun: undefined,
  };
  const { workMs } = planTimes(config.runTimeoutMs);
  try {
    const { leftMicroUsd } = await within(undefined, workMs, (deadline) => planJob(instance, wanted, deadline));
    refuseIfTooDear(config, accounts, Number(leftMicroUsd));
    const { report } = await within(undefined, workMs, (deadline) => runJob(instance, wanted, deadline));
    const names = accounts.map(({ spelling }) => spelling);
    return { names, maxMicroUsd, microUsd: report.cost.microUsd, failures: report.failures };
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    const detail = 'the look-up did not end in time (RUN_TIMEOUT_SECONDS); what X was asked for is in the ledger';
    throw new RunError({ reason: 'timeout', detail });
  }
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

function instanceFor(config: Config): Instance {
  const redact = createRedactor(secretsOf(config.x, config.store));
  const clean = createCleaner(redact);
  return {
    version,
    config,
    askX: connectX(config.x),
    store: { influxdb: connectInfluxDb(config.store), access: config.store, clean },
    toLineProtocol,
    log: createLog(process.stderr, 'error', redact),
    clean,
    memory: freshMemory(config),
    shutdown: openShutdown(),
  };
}

/** The budget itself holds whatever is asked; but names of the past must not take what is set aside for profiles of today. */
function refuseIfTooDear(
  { accounts: watched, prices, dailyBudget }: Config,
  accounts: readonly Account[],
  left: number,
): void {
  const others = accounts.filter(({ key }) => !watched.some((account) => account.key === key));
  if (others.length * prices.user <= left) return;
  const [price, budget, rest] = [accounts.length * prices.user, dailyBudget, Math.max(0, left)].map(formatUsd);
  throw new UsageError(
    `X was not asked: ${accounts.length} names would cost up to ${price}, but of today's ${budget} (TWITTER_DAILY_BUDGET_USD) ` +
      `${rest} is left: the rest is spent, held, or set aside for the profiles of the configured accounts. ` +
      'Raise the budget, wait for 00:00 UTC, or give the ids with --map.',
  );
}
