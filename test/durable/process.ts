import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { killWithThisProcess } from '../support/influxd.ts';
import { root } from '../support/yaml.ts';

/** A process that is killed and started again: its port and its data stay. */
export interface Process {
  readonly name: string;
  readonly url: string;
  pid(): number;
  /** Starts it, and waits until it answers. Throws its last output where it ends instead. */
  start(): Promise<void>;
  /** As a node does that runs out of memory: nothing is said to it before. */
  kill(): Promise<void>;
}

/** What it takes to start one. */
export interface ProcessOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  /** Whether it answers. */
  readonly isReady: () => Promise<boolean>;
  readonly onLine?: (line: string) => void;
}

const startTimeoutMs = 90_000;
const keptLines = 40;

/** A process that is not started yet. */
export function defineProcess({ name, command, env, url, isReady, onLine }: ProcessOptions): Process {
  const lines: string[] = [];
  let child: ChildProcess | undefined;
  const hear = (line: string): void => {
    lines.push(line);
    lines.splice(0, lines.length - keptLines);
    onLine?.(line);
  };
  const start = async (): Promise<void> => {
    const [program = '', ...args] = command;
    const started = spawn(program, args, { cwd: root, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    killWithThisProcess(started);
    for (const input of [started.stdout, started.stderr]) createInterface({ input }).on('line', hear);
    const givenUpAt = Date.now() + startTimeoutMs;
    while (Date.now() < givenUpAt && started.exitCode === null) {
      if (await isReady().catch(() => false)) return;
      await wait(50);
    }
    started.kill('SIGKILL');
    throw new Error(`${name} did not start:\n${lines.join('\n')}`);
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  return { name, url, start, kill, pid: () => child?.pid ?? 0 };
}

/** Whether the address answers a GET with success. */
export async function isAnswering(url: string): Promise<boolean> {
  return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
}
