import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { findFreePort, killWithThisProcess } from '../support/influxd.ts';
import { copyUpload } from './upload.ts';

/** How a builder installs; the rest of the two builds is the same. */
export const installCommands = {
  // paketo-buildpacks/npm-install: with a lock file and no node_modules
  pack: ['ci'],
  // sclorg/s2i-nodejs-container, 22-minimal/s2i/bin/assemble
  s2i: ['install'],
} as const;

/** Builds the repository in `folder` as the builder does: upload, install with dev dependencies, build, prune. */
export async function buildLike(builder: keyof typeof installCommands, folder: string): Promise<void> {
  await copyUpload(folder);
  const npm = (nodeEnv: string, ...argv: string[]): Promise<unknown> =>
    promisify(execFile)('npm', [...argv, '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: nodeEnv },
    });
  await npm('development', ...installCommands[builder]);
  await npm('production', 'run', 'build');
  await npm('production', 'prune');
}

/** Writes files as Kubernetes mounts a Secret or ConfigMap: each is a link through ..data into a hidden folder. */
export async function writeMount(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(folder, '..2026_11_23'), { recursive: true });
  await symlink('..2026_11_23', join(folder, '..data'));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, '..data', name), text);
    await symlink(join('..data', name), join(folder, name));
  }
}

/** Every file of a folder with its size and time of change. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return await Promise.all(
    files.map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return `${file} ${size} ${mtimeMs}`;
    }),
  );
}

/** A started function: its address, its process and what it printed. */
export interface Started {
  url: string;
  child: ChildProcess;
  output(): string;
}

/** Starts `command` (a line without quotes, as the builders' images do) and waits until it is ready. */
export async function startCommand(command: string, folder: string, env: Record<string, string>): Promise<Started> {
  const [program = '', ...argv] = command.split(' ');
  const port = await findFreePort();
  const child = spawn(program === 'node' ? process.execPath : program, argv, {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  killWithThisProcess(child);
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk));
  const output = (): string => Buffer.concat(printed).toString();
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`It ended: ${output()}`);
    await delay(20);
  }
  return { url, child, output };
}

/** Sends SIGTERM and waits for the end. */
export async function terminate({ child }: Started): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/readiness`).catch(() => undefined);
  return answer?.status === 200;
}
