import type { Manifest } from '../support/yaml.ts';

/** The parts of a container that are looked at here. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly { secretRef?: { name: string } }[];
  readonly ports?: readonly { name?: string; containerPort: number }[];
  readonly volumeMounts?: readonly { name: string; mountPath: string; readOnly?: boolean }[];
  readonly resources?: { requests?: Record<string, unknown>; limits?: Record<string, unknown> };
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly securityContext?: SecurityContext;
}

/** A variable of a container. */
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { secretKeyRef?: { name: string; key: string } };
}

/** Of a pod or of a container: a container's wins. */
export interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly supplementalGroups?: readonly number[];
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { drop?: readonly string[]; add?: readonly string[] };
  readonly seccompProfile?: { type?: string };
  readonly seLinuxOptions?: object;
}

/** A volume: its name and one key that says of which kind it is. */
export interface Volume {
  readonly name: string;
  readonly secret?: { secretName: string; items?: readonly { key: string }[] };
  readonly configMap?: { name: string };
  readonly projected?: { sources: readonly { secret?: { name: string; items?: readonly { key: string }[] } }[] };
}

/** The parts of a pod's specification that are looked at here. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: SecurityContext;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
}

/** A pod that a workload makes. */
export interface Pod {
  readonly owner: Manifest;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  /** A Knative Service's pod is made by Serving, which allows only some fields; a Job's pod ends by itself. */
  readonly kind: 'service' | 'job' | 'function';
}

interface Template {
  metadata?: { labels?: Record<string, string> };
  spec: PodSpec;
}

/** The pods that objects make, one for each workload. */
export function podsOf(objects: readonly Manifest[]): Pod[] {
  return objects.flatMap((owner) => {
    const found = templateOf(owner);
    if (found === undefined) return [];
    const { template, kind } = found;
    return [{ owner, labels: template.metadata?.labels ?? {}, spec: template.spec, kind }];
  });
}

/** All containers of a pod, those that start it among them. */
export function containersOf({ spec }: Pod): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

function templateOf(object: Manifest): { template: Template; kind: Pod['kind'] } | undefined {
  const spec = object['spec'] as { template: Template; jobTemplate: { spec: { template: Template } } };
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return { template: spec.template, kind: 'service' };
    case 'Job':
      return { template: spec.template, kind: 'job' };
    case 'CronJob':
      return { template: spec.jobTemplate.spec.template, kind: 'job' };
    case 'Pod':
      return { template: object as unknown as Template, kind: 'service' };
    default:
      return object.apiVersion.startsWith('serving.knative.dev/')
        ? { template: spec.template, kind: 'function' }
        : undefined;
  }
}
