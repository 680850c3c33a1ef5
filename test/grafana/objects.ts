import type { Manifest } from '../support/yaml.ts';

/** What the tests read of each kind of object in grafana/. */
export interface Kinds {
  ConfigMap: ConfigMap;
  Deployment: Deployment;
  ImageStream: ImageStream;
  Ingress: Ingress;
  NetworkPolicy: NetworkPolicy;
  Route: Route;
  Service: Service;
}

export interface Volume {
  name: string;
  emptyDir?: { sizeLimit?: string };
  secret?: { secretName: string; items: { key: string; path: string }[]; optional?: boolean };
  configMap?: { name: string; items?: { key: string; path: string }[] };
  projected?: { sources: { configMap: { name: string } }[] };
}

export interface Probe {
  httpGet: { path: string; port: string };
}

export interface Container {
  name: string;
  image: string;
  ports: { name: string; containerPort: number }[];
  env?: unknown[];
  envFrom: { configMapRef: { name: string } }[];
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[];
}

export interface Deployment extends Manifest {
  spec: {
    replicas: number;
    strategy: { type: string };
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: { containers: Container[]; volumes: Volume[]; securityContext: Record<string, unknown> } & Record<
        string,
        unknown
      >;
    };
  };
}

export interface ConfigMap extends Manifest {
  data: Record<string, string>;
}

export interface Peer {
  podSelector?: { matchLabels?: Record<string, string> };
  namespaceSelector?: { matchLabels: Record<string, string> };
}

export interface Port {
  protocol: string;
  port: number;
}

export interface NetworkPolicy extends Manifest {
  spec: {
    podSelector: { matchLabels: Record<string, string> };
    policyTypes: string[];
    ingress: { from: Peer[]; ports: Port[] }[];
    egress: { to?: Peer[]; ports: Port[] }[];
  };
}

export interface Service extends Manifest {
  spec: { selector: Record<string, string>; ports: { name: string; port: number; targetPort: string }[] };
}

export interface Ingress extends Manifest {
  spec: {
    tls: { hosts: string[] }[];
    rules: { host: string; http: { paths: { backend: { service: { name: string; port: { name: string } } } }[] } }[];
  };
}

export interface Route extends Manifest {
  spec: { host: string; port: { targetPort: string }; to: { kind: string; name: string }; tls: Record<string, string> };
}

export interface ImageStream extends Manifest {
  spec: { tags: { name: string; from: { kind: string; name: string } }[] };
}
