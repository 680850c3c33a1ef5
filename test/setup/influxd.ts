import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { canBeRoot, findProgram, runAsRoot, runQuietly } from './programs.ts';

const cache = join(import.meta.dirname, '..', '..', '.cache');
const unpacked = join(cache, 'influxdb', 'usr', 'bin', 'influxd');

/** The path of an InfluxDB 1.x server: `INFLUXD_BIN`, else the PATH's, else the one unpacked in .cache/. */
export function findInfluxd(): string | undefined {
  const given = process.env['INFLUXD_BIN'];
  if (given) return findProgram([given]);
  const installed = findProgram(['influxd']);
  return installed !== undefined && isVersion1(installed) ? installed : findProgram([unpacked]);
}

/** Unpacks Debian's InfluxDB below .cache/ where none is found: nothing is installed, no service starts. Throws what to do. */
export function provideInfluxd(say: (line: string) => void): void {
  if (findInfluxd() !== undefined) return;
  const given = process.env['INFLUXD_BIN'];
  if (given) throw new Error(`INFLUXD_BIN=${given} is no program.`);
  if (!findProgram(['apt-get']) || !findProgram(['dpkg-deb'])) throw new Error(adviceWithoutApt());
  say('Downloading InfluxDB 1.6 into .cache/ (5 MB, once) …');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'download-'));
  try {
    download(folder);
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get download influxdb left no package behind.');
    runQuietly('dpkg-deb', ['-x', join(folder, archive), join(folder, 'influxdb')]);
    rmSync(join(cache, 'influxdb'), { recursive: true, force: true });
    renameSync(join(folder, 'influxdb'), join(cache, 'influxdb'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function download(folder: string): void {
  try {
    runQuietly('apt-get', ['download', 'influxdb'], folder);
  } catch (error) {
    // A fresh container has no package lists.
    if (!canBeRoot()) throw new Error(`${String(error)}\nRun: sudo apt-get update`, { cause: error });
    runAsRoot('apt-get', ['update']);
    runQuietly('apt-get', ['download', 'influxdb'], folder);
  }
}

function isVersion1(program: string): boolean {
  return /InfluxDB v?1\./.test(spawnSync(program, ['version'], { encoding: 'utf8' }).stdout);
}

function adviceWithoutApt(): string {
  const command =
    process.platform === 'darwin'
      ? 'brew install influxdb@1 && export INFLUXD_BIN="$(brew --prefix influxdb@1)/bin/influxd"'
      : 'export INFLUXD_BIN=/path/to/influxd';
  return `The tests write to a real InfluxDB 1.x and found no influxd. Run: ${command}`;
}
