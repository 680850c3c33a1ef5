import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BilledAccount, BillingX } from '../support/billing-x.ts';
import { findFreePort, type Influxd } from '../support/influxd.ts';
import { profile, unknownName } from '../support/x-server.ts';
import { defineProcess, isAnswering, type Process } from './process.ts';

/** Somebody with an X app, accounts and a collector of its own, who shares store and broker with others. */
export interface Owner {
  readonly app: string;
  readonly accounts: readonly BilledAccount[];
  /** What X says of the followers of every account from now on: the number of the tick. */
  count: number;
  collector: Process;
  /** Another process of the same function. */
  startCollector(): Promise<Process>;
}

/** What a collector needs beside its accounts. */
export interface Neighbourhood {
  readonly x: BillingX;
  readonly influxd: Influxd;
  readonly sinkUrl: string;
  readonly folder: string;
  readonly runTimeoutSeconds: number;
}

/** The function as a container runs it. */
export const functionCommand = [
  process.execPath,
  'dist/start.mjs',
  '--target=twittergraph',
  '--signature-type=http',
] as const;
const userPriceUsd = 0.01;

/** So many accounts that tell their owner by their names. */
export function createAccounts(app: string, owner: number, count: number): BilledAccount[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String((owner + 1) * 10_000_000 + index),
    username: `${app}_${index}`,
    suspended: false,
    posts: [],
  }));
}

/** An owner whose collector runs. */
export async function startOwner(
  app: string,
  accounts: readonly BilledAccount[],
  where: Neighbourhood,
): Promise<Owner> {
  const list = join(where.folder, `${app}.txt`);
  writeFileSync(list, accounts.map(({ username }) => username).join('\n'));
  const startCollector = async (): Promise<Process> => {
    const port = await findFreePort();
    const collector = defineProcess({
      name: `collector of ${app}`,
      command: functionCommand,
      env: { ...envOf(where), TWITTER_APP: app, TWITTER_USERS_FILE: list, ...budgetOf(accounts), PORT: String(port) },
      url: `http://127.0.0.1:${port}`,
      isReady: () => isAnswering(`http://127.0.0.1:${port}/health/readiness`),
    });
    await collector.start();
    return collector;
  };
  return { app, accounts, count: 0, collector: await startCollector(), startCollector };
}

/** Lets X say of each account how many ticks its owner has had: so a count tells at which tick it was read. */
export function countTicks(x: BillingX, owners: readonly Owner[]): void {
  const known = owners.flatMap((owner) => owner.accounts.map((account) => [owner, account] as const));
  const byName = new Map(known.map(([owner, account]) => [account.username, { owner, account }]));
  const byId = new Map(known.map(([owner, account]) => [account.id, { owner, account }]));
  x.before = ({ path, query }) => {
    const [by, values] = path === 'users/by' ? [byName, query.get('usernames')] : [byId, query.get('ids')];
    const wanted = (values ?? '').split(',');
    const found = wanted.flatMap((value) => by.get(value) ?? []);
    const missing = wanted.filter((value) => !by.has(value));
    const data = found.map(({ owner, account }) => profile(account.id, account.username, owner.count));
    const body = { data, ...(missing.length > 0 ? { errors: missing.map(unknownName) } : {}) };
    return { body, kind: 'user', ids: found.map(({ account }) => account.id) };
  };
}

/** What lets a function write to the store. */
export function storeEnv({ url, username, password }: Influxd): Record<string, string> {
  return { INFLUXDB_URL: url, INFLUXDB_USERNAME: username, INFLUXDB_PASSWORD: password };
}

function envOf({ x, influxd, sinkUrl, runTimeoutSeconds }: Neighbourhood): Record<string, string> {
  return {
    ...storeEnv(influxd),
    CONFIG_DIR: '/nonexistent',
    NODE_ENV: 'production',
    TWITTER_BEARER_TOKEN: 'AAAAbearer-of-the-durable-test',
    TWITTER_API_URL: x.url,
    RUN_TIMEOUT_SECONDS: String(runTimeoutSeconds),
    K_SINK: sinkUrl,
  };
}

/** Enough for every profile once a day, and a little. */
function budgetOf(accounts: readonly BilledAccount[]): Record<string, string> {
  return { TWITTER_DAILY_BUDGET_USD: (accounts.length * userPriceUsd * 1.1).toFixed(2) };
}
