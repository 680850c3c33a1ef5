import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names that one program alone finds, each on this machine. */
export interface Hosts {
  /** The command that starts that program. */
  readonly startedBy: readonly string[];
  /** Whether the name leads here from now on; at first none does. */
  put(name: string, isKnown: boolean): void;
  close(): void;
}

/** With a file of its own in the place of /etc/hosts; nobody else sees it there. */
const withHosts = ['/bin/sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"'];

/** Names for one program, where this machine lets a program have mounts of its own. */
export function openHosts(): Hosts | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-hosts-'));
  const file = join(folder, 'hosts');
  const own = readFileSync('/etc/hosts', 'utf8');
  writeFileSync(file, own);
  const commands = [[], ['--map-root-user']].map((more) => ['unshare', '--mount', ...more, ...withHosts, file]);
  const startedBy = commands.find(([program = '', ...args]) => spawnSync(program, [...args, 'true']).status === 0);
  const close = (): void => {
    rmSync(folder, { recursive: true });
  };
  if (startedBy === undefined) {
    close();
    return undefined;
  }
  const names = new Set<string>();
  return {
    startedBy,
    put(name, isKnown) {
      if (isKnown) names.add(name);
      else names.delete(name);
      writeFileSync(file, [own, ...Array.from(names, (each) => `127.0.0.1 ${each}`), ''].join('\n'));
    },
    close,
  };
}

/** Whether this machine lets a program have names of its own. */
export function canHaveHosts(): boolean {
  const hosts = openHosts();
  hosts?.close();
  return hosts !== undefined;
}
