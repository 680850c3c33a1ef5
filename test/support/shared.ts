import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const said = new Set<string>();

/**
 * The path of `relative` in the folder `shared` beside the repository (or `SHARED_DIR`), where the published schemas
 * and recorded answers of the neighbours lie. Where the folder is absent: undefined, after saying once what is left
 * out, but with `REQUIRE_SHARED=1` it throws. Throws too where the folder is there and lacks the file.
 */
export function sharedPath(relative: string): string | undefined {
  const folder = resolve(process.env['SHARED_DIR'] ?? join(import.meta.dirname, '..', '..', '..', 'shared'));
  const path = join(folder, relative);
  if (existsSync(path)) return path;
  if (existsSync(folder)) throw new Error(`${folder} has no ${relative}.`);
  if (process.env['REQUIRE_SHARED'] === '1') throw new Error(`REQUIRE_SHARED=1, but there is no folder ${folder}.`);
  if (!said.has(relative)) process.stderr.write(`Left out for want of ${folder}: what is compared with ${relative}.\n`);
  said.add(relative);
  return undefined;
}
