import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { type FunctionProcess, startFunction } from '../support/function-process.ts';
import { findFreePort, type Influxd, killWithThisProcess, startInfluxd } from '../support/influxd.ts';
import { profile, startXServer, type XReply, type XServer } from '../support/x-server.ts';
import { waitFor } from './cluster.ts';

/** What runs on this machine beside the cluster: the function as it is deployed, a real InfluxDB, X's stand-in. */
export interface Neighbours {
  readonly fn: FunctionProcess;
  readonly influxd: Influxd;
  readonly x: XServer;
  /** Where the cluster reaches the function. */
  readonly functionUrl: string;
  close(): Promise<void>;
}

/** What jack has in this test, and nowhere else. */
export const FOLLOWERS = 73_904;

/** Starts all three; `host` is this machine's address as the cluster sees it. */
export async function startNeighbours(host: string): Promise<Neighbours> {
  const influxd = await startInfluxd();
  const x = await startXServer(answerAsX);
  const fn = await startFunction(environmentOf({ influxd, x }));
  return {
    fn,
    influxd,
    x,
    functionUrl: toHost(fn.url, host),
    close: async () => {
      await Promise.all([fn.stop(), x.close(), influxd.close()]);
    },
  };
}

/** The function's environment beside these two. */
export function environmentOf({ influxd, x }: Pick<Neighbours, 'influxd' | 'x'>): Readonly<Record<string, string>> {
  return {
    TWITTER_USERS: 'jack',
    TWITTER_BEARER_TOKEN: 'of-this-test',
    TWITTER_API_URL: x.url,
    INFLUXDB_URL: influxd.url,
    INFLUXDB_USERNAME: influxd.username,
    INFLUXDB_PASSWORD: influxd.password,
  };
}

/** X as usual: one profile, no posts. */
export function answerAsX({ path }: { path: string }): XReply {
  if (path.endsWith('/tweets')) return { status: 200, body: { meta: { result_count: 0 } } };
  if (path.includes('/usage/')) return { status: 200, body: { data: { daily_project_usage: { usage: [] } } } };
  return { status: 200, body: { data: [profile('12', 'jack', FOLLOWERS)] } };
}

/** A run as the function's log has it. */
export interface LoggedRun {
  readonly message: string;
  readonly job: string;
  /** The tick's. */
  readonly time: string;
  readonly points: number;
  readonly failures: readonly { reason: string; retryable: boolean }[];
}

/** The runs in the function's log so far. */
export function runsOf({ fn }: Pick<Neighbours, 'fn'>): LoggedRun[] {
  const lines = fn
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as LoggedRun).filter(({ message }) => message === 'run');
}

/** The dead letter's program on this machine, where the cluster has no node for its pod. */
export interface DeadLetterProcess {
  readonly url: string;
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** Starts the program that the Deployment's pod would run; in durable mode it keeps the events in a file. */
export async function startDeadLetter(host: string, keepFile?: string): Promise<DeadLetterProcess> {
  const port = await findFreePort();
  const child = spawn(process.execPath, ['knative/overlays/broker/dead-letter.mjs'], {
    env: { PORT: String(port), ...(keepFile && { KEEP_FILE: keepFile }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  killWithThisProcess(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const local = `http://127.0.0.1:${port}`;
  await waitFor('the dead letter listens', 10, async () => (await fetch(local)).ok || undefined);
  return {
    url: toHost(local, host),
    lines,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** A URL of this machine as the cluster reaches it. */
export function toHost(url: string, host: string): string {
  return url.replace('127.0.0.1', host);
}
