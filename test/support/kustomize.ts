import { spawnSync } from 'node:child_process';

import { parseAllDocuments } from 'yaml';

import { findKustomize } from '../setup/kustomize.ts';
import { type Manifest, root } from './yaml.ts';

/** The objects that the real kustomize makes of a folder, which is absolute or of the repository. Throws what it says when it fails. */
export function renderKustomization(folder: string): Manifest[] {
  const kustomize = findKustomize();
  if (kustomize === undefined) throw new Error('No kustomize found: run `npm test` once, or set KUSTOMIZE_BIN.');
  const { program, argv } = kustomize;
  const end = spawnSync(program, [...argv, folder], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (end.status !== 0) throw new Error(`${folder}: ${end.error?.message ?? end.stderr.trim()}`);
  return parseManifests(end.stdout);
}

/** The objects in a text of one or more YAML documents. Throws on errors, on warnings and on what is no object of Kubernetes. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new Error(problem.message);
    const object = document.toJS() as Partial<Manifest> | null;
    if (!object?.apiVersion || !object.kind || !object.metadata?.name) throw new Error('a document is no object');
    return object as Manifest;
  });
}
