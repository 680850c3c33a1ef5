import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { profile, type SeenRequest, startXServer, type XReply, type XServer } from '../support/x-server.ts';

/** The neighbours of all that is measured: one stand-in for X, one real InfluxDB. */
export interface World {
  readonly influxd: Influxd;
  /** How long X takes to answer, in milliseconds. */
  xDelayMs: number;
  /** The environment of a program that watches so many accounts. Each has a ledger of its own, which is empty. */
  environment(accounts: number): Record<string, string>;
  close(): Promise<void>;
}

/** Starts both. */
export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'twittergraph-bench-'));
  const influxd = await startInfluxd();
  const x: XServer = await startXServer((request) => {
    x.seen.length = 0;
    return answerOf(request, world.xDelayMs);
  });
  let programs = 0;
  const world: World = {
    influxd,
    xDelayMs: 0,
    environment(accounts) {
      programs += 1;
      const file = join(folder, `${accounts}.txt`);
      writeFileSync(file, namesOf(accounts).join('\n'));
      return {
        CONFIG_DIR: '/nonexistent',
        LOG_LEVEL: 'error',
        RUN_TIMEOUT_SECONDS: '120',
        TWITTER_APP: `bench-${programs}`,
        TWITTER_USERS_FILE: file,
        TWITTER_DAILY_BUDGET_USD: '10000',
        TWITTER_BEARER_TOKEN: 'bearer-token-of-the-bench',
        TWITTER_API_URL: x.url,
        INFLUXDB_URL: influxd.url,
        INFLUXDB_USERNAME: influxd.username,
        INFLUXDB_PASSWORD: influxd.password,
      };
    },
    async close() {
      await Promise.all([influxd.close(), x.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** The names of the first so many accounts. */
export function namesOf(accounts: number): string[] {
  return Array.from({ length: accounts }, (_, index) => `account_${index}`);
}

/** The id of one of them: `account_7` has 1007. */
export function idOf(name: string): string {
  return String(1000 + Number(name.slice('account_'.length)));
}

function answerOf({ query }: SeenRequest, afterMs: number): XReply {
  const names = query.get('usernames')?.split(',') ?? [];
  const data = names.map((name) => profile(idOf(name), name));
  return { status: 200, body: { data }, ...(afterMs > 0 && { afterMs }) };
}
