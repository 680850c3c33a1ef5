import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { findInfluxd } from '../setup/influxd.ts';
import { root } from '../support/yaml.ts';

/** A script of `influxdb/backup/` that runs. */
export interface Script {
  child: ChildProcess;
  /** Both streams so far. */
  output(): string;
  ended: Promise<{ code: number | null; output: string }>;
}

/** Starts a script as its container does: `sh`, and the programs of InfluxDB in the PATH. */
export function startScript(name: string, env: Readonly<Record<string, string>>, ...argv: string[]): Script {
  const child = spawn('sh', [join(root, 'influxdb', 'backup', name), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${dirname(findInfluxd() ?? '')}:/usr/local/bin:/usr/bin:/bin`, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output: text }));
  return { child, output: () => text, ended };
}

/** Runs a script to its end. */
export async function runScript(
  name: string,
  env: Readonly<Record<string, string>>,
  ...argv: string[]
): ReturnType<() => Script['ended']> {
  return startScript(name, env, ...argv).ended;
}

/** An empty folder for backups. */
export function makeBackupFolder(): string {
  return mkdtempSync(join(tmpdir(), 'twittergraph-backup-'));
}

/** What is in a folder for backups, sorted. */
export function listFolder(folder: string): string[] {
  return readdirSync(folder).sort();
}

/** The next second: backups are named by it. */
export async function nextSecond(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));
}
