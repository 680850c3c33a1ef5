import type { Manifest } from '../../support/yaml.ts';
import { containersOf, podsOf } from '../pods.ts';
import { nameOf, type Rendering } from '../render.ts';

/** Names that no cluster would take or that stand twice, a namespace, and labels that are missing. */
export function findMisnamed({ objects }: Rendering): string[] {
  const keys = objects.map((object) => `${object.apiVersion} ${nameOf(object)}`);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key} stands twice`);
  return [...twice, ...objects.flatMap(findMisnamedObject)];
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
const labels = ['app.kubernetes.io/name', 'app.kubernetes.io/component', 'app.kubernetes.io/part-of'] as const;

function findMisnamedObject(object: Manifest): string[] {
  const { name, namespace, labels: own = {} } = object.metadata as Manifest['metadata'] & { namespace?: string };
  const missing = labels.filter((label) => own[label] === undefined);
  return [
    ...(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name) ? [] : ['is no name for the cluster']),
    ...(namespace === undefined ? [] : [`has the namespace ${namespace}: the operator's -n names it`]),
    ...missing.map((label) => `has no label ${label}`),
    ...(own['app.kubernetes.io/part-of'] === 'twittergraph' ? [] : ['is not labelled as part of twittergraph']),
  ].map((problem) => `${nameOf(object)} ${problem}`);
}

/** Images by which another program could run tomorrow, or which one machine takes from elsewhere than another. */
export function findLooseImages({ objects }: Rendering): string[] {
  return podsOf(objects).flatMap((pod) =>
    containersOf(pod).flatMap(({ image }) => {
      const problem = findImageProblem(image);
      return problem === undefined ? [] : [`${nameOf(pod.owner)}: ${image} ${problem}`];
    }),
  );
}

function findImageProblem(image: string): string | undefined {
  const [, registry, , tag, digest] =
    /^([^/]+\.[^/]+)\/([^:@]+)(?::([^@]+))?(?:@sha256:([0-9a-f]{64}))?$/.exec(image) ?? [];
  if (registry === undefined) return 'names no registry';
  // 2.9 moves with each 2.9.x: three numbers, or a digest.
  if (digest === undefined && !/^v?\d+\.\d+\.\d+/.test(tag ?? '')) return 'is not pinned: an exact version or a digest';
  return undefined;
}

/** Credentials: those belong to the operator's Secrets, of which no rendering has any. */
export function findCredentials({ objects }: Rendering): string[] {
  const secrets = objects.filter(({ kind }) => kind === 'Secret').map((object) => `${nameOf(object)} is rendered`);
  const variables = podsOf(objects).flatMap((pod) =>
    containersOf(pod).flatMap(({ env = [] }) =>
      env
        .filter(({ name, value }) => isSecretName(name) && !isHarmless(value ?? ''))
        .map(({ name }) => `${nameOf(pod.owner)}: the variable ${name} holds a value`),
    ),
  );
  return [...secrets, ...variables, ...objects.flatMap(findInTexts)];
}

/** Of PASSWORD, API_TOKEN, adminSecret and their like; not of a path to one (`…_FILE`) or a name of one (`…_NAME`). */
function isSecretName(name: string): boolean {
  return /(password|passwd|token|secret|api_?key|credential)s?$/i.test(name);
}

/** Empty, a path, or a reference that is filled in elsewhere: `$NAME`, `${NAME}`, `$__file{/path}`, `$(cat …)`. */
function isHarmless(value: string): boolean {
  const text = value.trim().replace(/^["'](.*)["']$/, '$1');
  return text === '' || /^[$/]/.test(text) || /^(true|false|null|\d{1,3})$/.test(text);
}

function findInTexts(object: Manifest): string[] {
  const data = object.kind === 'ConfigMap' ? ((object['data'] ?? {}) as Record<string, string>) : {};
  // A program's `token: answer.token` is no value.
  const texts = Object.keys(data).flatMap((name) => (/\.([cm]?[jt]s|sh)$/.test(name) ? [] : (data[name] ?? [])));
  const pairs = texts.flatMap((text) => [...text.matchAll(/^\s*"?([\w.-]+)"?\s*[:=]\s*([^\n,]*?),?\s*$/gm)]);
  const literal = pairs
    .filter(
      ([, name = '', value = '']) =>
        isSecretName(name) && /^["']?[\w!#%+./@^-]+["']?$/.test(value) && !isHarmless(value),
    )
    .map(([, name]) => `${nameOf(object)}: ${name} holds a value`);
  const known = JSON.stringify(object).match(
    /-----BEGIN [A-Z ]*PRIVATE KEY|\bAAAAAAAAA[A-Za-z0-9%]{20,}|\bglsa_\w{20,}|:\/\/[^/\s:@"]+:[^/\s@"$]+@/g,
  );
  return [...literal, ...(known === null ? [] : [`${nameOf(object)} holds a credential`])];
}
