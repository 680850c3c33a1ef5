import { execFile } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_POLL_MS = 250;

/** Resolves with the reason when the user wants an end; a second signal ends the process on the spot. */
export function waitForStop(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (asked) process.exit(1);
        asked = true;
        resolve(signal);
      });
    }
    // Nobody reads the output any more.
    process.stdout.on('error', () => {
      resolve('the output was closed');
    });
    watchParents(resolve);
  });
}

/**
 * Between npm and this process stands a shell. What ends npm alone (a SIGTERM, which it passes to the shell only, or a
 * kill) never arrives here: a new parent shows that the shell is gone, and npm is looked at by its id.
 */
function watchParents(resolve: (reason: string) => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  let npm: number | undefined;
  // Without ps only the shell is watched.
  execFile('ps', ['-o', 'ppid=', '-p', String(parent)], (_error, stdout) => {
    npm = Number(stdout) || undefined;
  });
  setInterval(() => {
    if (process.ppid !== parent || (npm !== undefined && !isAlive(npm))) resolve('npm ended');
  }, PARENT_POLL_MS).unref();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
