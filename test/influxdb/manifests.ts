import { renderKustomization } from '../support/kustomize.ts';
import type { Manifest } from '../support/yaml.ts';

/** The parts of a pod's specification that are looked at here. */
export interface PodSpec {
  securityContext: Record<string, unknown>;
  containers: Container[];
  volumes: Volume[];
  enableServiceLinks: boolean;
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  env?: { name: string; value?: string; valueFrom?: { configMapKeyRef?: { name: string; key: string } } }[];
  ports?: { name: string; containerPort: number }[];
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}

export interface Volume {
  name: string;
  secret?: { secretName: string; items: { key: string; path: string }[] };
  configMap?: { name: string };
  emptyDir?: object;
  persistentVolumeClaim?: { claimName: string };
}

/** What a kustomization below influxdb/ makes. */
export interface Rendering {
  objects: Manifest[];
  /** Throws where there is none. */
  find: (kind: string, name: string) => Manifest;
  /** The pod that an object makes. */
  podOf: (kind: string, name: string) => PodSpec;
  /** What the ConfigMap holds that a generator makes: its name ends in a hash. */
  dataOf: (name: string) => Record<string, string>;
}

export function render(folder: string): Rendering {
  const objects = renderKustomization(folder);
  const find = (kind: string, name: string): Manifest => {
    const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
    if (!found) throw new Error(`${folder} makes no ${kind} ${name}`);
    return found;
  };
  return {
    objects,
    find,
    podOf: (kind, name) => {
      const { template, jobTemplate } = find(kind, name)['spec'] as {
        template?: { spec: PodSpec };
        jobTemplate?: { spec: { template: { spec: PodSpec } } };
      };
      const spec = (template ?? jobTemplate?.spec.template)?.spec;
      if (!spec) throw new Error(`${kind} ${name} makes no pod`);
      return spec;
    },
    dataOf: (name) => {
      const isIt = ({ kind, metadata }: Manifest): boolean =>
        kind === 'ConfigMap' && new RegExp(`^${name}-[a-z0-9]{10}$`).test(metadata.name);
      return (objects.find(isIt)?.['data'] ?? {}) as Record<string, string>;
    },
  };
}

/** Container of that name. Throws where there is none. */
export function containerOf(pod: PodSpec, name: string): Container {
  const found = pod.containers.find((container) => container.name === name);
  if (!found) throw new Error(`no container ${name}`);
  return found;
}

/** Variables with a value of their own. */
export function variablesOf({ env = [] }: Container): Record<string, string> {
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}
