import type { Manifest } from '../support/yaml.ts';

/** What is left out of the comparison of two Services: what the cluster writes, and what func observes of its own deploy. */
export const IGNORED = [
  'status, uid, times, versions, managedFields, namespace: the cluster writes them',
  'annotations serving.knative.dev/creator and lastModifier: the cluster writes them',
  'labels app.kubernetes.io/…: all our objects bear them, func knows them not',
  'env BUILT: the time of the deploy, by which func makes a new revision',
  'image: each of the two names its own',
];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Every path at which two Services, as the cluster has them, differ, with both values. */
export function findServiceDifferences(one: Manifest, other: Manifest): string[] {
  return compare('', normalise(one), normalise(other));
}

function normalise({ apiVersion, kind, metadata, spec }: Manifest): Json {
  const { name, labels = {}, annotations = {} } = metadata;
  const copy = structuredClone(spec) as { template: { spec: { containers: Container[] } } };
  for (const container of copy.template.spec.containers) {
    delete container.image;
    container.env = (container.env ?? []).filter((variable) => variable.name !== 'BUILT');
  }
  const keep = (from: Record<string, string>, left: RegExp): Record<string, string> =>
    Object.fromEntries(Object.entries(from).filter(([key]) => !left.test(key)));
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      labels: keep(labels, /^app\.kubernetes\.io\//),
      annotations: keep(annotations, /^serving\.knative\.dev\/(creator|lastModifier)$/),
    },
    spec: copy as unknown as Json,
  };
}

interface Container {
  image?: string;
  env?: { name: string }[];
}

function compare(path: string, one: Json | undefined, other: Json | undefined): string[] {
  if (isObject(one) && isObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return keys.flatMap((key) => compare(path === '' ? key : `${path}.${key}`, one[key], other[key]));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return Array.from({ length: Math.max(one.length, other.length) }).flatMap((_, index) =>
      compare(`${path}.${index}`, one[index], other[index]),
    );
  }
  const [left, right] = [toText(one), toText(other)];
  return left === right ? [] : [`${path}: ${left} and ${right}`];
}

function toText(value: Json | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
