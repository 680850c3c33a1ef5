import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A Node to measure on. */
export interface Node {
  readonly major: number;
  readonly path: string;
}

/** The major version of the Node that runs this. */
export const ownMajor = Number(process.versions.node.split('.')[0]);

/** This Node for its own version, else one that npm brings, once, into the user's cache. `undefined` where npm cannot. */
export function provideNode(major: number, say: (line: string) => void): Node | undefined {
  if (major === ownMajor) return { major, path: process.execPath };
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'twittergraph', `node-${major}`);
  const path = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(path)) {
    say(`Downloading Node ${major} into ${folder} (once) …`);
    mkdirSync(folder, { recursive: true });
    const install = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${major}`];
    try {
      execFileSync('npm', install, { stdio: ['ignore', 'ignore', 'pipe'] });
    } catch {
      say(`npm could not bring Node ${major}: it is left out.`);
      return undefined;
    }
  }
  return existsSync(path) ? { major, path } : undefined;
}
