import { parseAllDocuments } from 'yaml';

import { podsOf } from '../pods.ts';
import type { Rendering } from '../render.ts';

/** What Grafana itself brings: not a data source that is provisioned. */
const builtIn = ['-- Grafana --', '-- Mixed --', '-- Dashboard --', 'grafana', '__expr__', '-100'];

/** Data sources that dashboards and alerts ask by a uid under which none is provisioned. */
export function findUnknownDataSources({ objects }: Rendering): string[] {
  // Files without the Grafana that reads them: a part of another kustomization, which is looked at as a whole.
  if (podsOf(objects).length === 0) return [];
  const files = objects
    .filter(({ kind }) => kind === 'ConfigMap')
    .flatMap(({ data }) => Object.entries((data ?? {}) as Record<string, string>))
    .filter(([name]) => /\.(json|ya?ml)$/.test(name))
    .map(([name, text]) => ({ name, content: parseAllDocuments(text).map((document) => document.toJS() as unknown) }));
  const provisioned = files.flatMap(({ content }) => content.flatMap(provisionedUidsOf));
  return files.flatMap(({ name, content }) =>
    [...new Set(askedUidsOf(content))]
      .filter((uid) => !provisioned.includes(uid) && !builtIn.includes(uid) && !uid.startsWith('$'))
      .map((uid) => `${name} asks the data source ${uid}; provisioned: ${provisioned.join(', ') || 'none'}`),
  );
}

function provisionedUidsOf(content: unknown): string[] {
  const { datasources } = (content ?? {}) as { datasources?: { uid?: string }[] };
  return (datasources ?? []).flatMap(({ uid }) => (uid === undefined ? [] : [uid]));
}

/** `datasource: {uid}` of dashboards, also at any depth, and `datasourceUid` of alerts and links. */
function askedUidsOf(content: unknown): string[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]) => {
    if (key === 'datasourceUid' && typeof value === 'string') return [value];
    const uid = (value as { uid?: unknown } | null)?.uid;
    return [...(key === 'datasource' && typeof uid === 'string' ? [uid] : []), ...askedUidsOf(value)];
  });
}
