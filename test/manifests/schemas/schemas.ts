import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { sharedPath } from '../../support/shared.ts';
import { type Manifest, root } from '../../support/yaml.ts';
import { nameOf } from '../render.ts';
import { openCrd } from './crd.ts';
import { findTypeProblems } from './model-types.ts';

/** How an object was compared with a schema of its kind. */
export type Checked = 'kubernetes-models' | '@kubernetes-models/knative' | 'CustomResourceDefinition';

/** What the schemas say of some objects. */
export interface SchemaReport {
  readonly problems: readonly string[];
  /** By which schemas each kind (`apps/v1 Deployment`) was checked. */
  readonly checked: ReadonlyMap<string, readonly Checked[]>;
}

/** Kinds of which no well-kept package has a schema; rules of our own and review look after these. */
export const UNCHECKED_KINDS = [
  'build.openshift.io/v1 BuildConfig',
  'image.openshift.io/v1 ImageStream',
  'route.openshift.io/v1 Route',
];

const load = createRequire(import.meta.url);

/** `apps/v1 Deployment`. */
export function kindOf({ apiVersion, kind }: Manifest): string {
  return `${apiVersion} ${kind}`;
}

/** Compares objects with every schema there is of their kinds; a kind without one is a problem unless it is listed. */
export function checkSchemas(objects: readonly Manifest[]): SchemaReport {
  const kinds = [...new Set(objects.map(kindOf))].sort();
  const checked = new Map(kinds.map((kind) => [kind, findCheckers(kind)]));
  const core = objects.flatMap((object) => {
    const module = findModule('kubernetes-models', object);
    return module === undefined ? [] : [{ object, module }];
  });
  return {
    checked,
    problems: [
      ...findUnlisted(checked),
      ...findTypeProblems(core),
      ...objects.flatMap((object) => [...findModelProblems(object), ...findCrdProblems(object)]),
    ],
  };
}

function findUnlisted(checked: ReadonlyMap<string, readonly Checked[]>): string[] {
  return [...checked]
    .filter(([kind, by]) => by.length === 0 && !UNCHECKED_KINDS.includes(kind))
    .map(([kind]) => `${kind}: no schema is known, and the kind is not listed as unchecked (test/manifests/schemas/)`);
}

function findCheckers(kind: string): Checked[] {
  const [apiVersion = '', name = ''] = kind.split(' ');
  const packages = (['kubernetes-models', '@kubernetes-models/knative'] as const).filter(
    (each) => findModule(each, { apiVersion, kind: name }) !== undefined,
  );
  const crd = findCrd({ apiVersion, kind: name });
  return [...packages, ...(crd === undefined ? [] : (['CustomResourceDefinition'] as const))];
}

/** The module of a kind in one of the packages, which are laid out as groups and versions are. */
function findModule(name: string, { apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string | undefined {
  const path = `${name}/${apiVersion}/${kind}`;
  return existsSync(join(root, 'node_modules', `${path}.d.ts`)) ? path : undefined;
}

/** What the packages' own validation finds: formats of quantities and times among it, unknown fields not. */
function findModelProblems(object: Manifest): string[] {
  const module = findModule('kubernetes-models', object) ?? findModule('@kubernetes-models/knative', object);
  if (module === undefined) return [];
  const models = load(module) as Record<string, new (data: Manifest) => { validate(): void }>;
  const Model = models[object.kind];
  if (Model === undefined) throw new Error(`${module} has no ${object.kind}.`);
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [`${nameOf(object)}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function findCrdProblems(object: Manifest): string[] {
  const path = findCrd(object);
  if (path === undefined) return [];
  const [, version = object.apiVersion] = object.apiVersion.split('/');
  return openCrd(path, version)(object).map((problem) => `${nameOf(object)} ${problem}`);
}

/** The file of Knative's CustomResourceDefinition of a kind; none where the folder of the neighbours' schemas is absent. */
function findCrd({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string | undefined {
  const [group = ''] = apiVersion.split('/');
  if (!group.endsWith('.knative.dev')) return undefined;
  const folder = sharedPath(group.startsWith('serving.') ? 'schemas/serving' : 'schemas/eventing');
  const path = folder === undefined ? '' : join(folder, `${kind.toLowerCase()}.yaml`);
  return existsSync(path) ? path : undefined;
}
