import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort, killWithThisProcess } from './influxd.ts';
import { tickHeaders } from './tick-headers.ts';

/** The built function as a process of its own, as a container would run it. */
export interface FunctionProcess {
  readonly url: string;
  readonly pid: number;
  /** Everything it has printed, both streams. */
  output(): string;
  /** A request by hand; `body` is sent as JSON. */
  post(pathAndQuery: string, body?: unknown): Promise<Response>;
  /** A PingSource event in binary mode; headers given replace its own, empty ones are left out. */
  postEvent(data?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const repository = join(import.meta.dirname, '..', '..');
const startTimeoutMs = 20_000;

/**
 * Starts `dist/` on a free port with this environment alone, by the command `startedBy` where one is given, which takes
 * the function's own as its last arguments, and waits until it is ready. Throws with its output when it ends instead.
 */
export async function startFunction(
  env: Readonly<Record<string, string>>,
  startedBy: readonly string[] = [],
): Promise<FunctionProcess> {
  const port = await findFreePort();
  const { child, output } = spawnFunction({ ...env, PORT: String(port) }, startedBy);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child, output);
  const post = (path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    url,
    pid: child.pid ?? 0,
    output,
    post,
    postEvent: (data, headers = {}) => postEvent(url, data, headers),
    stop: (signal = 'SIGTERM') => stop(child, signal),
  };
}

/** Runs the function until it ends by itself, for starts that must fail. */
export async function runToEnd(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const { child, output } = spawnFunction({ ...env, PORT: '0' });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output() };
}

function spawnFunction(
  env: Readonly<Record<string, string>>,
  startedBy: readonly string[] = [],
): { child: ChildProcess; output: () => string } {
  const command = [process.execPath, 'dist/start.cjs', '--target=twittergraph', '--signature-type=http'];
  const [program = '', ...args] = [...startedBy, ...command];
  const child = spawn(program, args, {
    cwd: repository,
    env: { CONFIG_DIR: '/nonexistent', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  killWithThisProcess(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const givenUpAt = Date.now() + startTimeoutMs;
  while (Date.now() < givenUpAt && child.exitCode === null) {
    const ready = await fetch(`${url}/health/readiness`).catch(() => undefined);
    if (ready?.ok === true) return;
    await wait(20);
  }
  child.kill('SIGKILL');
  throw new Error(`the function did not start:\n${output()}`);
}

async function postEvent(url: string, data: unknown, headers: Readonly<Record<string, string>>): Promise<Response> {
  const all = { ...tickHeaders(), ...headers };
  const kept = Object.entries(all).filter(([, value]) => value !== '');
  const body = data === undefined ? {} : { body: JSON.stringify(data) };
  return fetch(`${url}/`, { method: 'POST', headers: Object.fromEntries(kept), ...body });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'close');
}
