import { nameOf, type Rendering } from '../render.ts';
import { type Container, containersOf, type Pod, podsOf } from '../pods.ts';

/** Where a pod could do more than its work needs, or has no limits or probes: for each pod what is missing. */
export function findLoosePods({ objects }: Rendering): string[] {
  return podsOf(objects).flatMap((pod) =>
    [...findPodProblems(pod), ...containersOf(pod).flatMap((container) => findContainerProblems(pod, container))].map(
      (problem) => `${nameOf(pod.owner)}: ${problem}`,
    ),
  );
}

function findPodProblems({ spec, kind }: Pod): string[] {
  // func leaves the token mounted, and its Service is func's to make: see knative/README.md.
  const token = spec.automountServiceAccountToken === false || kind === 'function';
  const host = [spec.hostNetwork, spec.hostPID, spec.hostIPC].includes(true);
  const hostPath = (spec.volumes ?? []).some((volume) => 'hostPath' in volume);
  return [
    ...(token ? [] : ['automountServiceAccountToken is not false']),
    ...(host ? ['shares a namespace of its host'] : []),
    ...(hostPath ? ['mounts a folder of its host'] : []),
  ];
}

function findContainerProblems(pod: Pod, container: Container): string[] {
  const own = container.securityContext ?? {};
  const both = { ...pod.spec.securityContext, ...own };
  const wanted: [boolean, string][] = [
    [both.runAsNonRoot === true, 'runAsNonRoot is not true'],
    [both.runAsUser !== 0, 'runAsUser is 0'],
    [own.privileged !== true, 'is privileged'],
    [own.allowPrivilegeEscalation === false, 'allowPrivilegeEscalation is not false'],
    // func cannot say it, and what it makes is compared with ours field by field.
    [own.readOnlyRootFilesystem === true || pod.kind === 'function', 'readOnlyRootFilesystem is not true'],
    [own.capabilities?.drop?.includes('ALL') === true, 'does not drop ALL capabilities'],
    [(own.capabilities?.add ?? []).length === 0, 'adds capabilities'],
    [both.seccompProfile?.type === 'RuntimeDefault', 'seccompProfile is not RuntimeDefault'],
    ...(['cpu', 'memory'] as const).map((name): [boolean, string] => [
      container.resources?.requests?.[name] !== undefined,
      `requests no ${name}`,
    ]),
    [container.resources?.limits?.['memory'] !== undefined, 'has no limit of memory'],
    ...findMissingProbes(pod, container),
  ];
  return wanted.filter(([isRight]) => !isRight).map(([, problem]) => `${container.name} ${problem}`);
}

function findMissingProbes({ kind, spec }: Pod, container: Container): [boolean, string][] {
  // Nobody is sent to a container without ports, and nothing in it answers.
  const isAsked = kind === 'function' || (container.ports ?? []).length > 0;
  if (kind === 'job' || !spec.containers.includes(container) || !isAsked) return [];
  return [
    [container.readinessProbe !== undefined, 'has no readinessProbe'],
    [container.livenessProbe !== undefined, 'has no livenessProbe'],
  ];
}
