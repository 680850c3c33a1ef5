import { spawnSync } from 'node:child_process';

import { parseAllDocuments } from 'yaml';

import { findProgram } from '../setup/programs.ts';
import { type Manifest, root } from './yaml.ts';

/**
 * The objects that the real kustomize makes of a folder of the repository: `KUSTOMIZE_BIN`, else `kustomize` or
 * `kubectl` of the PATH. Throws what kustomize says, and where there is none of them.
 */
export function renderKustomization(folder: string): Manifest[] {
  const given = process.env['KUSTOMIZE_BIN'];
  const kustomize = findProgram(given ? [given] : ['kustomize']);
  const program = kustomize ?? findProgram(['kubectl']);
  if (program === undefined) throw new Error('There is neither kustomize nor kubectl: set KUSTOMIZE_BIN.');
  const argv = kustomize === undefined ? ['kustomize', folder] : ['build', folder];
  const end = spawnSync(program, argv, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (end.status !== 0) throw new Error(`${[program, ...argv].join(' ')}: ${end.stderr || String(end.error)}`);
  return parseAllDocuments(end.stdout).map((document) => document.toJS() as Manifest);
}
