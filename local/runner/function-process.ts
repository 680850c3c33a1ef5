import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { shutdownMs } from '../../functions/deadline.ts';
import type { Environment } from '../../functions/config/settings.ts';
import { UsageError } from './options.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const BUILT = ['dist/index.cjs', 'dist/start.cjs'];
const GUARD = pathToFileURL(join(import.meta.dirname, 'loopback-guard.mjs')).href;
const READY_POLL_MS = 25;
/** How long a stopped function may take before it is killed: a little more than it needs in mid-run to settle what it bought. */
export const STOP_GRACE_MS = shutdownMs.all + 500;

export interface FunctionProcess {
  /** With a slash at the end. */
  readonly url: string;
  readonly pid: number | undefined;
  /** Its exit code once it has ended and its output has been read; 1 where a signal ended it. */
  readonly ended: Promise<number>;
  readonly stop: () => Promise<void>;
}

export interface FunctionOptions {
  readonly port: number;
  readonly env: Environment;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}

/** Starts the built function as a container would, but on 127.0.0.1 only. Throws a UsageError where there is no build. */
export function startFunction({ port, env, onLine }: FunctionOptions): FunctionProcess {
  const missing = BUILT.find((path) => !existsSync(join(REPOSITORY, path)));
  if (missing !== undefined) throw new UsageError(`${missing} is missing: run "npm ci" and "npm run build" first.`);
  const args = ['--import', GUARD, 'dist/start.cjs', '--target=twittergraph', '--signature-type=http'];
  const child = spawn(process.execPath, args, {
    cwd: REPOSITORY,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // In a group of its own a Ctrl-C does not reach it, so that it ends in order, after the scheduler.
    detached: true,
  });
  for (const name of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[name] }).on('line', (line) => {
      onLine(name, line);
    });
  }
  // Writing to a function that has just ended is not worth a word: `ended` tells.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number>((resolve) => {
    child.on('error', () => {
      resolve(1);
    });
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
  });
  return { url: `http://localhost:${port}/`, pid: child.pid, ended, stop: () => stopChild(child, ended) };
}

/** Whether the function answers its readiness probe; false where it ended instead. */
export async function waitUntilReady(port: number, ended: Promise<number>): Promise<boolean> {
  const state = { ended: false };
  void ended.then(() => {
    state.ended = true;
  });
  for (;;) {
    if (await isReady(port)) return true;
    if (state.ended) return false;
    await sleep(READY_POLL_MS);
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/readiness`, { headers: { Connection: 'close' } });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function stopChild(child: ChildProcess, ended: Promise<number>): Promise<void> {
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  await ended;
  clearTimeout(kill);
}
