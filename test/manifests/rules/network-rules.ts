import type { Manifest } from '../../support/yaml.ts';
import { type Pod, podsOf } from '../pods.ts';
import { nameOf, type Rendering } from '../render.ts';

type Labels = Readonly<Record<string, string>>;
type Port = number | string;

interface ServiceSpec {
  selector?: Labels;
  ports: { port: number; targetPort?: Port }[];
}

interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

interface PolicySpec {
  podSelector: Selector;
  ingress?: { ports?: { port?: Port }[] }[];
}

/** Where a Service reaches no pod, or where the pods' NetworkPolicy lets in other ports than the Services send to. */
export function findNetworkProblems({ objects }: Rendering): string[] {
  // Knative makes the Services of a function itself.
  const all = podsOf(objects);
  const pods = all.filter(({ kind }) => kind !== 'function');
  const services = objects.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Service');
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  return [
    ...services.flatMap((service) => findServiceProblems(service, pods)),
    ...policies.flatMap((policy) =>
      all.some((pod) => isChosen(policy, pod)) ? [] : [`${nameOf(policy)} selects no pod`],
    ),
    ...pods.flatMap((pod) => findPolicyProblems(pod, services, policies)),
  ];
}

function findServiceProblems(service: Manifest, pods: readonly Pod[]): string[] {
  const { selector, ports } = service['spec'] as ServiceSpec;
  const behind = pods.filter((pod) => selector !== undefined && isSelected(selector, pod));
  if (behind.length === 0) return [`${nameOf(service)} selects no pod`];
  return behind.flatMap((pod) =>
    ports
      .filter(({ port, targetPort }) => resolvePort(pod, targetPort ?? port) === undefined)
      .map(({ port, targetPort }) => `${nameOf(service)}: ${nameOf(pod.owner)} has no port ${targetPort ?? port}`),
  );
}

function findPolicyProblems(pod: Pod, services: readonly Manifest[], policies: readonly Manifest[]): string[] {
  const own = policies.filter((policy) => isChosen(policy, pod));
  const open = own.flatMap((policy) => {
    const { ingress = [] } = policy['spec'] as PolicySpec;
    return ingress.flatMap(({ ports }) => ports?.map(({ port }) => port ?? 'every port') ?? ['every port']);
  });
  const reached = services
    .map((service) => service['spec'] as ServiceSpec)
    .filter(({ selector }) => selector !== undefined && isSelected(selector, pod))
    .flatMap(({ ports }) => ports.map(({ port, targetPort }) => targetPort ?? port));
  if (own.length === 0) return reached.length === 0 ? [] : [`${nameOf(pod.owner)} has no NetworkPolicy`];
  const [isOpen, isReached] = [open, reached].map((ports) => sortPorts(pod, ports));
  return isOpen === isReached
    ? []
    : [
        `${nameOf(pod.owner)}: its NetworkPolicy opens ${isOpen || 'no port'}, its Services send to ${isReached || 'no port'}`,
      ];
}

function sortPorts(pod: Pod, ports: readonly Port[]): string {
  const numbers = ports.map((port) => String(resolvePort(pod, port) ?? port));
  return [...new Set(numbers)].sort().join(', ');
}

/** The number of a port that a container of the pod has, by its name or number. */
function resolvePort({ spec }: Pod, wanted: Port): number | undefined {
  const ports = spec.containers.flatMap((container) => container.ports ?? []);
  return ports.find(({ name, containerPort }) => name === wanted || containerPort === wanted)?.containerPort;
}

function isChosen(policy: Manifest, pod: Pod): boolean {
  const { matchLabels = {}, matchExpressions = [] } = (policy['spec'] as PolicySpec).podSelector;
  return isSelected(matchLabels, pod) && matchExpressions.every((expression) => isMet(expression, pod));
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement */
function isMet(
  { key, operator, values = [] }: Required<Selector>['matchExpressions'][number],
  { labels }: Pod,
): boolean {
  const value = labels[key];
  const isIn = value !== undefined && (values.length === 0 || values.includes(value));
  return operator === 'In' || operator === 'Exists' ? isIn : !isIn;
}

function isSelected(selector: Labels, { labels }: Pod): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
