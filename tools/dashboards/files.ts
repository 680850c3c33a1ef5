import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { UsageError } from '../../local/runner/options.ts';
import type { Json } from './json.ts';
import { nameOf, normaliseDashboard } from './normalise.ts';

/** A dashboard brought into form. */
export interface Normalised {
  readonly from: string;
  /** The file it is kept in. */
  readonly to: string;
  /** Whether that file says something else, or is not there. */
  readonly changed: boolean;
  readonly text: string;
}

/** The dashboards kept in a folder, as paths. */
export async function listDashboards(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}

/** Reads an export and says how it is to be kept in `folder`. Throws a `UsageError` that names the file. */
export async function normaliseFile(path: string, folder: string): Promise<Normalised> {
  const dashboard = normaliseDashboard(await readJson(path), path);
  const to = join(folder, `${nameOf(dashboard)}.json`);
  const style = await resolveConfig(import.meta.filename);
  const text = await format(JSON.stringify(dashboard), { ...style, parser: 'json' });
  const kept = await readFile(to, 'utf8').catch(() => undefined);
  return { from: path, to, changed: kept !== text, text };
}

/** Writes what has changed. */
export async function writeNormalised({ to, changed, text }: Normalised): Promise<void> {
  if (changed) await writeFile(to, text);
}

async function readJson(path: string): Promise<Json> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
