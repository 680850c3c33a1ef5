import type { Manifest } from '../../support/yaml.ts';
import { containersOf, podsOf, type SecurityContext } from '../pods.ts';
import { nameOf, type Rendering } from '../render.ts';

/**
 * The volumes that restricted-v2 admits: https://github.com/openshift/cluster-kube-apiserver-operator,
 * bindata/bootkube/scc-manifests/0000_20_kube-apiserver-operator_00_scc-restricted-v2.yaml
 */
const admittedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** Why OpenShift would not admit a pod to a namespace without special rights (restricted-v2), and what is deprecated there. */
export function findOpenShiftProblems({ objects, isOpenShift }: Rendering): string[] {
  if (!isOpenShift) return [];
  const pods = podsOf(objects).flatMap((pod) => {
    const contexts = [pod.spec.securityContext, ...containersOf(pod).map(({ securityContext }) => securityContext)];
    return [...contexts.flatMap(findFixedIds), ...findVolumeProblems(pod.spec.volumes ?? [])].map(
      (problem) => `${nameOf(pod.owner)}: ${problem}`,
    );
  });
  return [...pods, ...objects.flatMap(findObjectProblems)];
}

/** The range of users and groups is the namespace's: a pod that names one of its own is refused. */
function findFixedIds(context: SecurityContext | undefined): string[] {
  const fixed = ['runAsUser', 'runAsGroup', 'fsGroup', 'supplementalGroups', 'seLinuxOptions'] as const;
  return fixed.filter((name) => context?.[name] !== undefined).map((name) => `fixes ${name}`);
}

function findVolumeProblems(volumes: readonly object[]): string[] {
  const kinds = volumes.flatMap((volume) => Object.keys(volume).filter((key) => key !== 'name'));
  return kinds.filter((kind) => !admittedVolumes.includes(kind)).map((kind) => `has a volume of the kind ${kind}`);
}

function findObjectProblems(object: Manifest): string[] {
  if (object.kind === 'DeploymentConfig')
    return [`${nameOf(object)}: deprecated since OpenShift 4.14, use a Deployment`];
  if (object.kind === 'Ingress') return [`${nameOf(object)}: use a Route`];
  if (object.kind !== 'Route') return [];
  const { tls, to } = object['spec'] as { tls?: Record<string, string>; to: { name: string } };
  return [
    ...(tls?.['termination'] === 'edge' ? [] : [`${nameOf(object)}: its TLS does not end at the edge`]),
    ...(tls?.['insecureEdgeTerminationPolicy'] === 'Allow' ? [`${nameOf(object)}: lets plain http pass`] : []),
    ...(to.name === 'grafana' ? [] : [`${nameOf(object)}: opens ${to.name} to the outside, which only Grafana is`]),
  ];
}
