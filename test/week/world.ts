import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { connectInfluxDb } from '../../functions/adapters/influxdb.ts';
import { connectX } from '../../functions/adapters/twitter.ts';
import { readConfig } from '../../functions/config.ts';
import type { Instance, Log } from '../../functions/run/instance.ts';
import type { Report } from '../../functions/run/report.ts';
import { instanceOf } from '../functions/fixtures.ts';
import { type BillingX, startBillingX } from '../support/billing-x.ts';
import { type Influxd, type InfluxdOptions, startInfluxd } from '../support/influxd.ts';
import { type Clock, startClock } from './clock.ts';
import { createAccount, type Random, seedRandom } from './posting.ts';

type Environment = Readonly<Record<string, string>>;

/** A line of log. */
export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The product between an X that bills and a real InfluxDB, in a week of its own. */
export interface World {
  readonly x: BillingX;
  readonly influxd: Influxd;
  readonly clock: Clock;
  readonly random: Random;
  /** Reports of the runs that came to their end, the oldest first. */
  readonly reports: Report[];
  /** Everything the processes have logged. */
  readonly logged: Logged[];
  /** The environment of a process. */
  readonly env: Environment;
  /** Rewrites the mounted list of accounts. */
  watch(accounts: readonly { readonly username: string }[]): void;
  /** A new process with nothing in its memory; `env` adds to its environment. */
  startProcess(env?: Environment): Instance;
}

/** What a world is made of. */
export interface WorldPlan {
  readonly seed?: number;
  /** Posts a day of each account. */
  readonly postsPerDay: readonly number[];
  readonly env?: Environment;
  /** Where its clock stands first, in Unix milliseconds; without it at the beginning of the simulated week. */
  readonly start?: number;
  readonly influxd?: InfluxdOptions;
}

/** The first moment of every simulated week. */
export const weekStart = Date.UTC(2026, 10, 2);
export const dayMs = 86_400_000;
export const days = Array.from({ length: 7 }, (_, day) => new Date(weekStart + day * dayMs).toISOString().slice(0, 10));

/** Starts a world; it ends with the test. */
export async function startWorld(t: TestContext, plan: WorldPlan): Promise<World> {
  const { seed = 1, postsPerDay, env: given = {}, start = weekStart } = plan;
  t.diagnostic(`seed ${seed}`);
  const random = seedRandom(seed);
  const span = { from: start - 8 * dayMs, to: start + 8 * dayMs };
  const accounts = postsPerDay.map((rate, index) =>
    createAccount(index, { name: `w${seed}_${index}`, postsPerDay: rate, ...span }, random),
  );
  const influxd = await startInfluxd(plan.influxd);
  t.after(() => influxd.close());
  const x = await startBillingX(accounts);
  t.after(() => x.close());
  const list = join(folderOf(t), 'users');
  const watch = (watched: readonly { readonly username: string }[]): void => {
    writeFileSync(list, watched.map(({ username }) => username).join('\n'));
  };
  watch(accounts);
  const env = { ...settingsFor(x, influxd), TWITTER_USERS_FILE: list, ...given };
  const reports: Report[] = [];
  const logged: Logged[] = [];
  const log: Log = (level, message, facts = {}) => {
    logged.push({ level, message, facts });
    if (message === 'run') reports.push(facts as unknown as Report);
  };
  const startProcess = (more: Environment = {}): Instance => connect({ ...env, ...more }, log);
  return { x, influxd, clock: startClock(t, start), random, reports, logged, env, watch, startProcess };
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-week-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function settingsFor(x: BillingX, influxd: Influxd): Environment {
  return {
    CONFIG_DIR: '/nonexistent',
    TWITTER_BEARER_TOKEN: 'bearer',
    TWITTER_API_URL: x.url,
    INFLUXDB_URL: influxd.url,
    INFLUXDB_USERNAME: influxd.username,
    INFLUXDB_PASSWORD: influxd.password,
  };
}

function connect(settings: Environment, log: Log): Instance {
  const config = readConfig(settings);
  return instanceOf({ config, askX: connectX(config.x), influxdb: connectInfluxDb(config.store), log });
}
