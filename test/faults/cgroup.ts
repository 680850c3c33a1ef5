import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What func.yaml gives. */
export const limitMiB = 256;
const mebibyte = 1_048_576;
const cgroups = '/sys/fs/cgroup/memory';

/** A cgroup of this name with the memory that a pod has, where this process may make one. */
export function openCgroup(name: string): string | undefined {
  const folder = join(cgroups, `twittergraph-faults-${process.pid}-${name}`);
  try {
    if (!existsSync(join(cgroups, 'memory.limit_in_bytes'))) return undefined;
    mkdirSync(folder);
    writeFileSync(join(folder, 'memory.limit_in_bytes'), String(limitMiB * mebibyte));
    readFileSync(join(folder, 'cgroup.procs'));
    return folder;
  } catch {
    return undefined;
  }
}

/** Removes one in which nothing runs any more. */
export function closeCgroup(cgroup: string | undefined): void {
  if (cgroup !== undefined) rmdirSync(cgroup);
}

/** What starts a program in a cgroup: it is in there before it is Node, which sizes its heap by what it may have. */
export function startInCgroup(cgroup: string | undefined): readonly string[] {
  return cgroup === undefined ? [] : ['/bin/sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', cgroup];
}
