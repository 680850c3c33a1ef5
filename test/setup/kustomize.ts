import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { canBeRoot, findProgram, runAsRoot, runQuietly } from './programs.ts';

/** A kustomize of version 5 or later: `program ...argv FOLDER` prints what is in a folder's kustomization. */
export interface Kustomize {
  readonly program: string;
  readonly argv: readonly string[];
}

const cache = join(import.meta.dirname, '..', '..', '.cache', 'kustomize');
const goModule = 'sigs.k8s.io/kustomize/kustomize/v5';

/** `KUSTOMIZE_BIN`, else the PATH's kustomize, else the one in its kubectl, else the one built in .cache/; older than 5 does not count. */
export function findKustomize(): Kustomize | undefined {
  const given = process.env['KUSTOMIZE_BIN'];
  if (given) return asKustomize(findProgram([given]));
  const installed = findProgram(['kustomize']);
  if (installed !== undefined && isRecent(installed, ['version'])) return asKustomize(installed);
  const kubectl = findProgram(['kubectl']);
  // Its last line is "Kustomize Version: v5.5.0"; a kubectl before 1.27 has 4 or less, one before 1.24 does not say.
  if (kubectl !== undefined && isRecent(kubectl, ['version', '--client'], 'Kustomize Version: '))
    return { program: kubectl, argv: ['kustomize'] };
  return asKustomize(findProgram([join(cache, 'kustomize')]));
}

/** Builds kustomize below .cache/ from its Go module where none is found, with Debian's Go where there is none. Throws what to do. */
export function provideKustomize(say: (line: string) => void): void {
  if (findKustomize() !== undefined) return;
  const given = process.env['KUSTOMIZE_BIN'];
  if (given) throw new Error(`KUSTOMIZE_BIN=${given} is no program.`);
  const go = findGo() ?? installGo(say);
  const version = `${goModule}@${isRecentGo(go) ? 'v5.8.1' : 'v5.0.1'}`;
  say(`Building ${version} into .cache/ (once, about a minute) …`);
  mkdirSync(cache, { recursive: true });
  runQuietly('env', [`GOBIN=${cache}`, 'CGO_ENABLED=0', go, 'install', version]);
  if (findKustomize() === undefined) throw new Error(`${go} install ${version} left no kustomize in ${cache}.`);
}

function asKustomize(program: string | undefined): Kustomize | undefined {
  return program === undefined ? undefined : { program, argv: ['build'] };
}

function isRecent(program: string, argv: readonly string[], before = ''): boolean {
  const { stdout } = spawnSync(program, argv, { encoding: 'utf8' });
  const [, major] = new RegExp(`${before}v(\\d+)\\.\\d+\\.\\d+`).exec(stdout) ?? [];
  return Number(major) >= 5;
}

function findGo(): string | undefined {
  return findProgram(['go', '/usr/local/go/bin/go']);
}

function installGo(say: (line: string) => void): string {
  if (!findProgram(['apt-get']) || !canBeRoot()) throw new Error(adviceByHand());
  say('Installing Go, to build kustomize (once) …');
  runAsRoot('apt-get', ['update']);
  runAsRoot('apt-get', ['install', '-y', '--no-install-recommends', 'golang-go']);
  const go = findGo();
  if (go === undefined) throw new Error('apt-get installed golang-go, but no program go is there.');
  return go;
}

/** Go gets the toolchain that a module asks for by itself since 1.21; Debian 12 has 1.19, for which 5.0.1 is the last. */
function isRecentGo(go: string): boolean {
  const [, minor] = /go1\.(\d+)/.exec(spawnSync(go, ['version'], { encoding: 'utf8' }).stdout) ?? [];
  return Number(minor) >= 21;
}

function adviceByHand(): string {
  const command = findProgram(['apt-get'])
    ? 'sudo apt-get update && sudo apt-get install -y --no-install-recommends golang-go'
    : process.platform === 'darwin'
      ? 'brew install kustomize'
      : 'export KUSTOMIZE_BIN=/path/to/kustomize';
  return `The tests render the manifests and found neither kustomize or kubectl with version 5, nor Go to build it. Run: ${command}`;
}
