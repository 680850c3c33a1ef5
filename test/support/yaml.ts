import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { parseDocument } from 'yaml';

/** The repository's root folder. */
export const root = join(import.meta.dirname, '..', '..');

/** An object as Kubernetes takes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [key: string]: unknown;
}

/**
 * The one YAML document in a file, its path absolute or from the repository's root. Throws on errors and on warnings, a
 * key given twice among them; dates stay strings.
 */
export function readYaml(path: string): unknown {
  const document = parseDocument(readFileSync(resolve(root, path), 'utf8'), { prettyErrors: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new Error(`${path}: ${problem.message}`);
  return document.toJS() as unknown;
}
