import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const FREE_PORTS = ['--port', '0', '--function-port', '0', '--store-port', '0'];
/** Nothing of the user's own may turn a test into requests to the real X or a real InfluxDB. */
const FOREIGN_SETTINGS = /^(TWITTER|INFLUXDB)_|^CONFIG_DIR$/;

interface Started {
  page: string;
  function: string;
  functionPid: number;
  ports: Record<string, number>;
}

/** A running `npm run local -- --json`. */
export interface Local {
  child: ChildProcess;
  folder: string;
  lines: Record<string, unknown>[];
  started: Started;
}

/** What a start is given beside free ports. */
interface LocalOptions {
  folder?: string;
  env?: Record<string, string>;
}

/** Starts it and waits until it says that it has started. */
export async function startLocal(t: TestContext, options: LocalOptions = {}): Promise<Local> {
  const folder = options.folder ?? (await makeFolder(t));
  const child = spawnLocal(folder, options.env ?? {}, [...FREE_PORTS, '--json']);
  t.after(() => child.kill('SIGKILL'));
  const lines: Record<string, unknown>[] = [];
  assert.ok(child.stdout);
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  child.stderr?.pipe(process.stderr);
  const find = (): Record<string, unknown> | undefined => lines.find(({ event }) => event === 'started');
  await waitUntil(() => find() !== undefined || child.exitCode !== null);
  const started = find();
  assert.ok(started, `it started, and did not say ${JSON.stringify(lines)}`);
  return { child, folder, lines, started: started as unknown as Started };
}

/** Starts it with this environment beside what is not twittergraph's own. */
export function spawnLocal(folder: string, extra: Record<string, string>, args: string[]): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN_SETTINGS.test(name));
  const env = { ...Object.fromEntries(own), CONFIG_DIR: folder, ...extra };
  return spawn(process.execPath, ['--import', 'tsx', 'local/index.ts', '--data', folder, ...args], {
    cwd: REPOSITORY,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A folder for data, gone after the test. */
export async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twittergraph-local-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until the page's own data hold a profile's followers. */
export async function waitForPoint(page: string): Promise<void> {
  await waitUntil(async () => {
    const response = await fetch(new URL('api/state', page));
    return response.ok && (await response.text()).includes('harbour_lights');
  });
}

/** Looks again and again; the test's own time limit is the only one. */
export async function waitUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Whether there is a process of this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
