import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { findFreePort, killWithThisProcess } from '../support/influxd.ts';

/** What one process needed: milliseconds, MiB after the events. */
export interface Sample {
  coldCpuMs: number;
  coldWallMs: number;
  firstEventCpuMs: number;
  eventCpuMs: number;
  eventWallMs: number;
  rssMiB: number;
}

interface Usage {
  cpuMicros: number;
  rssBytes: number;
}

/** Starts `argv` under node, waits until it is ready, sends one event, then `events` more, and ends it. Throws when an event is not answered with 204. */
export async function measure(argv: readonly string[], env: Record<string, string>, events: number): Promise<Sample> {
  const port = await findFreePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--require', join(import.meta.dirname, 'meter.cjs'), ...argv], {
    env: { NODE_ENV: 'production', ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  killWithThisProcess(child);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    while ((await ask(port, agent, 'GET').catch(() => 0)) !== 200) await waitALittle(child);
    const coldWallMs = performance.now() - startedAt;
    const cold = await readUsage(child);
    await sendEvents(port, agent, 1);
    const first = await readUsage(child);
    const sendingAt = performance.now();
    await sendEvents(port, agent, events);
    const eventWallMs = (performance.now() - sendingAt) / events;
    const last = await readUsage(child);
    return {
      coldCpuMs: cold.cpuMicros / 1000,
      coldWallMs,
      firstEventCpuMs: (first.cpuMicros - cold.cpuMicros) / 1000,
      eventCpuMs: (last.cpuMicros - first.cpuMicros) / 1000 / events,
      eventWallMs,
      rssMiB: last.rssBytes / 2 ** 20,
    };
  } finally {
    agent.destroy();
    const ended = once(child, 'exit');
    if (child.kill('SIGKILL')) await ended;
  }
}

async function waitALittle(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`);
  await delay(2);
}

async function sendEvents(port: number, agent: Agent, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    const status = await ask(port, agent, 'POST');
    if (status !== 204) throw new Error(`An event was answered with ${status}.`);
  }
}

async function readUsage(child: ChildProcess): Promise<Usage> {
  const meter = child.stdio[3] as Readable;
  const told = once(meter, 'data');
  child.kill('SIGUSR2');
  const [line] = (await told) as [Buffer];
  return JSON.parse(line.toString()) as Usage;
}

function ask(port: number, agent: Agent, method: 'GET' | 'POST'): Promise<number> {
  const body = method === 'POST' ? '{"job":"collect","collectors":["user"],"every":900}' : undefined;
  const event = {
    'ce-id': randomUUID(),
    'ce-source': '/apis/v1/namespaces/default/pingsources/twittergraph-users',
    'ce-specversion': '1.0',
    'ce-time': new Date().toISOString(),
    'ce-type': 'dev.knative.sources.ping',
    'content-type': 'application/json',
  };
  const path = method === 'POST' ? '/' : '/health/readiness';
  const options = { host: '127.0.0.1', port, path, method, agent, headers: body === undefined ? {} : event };
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (answer) => {
      answer.resume().once('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    });
    outgoing.once('error', reject).end(body);
  });
}
