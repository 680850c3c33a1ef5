import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { findInfluxd } from '../setup/influxd.ts';

/** A real InfluxDB 1.x of one test, on loopback, with its data in a temporary folder. */
export interface Influxd {
  url: string;
  /** Where `influxd backup` and `influxd restore` find it: a host and a port. */
  rpcAddress: string;
  database: string;
  /** A user with READ and WRITE on the database. */
  username: string;
  password: string;
  /** The whole JSON answer of /query as the administrator; throws on an error inside its results too. */
  adminQuery(q: string): Promise<unknown>;
  /** The same as the user. */
  query(q: string): Promise<unknown>;
  /** Everything it has printed. */
  log(): Promise<string>;
  /** Ends the server and waits for its end; port and data stay. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts a stopped server again. */
  start(): Promise<void>;
  /** From here on it accepts connections and never answers. */
  pause(): void;
  resume(): void;
  /** Stops it and deletes its folder, unless that was given. */
  close(): Promise<void>;
}

interface Server {
  folder: string;
  port: number;
  rpcPort: number;
  child: ChildProcess | undefined;
}

const database = 'twittergraph';

/** What a test may ask of its server. */
export interface InfluxdOptions {
  /** Whether every request needs a user; so it is unless `false`. */
  auth?: boolean;
  /** The most rows an answer may have; 0 (the default) is no limit. */
  maxRowLimit?: number;
  /** Has neither users nor database, as on its first start: those named in the answer are still to be made. */
  empty?: boolean;
  /** A folder in which the data stays, and the passwords with it. */
  folder?: string;
}

/** Starts an InfluxDB and waits until it answers. */
export async function startInfluxd(options: InfluxdOptions = {}): Promise<Influxd> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'twittergraph-influxd-')));
  const server: Server = { folder, port: await findFreePort(), rpcPort: await findFreePort(), child: undefined };
  await writeFile(join(folder, 'influxdb.conf'), configOf(server, options));
  const password = (): string => (options.folder === undefined ? randomBytes(12).toString('hex') : 'kept');
  const admin = { username: 'admin', password: password() };
  const user = { username: 'twittergraph', password: password() };
  const url = `http://127.0.0.1:${server.port}`;
  const ask = (who: Credential) => (q: string) => postQuery(url, who, q);
  await start(server);
  const adminQuery = ask(admin);
  if (!options.empty) {
    await adminQuery(`CREATE USER "${admin.username}" WITH PASSWORD '${admin.password}' WITH ALL PRIVILEGES`);
    await adminQuery(`CREATE DATABASE "${database}"`);
    await adminQuery(`CREATE USER "${user.username}" WITH PASSWORD '${user.password}'`);
    await adminQuery(`GRANT ALL ON "${database}" TO "${user.username}"`);
  }
  return {
    url,
    rpcAddress: `127.0.0.1:${server.rpcPort}`,
    database,
    ...user,
    adminQuery,
    query: ask(user),
    log: () => readFile(join(folder, 'influxd.log'), 'utf8'),
    stop: (signal) => stop(server, signal),
    start: () => start(server),
    pause: () => server.child?.kill('SIGSTOP'),
    resume: () => server.child?.kill('SIGCONT'),
    close: async () => {
      await stop(server);
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Ends `child` together with this process. A test file that hangs is ended with SIGTERM, which runs no exit handler
 * of its own accord.
 */
export function killWithThisProcess(child: ChildProcess): void {
  const kill = (): void => void child.kill('SIGKILL');
  const leave = (): void => process.exit(143);
  process.once('exit', kill).once('SIGTERM', leave);
  child.once('exit', () => process.off('exit', kill).off('SIGTERM', leave));
}

async function start(server: Server): Promise<void> {
  if (server.child) return;
  const binary = findInfluxd();
  if (!binary) throw new Error('No influxd found: run `npm test` once, or set INFLUXD_BIN.');
  const log = openSync(join(server.folder, 'influxd.log'), 'a');
  // A clean environment: influxd lets INFLUXDB_* variables win over its configuration file.
  const child = spawn(binary, ['run', '-config', join(server.folder, 'influxdb.conf')], {
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], HOME: server.folder },
  });
  closeSync(log);
  killWithThisProcess(child);
  server.child = child;
  while (!(await isAnswering(server))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      server.child = undefined;
      throw new Error(`influxd ended: ${await readFile(join(server.folder, 'influxd.log'), 'utf8')}`);
    }
    await delay(10);
  }
}

async function stop(server: Server, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const child = server.child;
  if (!child) return;
  server.child = undefined;
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill(signal);
  await ended;
}

async function isAnswering(server: Server): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${server.port}/ping`).catch(() => undefined);
  return answer?.status === 204;
}

interface Credential {
  username: string;
  password: string;
}

async function postQuery(url: string, who: Credential, q: string): Promise<unknown> {
  const answer = await fetch(`${url}/query`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${who.username}:${who.password}`).toString('base64')}` },
    body: new URLSearchParams({ db: database, q }),
  });
  const body = (await answer.json()) as { error?: string; results?: { error?: string }[] };
  const error = body.error ?? body.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined) throw new Error(`InfluxDB answers ${answer.status} "${error}" to ${q.split(' WITH ')[0]}`);
  return body;
}

/**
 * A port below the range that systems hand out to outgoing connections: nobody takes it while the server is stopped.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => {
        resolve(false);
      });
      probe.listen(port, '127.0.0.1', () => {
        resolve(true);
      });
    });
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

function configOf(server: Server, { auth = true, maxRowLimit = 0 }: InfluxdOptions): string {
  const folder = (name: string): string => JSON.stringify(join(server.folder, name));
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${server.rpcPort}"
[meta]
dir = ${folder('meta')}
[data]
dir = ${folder('data')}
wal-dir = ${folder('wal')}
max-values-per-tag = 0
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${server.port}"
auth-enabled = ${auth}
max-row-limit = ${maxRowLimit}
log-enabled = false
`;
}
