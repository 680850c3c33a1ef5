import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort, killWithThisProcess } from '../support/influxd.ts';
import { tickHeaders } from '../support/tick-headers.ts';

/** A program under measurement that listens, or soon will. */
export interface Measured {
  /** Sends an event and waits for its 204; how long that took in milliseconds. Until it listens, it is asked again. Throws for another answer. */
  readonly tick: (data?: unknown) => Promise<number>;
  /** Resolves when it listens. */
  readonly untilReady: () => Promise<void>;
  /** What it has used since its start. Only once it listens: before that it may not know the signal that asks. */
  readonly use: () => Promise<Use>;
  readonly stop: () => Promise<void>;
}

/** CPU time of all threads since the start; memory now and at its peak; modules loaded: Node's own, and CommonJS files. */
export interface Use {
  readonly cpuMicros: number;
  readonly rssBytes: number;
  readonly peakBytes: number;
  readonly builtins: number;
  readonly files: number;
}

const meter = join(import.meta.dirname, 'meter.cjs');
/** The longest tick, of 100,000 accounts in a slow program, takes a tenth of it. */
const tickTimeoutMs = 120_000;
const users = { job: 'collect', collectors: ['user'], every: 900 };

/** Starts `argv` with this Node and this environment alone. */
export async function startMeasured(
  node: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Measured> {
  const port = await findFreePort();
  const child = spawn(node, ['--require', meter, ...argv], {
    env: { NODE_ENV: 'production', ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  killWithThisProcess(child);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async tick(data = users) {
      const startedAt = performance.now();
      const status = await untilListening(child, () => postEvent(port, agent, JSON.stringify(data)));
      if (status !== 204) throw new Error(`${argv.join(' ')} answered an event with ${status}.`);
      return performance.now() - startedAt;
    },
    async untilReady() {
      await untilListening(child, () => connectOnce(port));
    },
    use: () => readUse(child),
    async stop() {
      agent.destroy();
      const ended = once(child, 'exit');
      if (child.kill('SIGKILL')) await ended;
    },
  };
}

async function untilListening<T>(child: ChildProcess, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
    }
    checkAlive(child);
    await wait(1);
  }
}

function checkAlive({ exitCode, signalCode, spawnargs }: ChildProcess): void {
  if (exitCode !== null || signalCode !== null) throw new Error(`${spawnargs.join(' ')} has ended.`);
}

async function connectOnce(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}

async function readUse(child: ChildProcess): Promise<Use> {
  checkAlive(child);
  const stop = new AbortController();
  const told = once(child.stdio[3] as Readable, 'data', stop);
  const ended = once(child, 'exit', stop).then(() => {
    checkAlive(child);
  });
  child.kill('SIGUSR2');
  try {
    await Promise.race([told, ended]);
    return JSON.parse(String((await told)[0])) as Use;
  } finally {
    stop.abort();
  }
}

function postEvent(port: number, agent: Agent, body: string): Promise<number> {
  const headers = tickHeaders();
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method: 'POST', agent, headers, timeout: tickTimeoutMs };
    const outgoing = request(options, (answer) => {
      answer.resume().once('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('it did not answer an event in time')));
    outgoing.once('error', reject).end(body);
  });
}
