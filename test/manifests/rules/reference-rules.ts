import type { Manifest } from '../../support/yaml.ts';
import { containersOf, type Pod, podsOf } from '../pods.ts';
import { nameOf, type Rendering } from '../render.ts';
import type { Facts } from '../facts.ts';

interface Ref {
  apiVersion: string;
  kind: string;
  name: string;
}

/** Events that would be sent to nobody: sinks, brokers and subscribers that are neither in the rendering nor func.yaml's Service. */
export function findLostEvents({ objects }: Rendering, { functionName }: Facts): string[] {
  const service = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: functionName };
  const there = [
    service,
    ...objects.map(({ apiVersion, kind, metadata }) => ({ apiVersion, kind, name: metadata.name })),
  ];
  return objects.flatMap((object) =>
    eventTargetsOf(object)
      .filter((ref) => !there.some((each) => isSame(each, ref)))
      .map((ref) => `${nameOf(object)} sends to ${ref.kind} ${ref.name}, which is not there`),
  );
}

function eventTargetsOf(object: Manifest): Ref[] {
  const spec = (object['spec'] ?? {}) as {
    sink?: { ref?: Ref };
    subject?: Ref;
    broker?: string;
    subscriber?: { ref?: Ref };
    delivery?: { deadLetterSink?: { ref?: Ref } };
  };
  if (object.kind === 'PingSource') return spec.sink?.ref ? [spec.sink.ref] : [];
  if (object.kind === 'SinkBinding') return [spec.sink?.ref, spec.subject].filter((ref) => ref !== undefined);
  if (object.kind !== 'Trigger' && object.kind !== 'Broker') return [];
  const broker =
    spec.broker === undefined ? [] : [{ apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: spec.broker }];
  return [...broker, spec.subscriber?.ref, spec.delivery?.deadLetterSink?.ref].filter((ref) => ref !== undefined);
}

function isSame(one: Ref, other: Ref): boolean {
  return one.apiVersion === other.apiVersion && one.kind === other.kind && one.name === other.name;
}

/** A use of a Secret; without a key, as a mounted folder or imported whole. */
interface SecretUse {
  readonly owner: Manifest;
  readonly name: string;
  readonly key?: string;
}

/** Secrets and keys that no README creates and the function does not know: an operator would not know what to put there. */
export function findUnknownSecrets({ objects }: Rendering, facts: Facts): string[] {
  const problems = secretUsesOf(objects).flatMap(({ owner, name, key }) => {
    const documented = facts.documentedSecrets.get(name);
    if (documented === undefined) return [`${nameOf(owner)}: no README creates the Secret ${name}`];
    if (key === undefined || documented.has(key) || facts.variables.has(key)) return [];
    return [
      `${nameOf(owner)}: no README says what ${key} in the Secret ${name} is, and it is no variable of the function`,
    ];
  });
  return [...new Set(problems)];
}

function secretUsesOf(objects: readonly Manifest[]): SecretUse[] {
  return podsOf(objects).flatMap((pod) => [...variableUsesOf(pod), ...folderUsesOf(pod, objects)]);
}

function variableUsesOf(pod: Pod): SecretUse[] {
  return containersOf(pod).flatMap(({ env = [], envFrom = [] }) => [
    ...env.flatMap(({ valueFrom }) =>
      valueFrom?.secretKeyRef ? [{ owner: pod.owner, ...valueFrom.secretKeyRef }] : [],
    ),
    ...envFrom.flatMap(({ secretRef }) => (secretRef ? [{ owner: pod.owner, name: secretRef.name }] : [])),
  ]);
}

/** The files of a mounted Secret are its keys: those listed, and those that any text of the rendering names by their path. */
function folderUsesOf(pod: Pod, objects: readonly Manifest[]): SecretUse[] {
  const { owner, spec } = pod;
  return (spec.volumes ?? []).flatMap((volume) => {
    const sources = volume.secret
      ? [{ name: volume.secret.secretName, items: volume.secret.items }]
      : (volume.projected?.sources ?? []).flatMap(({ secret }) => (secret ? [secret] : []));
    const paths = containersOf(pod)
      .flatMap(({ volumeMounts = [] }) => volumeMounts)
      .filter(({ name }) => name === volume.name)
      .map(({ mountPath }) => mountPath);
    return sources.flatMap(({ name, items }) => [
      { owner, name },
      ...(items ?? paths.flatMap((path) => filesNamedBelow(path, objects))).map(({ key }) => ({ owner, name, key })),
    ]);
  });
}

function filesNamedBelow(path: string, objects: readonly Manifest[]): { key: string }[] {
  const start = `${path.replace(/\/$/, '')}/`;
  const texts = objects.map((object) => JSON.stringify(object));
  const ends = texts.flatMap((text) => text.split(start).slice(1));
  const keys = ends.map((end) => /^[A-Za-z0-9][\w.-]*(?![\w/])/.exec(end)?.[0] ?? '').filter((key) => key !== '');
  return [...new Set(keys)].map((key) => ({ key }));
}

/** ConfigMaps that pods mount and that neither the rendering has nor a README creates. */
export function findUnknownConfigMaps({ objects }: Rendering, { documentedConfigMaps }: Facts): string[] {
  const there = objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
  return podsOf(objects).flatMap(({ owner, spec }) =>
    (spec.volumes ?? [])
      .flatMap(({ configMap }) => (configMap ? [configMap.name] : []))
      .filter((name) => !there.includes(name) && !documentedConfigMaps.has(name))
      .map((name) => `${nameOf(owner)}: the ConfigMap ${name} is neither rendered nor created by a README`),
  );
}
