import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseAllDocuments, parse } from 'yaml';

import { findKustomize } from '../setup/kustomize.ts';
import { type Manifest, root } from '../support/yaml.ts';

/** What a kustomization makes: the objects that `kubectl apply -k FOLDER` sends. */
export interface Rendering {
  /** The kustomization's folder, from the repository's root. */
  readonly folder: string;
  readonly objects: readonly Manifest[];
  /** Whether it is meant for OpenShift or OKD, whose default admission (restricted-v2) sets the user itself. */
  readonly isOpenShift: boolean;
}

/** The folders in which the manifests lie. */
export const MANIFEST_FOLDERS = ['knative', 'influxdb', 'grafana'];

/** Every folder with a kustomization below the folders of manifests, components left out: those make nothing by themselves. */
export function findKustomizations(): string[] {
  return MANIFEST_FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => listFolders(folder))
    .filter((folder) => readKind(folder) === 'Kustomization')
    .sort();
}

/** Runs the real kustomize. Throws what it says when it fails. */
export function renderKustomization(folder: string): Rendering {
  const kustomize = findKustomize();
  if (kustomize === undefined) throw new Error('No kustomize found: run `npm test` once, or set KUSTOMIZE_BIN.');
  const { program, argv } = kustomize;
  const end = spawnSync(program, [...argv, folder], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (end.status !== 0) throw new Error(`${folder}: ${end.error?.message ?? end.stderr.trim()}`);
  return { folder, objects: parseManifests(end.stdout), isOpenShift: /(^|\/)okd([-/]|$)/.test(folder) };
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

/** `Kind name`, as problems call an object. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}

function listFolders(folder: string): string[] {
  const inside = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inside.flatMap(({ name }) => listFolders(`${folder}/${name}`))];
}

function readKind(folder: string): string | undefined {
  const path = join(root, folder, 'kustomization.yaml');
  if (!existsSync(path)) return undefined;
  return (parse(readFileSync(path, 'utf8')) as { kind?: string }).kind ?? 'Kustomization';
}
