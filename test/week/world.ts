import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parseEvent } from '../../functions/adapters/events.ts';
import { connectStore, toLineProtocol } from '../../functions/adapters/influxdb.ts';
import { connectX } from '../../functions/adapters/twitter.ts';
import { type App, freshState } from '../../functions/app.ts';
import { readConfig } from '../../functions/config.ts';
import { createHandler } from '../../functions/http.ts';
import type { Report } from '../../functions/run/report.ts';
import { type BillingX, startBillingX } from '../support/billing-x.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { type Clock, startClock } from './clock.ts';
import { createAccount, type Random, seedRandom } from './posting.ts';

/** The product between an X that bills and a real InfluxDB, in a week of its own. */
export interface World {
  readonly x: BillingX;
  readonly influxd: Influxd;
  readonly clock: Clock;
  readonly random: Random;
  /** Reports of the runs that came to their end, the oldest first. */
  readonly reports: Report[];
  /** Rewrites the mounted list of accounts. */
  watch(accounts: readonly { readonly username: string }[]): void;
  /** A new process with nothing in its memory. */
  startProcess(): App;
}

/** What a world is made of. */
export interface WorldPlan {
  readonly seed: number;
  /** Posts a day of each account. */
  readonly postsPerDay: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The first moment of every simulated week. */
export const weekStart = Date.UTC(2026, 10, 2);
export const dayMs = 86_400_000;
export const days = Array.from({ length: 7 }, (_, day) => new Date(weekStart + day * dayMs).toISOString().slice(0, 10));

/** Starts a world whose clock stands at the beginning of the week; it ends with the test. */
export async function startWorld(t: TestContext, { seed, postsPerDay, env = {} }: WorldPlan): Promise<World> {
  t.diagnostic(`seed ${seed}`);
  const random = seedRandom(seed);
  const span = { from: weekStart - 8 * dayMs, to: weekStart + 8 * dayMs };
  const accounts = postsPerDay.map((rate, index) =>
    createAccount(index, { name: `w${seed}_${index}`, postsPerDay: rate, ...span }, random),
  );
  const influxd = await startInfluxd();
  t.after(() => influxd.close());
  const x = await startBillingX(accounts);
  t.after(() => x.close());
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-week-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const list = join(folder, 'users');
  const watch = (watched: readonly { readonly username: string }[]): void => {
    writeFileSync(list, watched.map(({ username }) => username).join('\n'));
  };
  watch(accounts);
  const settings = { ...settingsFor(x, influxd), TWITTER_USERS_FILE: list, ...env };
  const reports: Report[] = [];
  const clock = startClock(t, weekStart);
  return { x, influxd, clock, random, reports, watch, startProcess: () => startProcess(settings, reports) };
}

function settingsFor(x: BillingX, influxd: Influxd): Record<string, string> {
  return {
    CONFIG_DIR: '/nonexistent',
    TWITTER_BEARER_TOKEN: 'bearer',
    TWITTER_API_URL: x.url,
    INFLUXDB_URL: influxd.url,
    INFLUXDB_USERNAME: influxd.username,
    INFLUXDB_PASSWORD: influxd.password,
  };
}

function startProcess(settings: Readonly<Record<string, string>>, reports: Report[]): App {
  const config = readConfig(settings);
  const log: App['log'] = (_level, message, facts) => {
    if (message === 'run' && facts?.['cost'] !== undefined) reports.push(facts as unknown as Report);
  };
  const redact = (text: string): string => text;
  const [askX, store] = [connectX(config.x), connectStore(config.store)];
  return { version: '0.0.0', config, state: freshState(config), askX, store, log, redact };
}

/** A request to the function, and what it answers. */
export interface Call {
  /** The event's time in Unix milliseconds; a request by hand has none. */
  readonly time?: number;
  readonly data: unknown;
  readonly path?: string;
}

/** Calls the function as its server would; resolves with its answer. */
export async function call(
  app: App,
  { time, data, path = '/' }: Call,
): Promise<{ readonly status: number; readonly body: string }> {
  const event = {
    'ce-id': '1',
    'ce-source': '/week',
    'ce-specversion': '1.0',
    'ce-type': 'dev.knative.sources.ping',
    'ce-time': new Date(time ?? 0).toISOString(),
  };
  const headers = { 'content-type': 'application/json', ...(time === undefined ? {} : event) };
  const request = { method: 'POST', url: path, headers, rawBody: Buffer.from(JSON.stringify(data)) };
  let status = 0;
  let body = '';
  const response = {
    writeHead: (code: number) => void (status = code),
    end: (text: string) => void (body = text),
  };
  const handle = createHandler(app, { parseEvent, toLineProtocol });
  await handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  return { status, body };
}

/** What the shipped PingSources send. */
export const usersTick = { job: 'collect', collectors: ['user'], every: 900 };
export const tweetsTick = { job: 'collect', collectors: ['tweet'], every: 3600 };

/** The schedules' events of the week from one time to another, both in Unix milliseconds, in order. */
export function eventsOf(
  usersEveryMinutes: number,
  tweetsEveryHours: number,
  from = weekStart,
  to = weekStart + 7 * dayMs,
): readonly { readonly time: number; readonly data: unknown }[] {
  const users = Math.ceil((to - from) / (usersEveryMinutes * 60_000));
  const tweets = Math.ceil((to - from) / (tweetsEveryHours * 3_600_000));
  return [
    ...Array.from({ length: users }, (_, index) => ({
      time: from + index * usersEveryMinutes * 60_000,
      data: usersTick,
    })),
    ...Array.from({ length: tweets }, (_, index) => ({
      time: from + index * tweetsEveryHours * 3_600_000 + 7 * 60_000,
      data: tweetsTick,
    })),
  ].sort((a, b) => a.time - b.time);
}
