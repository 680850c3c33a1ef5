import type { Manifest } from '../support/yaml.ts';
import type { ConfigMap, Container, Deployment, Kinds, Volume } from './objects.ts';

/** Where Grafana keeps its manifests, and every way to apply them. */
export const folders = ['grafana', 'grafana/overlays/anonymous', 'grafana/overlays/ingress', 'grafana/overlays/okd'];

/** The only object of a kind; of several the one whose name, but for a hash at its end, is given. Throws where it is not there. */
export function objectOf<Kind extends keyof Kinds>(
  objects: readonly Manifest[],
  kind: Kind,
  name?: string,
): Kinds[Kind] {
  const named = (object: Manifest): boolean => object.metadata.name.replace(/-[a-z0-9]{10}$/, '') === name;
  const found = objects.filter((object) => object.kind === kind && (name === undefined || named(object)));
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind} ${name ?? ''}`);
  return found[0] as Kinds[Kind];
}

/** The one container of the Deployment. */
export function containerOf(deployment: Deployment): Container {
  const [container, ...more] = deployment.spec.template.spec.containers;
  if (!container || more.length > 0) throw new Error('not one container');
  return container;
}

/** Which files lie in the container at which path, with the text of those that come from a ConfigMap; links are not followed. */
export function mountedFiles(objects: readonly Manifest[]): Map<string, string | undefined> {
  const deployment = objectOf(objects, 'Deployment');
  const { volumes } = deployment.spec.template.spec;
  const files = containerOf(deployment).volumeMounts.flatMap(({ name, mountPath }) => {
    const volume = volumes.find((one) => one.name === name);
    if (!volume) throw new Error(`no volume ${name}`);
    return filesOf(volume, objects).map(({ path, text }) => [`${mountPath}/${path}`, text] as const);
  });
  return new Map(files);
}

function filesOf(volume: Volume, objects: readonly Manifest[]): { path: string; text?: string }[] {
  const maps = [volume.configMap, ...(volume.projected?.sources ?? []).map(({ configMap }) => configMap)];
  return [
    ...(volume.secret?.items ?? []).map(({ path }) => ({ path })),
    ...maps.flatMap((map) => (map ? filesOfMap(map, objects) : [])),
  ];
}

function filesOfMap(
  { name, items }: NonNullable<Volume['configMap']>,
  objects: readonly Manifest[],
): { path: string; text?: string }[] {
  const map = objects.find((object) => object.kind === 'ConfigMap' && object.metadata.name === name) as
    ConfigMap | undefined;
  if (!map) throw new Error(`no ConfigMap ${name}`);
  const chosen = items ?? Object.keys(map.data).map((key) => ({ key, path: key }));
  return chosen.map(({ key, path }) => {
    const text = map.data[key];
    if (text === undefined) throw new Error(`${name} has no key ${key}`);
    return { path, text };
  });
}
