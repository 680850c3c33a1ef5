import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What func.yaml gives. */
export const limitMiB = 256;
const mebibyte = 1_048_576;
const cgroups = '/sys/fs/cgroup/memory';

/** A cgroup with the memory that a pod has, where this process may make one. */
export function openCgroup(): string | undefined {
  const folder = join(cgroups, `twittergraph-faults-${process.pid}`);
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

/** What starts a program in a cgroup: it is in there before it is Node, which sizes its heap by what it may have. */
export function startInCgroup(cgroup: string | undefined): readonly string[] {
  return cgroup === undefined ? [] : ['/bin/sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', cgroup];
}
