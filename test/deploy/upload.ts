import { cp, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { root } from '../support/yaml.ts';

/** Left out whatever .funcignore says: knative/func, pkg/functions/client.go */
const alwaysIgnored = ['.git', '.func', '.funcignore', '.gitignore'];

/** The patterns of .funcignore. */
export async function readIgnorePatterns(): Promise<string[]> {
  const text = await readFile(join(root, '.funcignore'), 'utf8');
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Whether a builder leaves out what stands at `name` in the root folder, given patterns of the form /name. */
export function isIgnored(name: string, patterns: readonly string[]): boolean {
  return alwaysIgnored.includes(name) || patterns.includes(`/${name}`);
}

/** Copies what a builder would get of the repository into `folder`. */
export async function copyUpload(folder: string): Promise<void> {
  const patterns = await readIgnorePatterns();
  const isWanted = (source: string): boolean => {
    const [name = ''] = relative(root, source).split(sep);
    return !isIgnored(name, patterns);
  };
  await cp(root, folder, { recursive: true, filter: isWanted });
}
