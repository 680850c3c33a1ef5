import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/yaml.ts';
import { buildFolderOf } from '../programs.ts';
import { mebibyte, type Part } from './context.ts';

/** What a production install brings, and what of it is needed: the bundle. */
export const install: Part = {
  name: 'install',
  about: 'packages and size of a production install, and of the bundle; modules loaded are in the part cold',
  isOnEveryNode: false,
  measure({ node, figures, programs }) {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
    const folders = Object.entries(lock.packages).flatMap(([path, { dev }]) => (path === '' || dev ? [] : [path]));
    const bytes = folders.reduce((sum, folder) => sum + sizeOf(join(root, folder)), 0);
    const name = programs.function.name;
    figures.add(name, 'packages', 'count', folders.length);
    figures.add(name, 'packages', 'MiB', bytes / mebibyte);
    figures.add(name, 'dist/', 'MiB', sizeOf(join(buildFolderOf(node), 'dist')) / mebibyte);
    return Promise.resolve();
  },
};

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** A folder without the packages inside it, which are counted by themselves. */
function sizeOf(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) sum += statSync(path).size;
    else if (entry.isDirectory() && entry.name !== 'node_modules') sum += sizeOf(path);
  }
  return sum;
}
