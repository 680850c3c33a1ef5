import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { renderKustomization } from '../support/kustomize.ts';
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

/** What the real kustomize makes of a folder. Throws what it says when it fails. */
export function renderFolder(folder: string): Rendering {
  return { folder, objects: renderKustomization(folder), isOpenShift: /(^|\/)okd([-/]|$)/.test(folder) };
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
