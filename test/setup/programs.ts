import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, resolve } from 'node:path';

/** The absolute path of the first of `names` (a name is looked up in the PATH, a path taken as it is) that can be run. */
export function findProgram(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names
    .flatMap((name) =>
      isAbsolute(name) || name.includes('/') ? [resolve(name)] : folders.map((folder) => resolve(folder, name)),
    )
    .find(isProgram);
}

/** Whether this user may install packages without being asked for a password. */
export function canBeRoot(): boolean {
  return process.getuid?.() === 0 || spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
}

/** Runs a program as root, through sudo where needed; its output is shown only in the error it throws on failure. */
export function runAsRoot(program: string, argv: readonly string[]): void {
  if (process.getuid?.() === 0) runQuietly(program, argv);
  else runQuietly('sudo', ['-n', program, ...argv]);
}

/** Runs a program to its end; its output is shown only in the error it throws on failure. */
export function runQuietly(program: string, argv: readonly string[], folder?: string): void {
  const end = spawnSync(program, argv, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (end.error) throw new Error(`${program} cannot be run`, { cause: end.error });
  if (end.status !== 0) throw new Error(`${[program, ...argv].join(' ')} failed:\n${end.stderr.trim()}`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
