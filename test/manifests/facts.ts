import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

import { readYaml, root } from '../support/yaml.ts';
import { MANIFEST_FOLDERS } from './render.ts';

/** What the manifests are compared with. */
export interface Facts {
  /** The Service that func makes: `name` in func.yaml. */
  readonly functionName: string;
  /** The function's variables, from the table in docs/variables.md, which is compared with the code elsewhere. */
  readonly variables: ReadonlySet<string>;
  /** The keys of each Secret, as the documents and the example files create it. */
  readonly documentedSecrets: ReadonlyMap<string, ReadonlySet<string>>;
  readonly documentedConfigMaps: ReadonlySet<string>;
}

/** Reads func.yaml, the documents and the example files. */
export function readFacts(): Facts {
  const texts = ['docs/variables.md', 'docs/deploying.md', ...MANIFEST_FOLDERS.map((folder) => `${folder}/README.md`)]
    .filter((path) => existsSync(join(root, path)))
    .map((path) => readFileSync(join(root, path), 'utf8'));
  const commands = texts.flatMap((text) => createCommandsOf(text));
  const examples = readExamples();
  return {
    functionName: (readYaml('func.yaml') as { name: string }).name,
    variables: new Set([...(texts[0] ?? '').matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name = '']) => name)),
    documentedSecrets: collectKeys([...commands, ...examples].filter(({ kind }) => kind === 'Secret')),
    documentedConfigMaps: new Set(
      [...commands, ...examples].filter(({ kind }) => kind === 'ConfigMap').map(({ name }) => name),
    ),
  };
}

/** The example files: objects an operator copies and fills in, part of no kustomization. */
export function listExamples(): string[] {
  return MANIFEST_FOLDERS.map((folder) => `${folder}/examples`)
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith('.yaml'));
}

interface Created {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly name: string;
  readonly keys: readonly string[];
}

function createCommandsOf(text: string): Created[] {
  const commands = text.replaceAll('\\\n', ' ').matchAll(/(?:kubectl|oc) create (secret generic|configmap) (\S+)(.*)/g);
  return [...commands].map(([, what = '', name = '', rest = '']) => ({
    kind: what === 'configmap' ? 'ConfigMap' : 'Secret',
    name,
    keys: [...rest.matchAll(/--from-(?:file|literal)=([\w.-]+)=/g)].map(([, key = '']) => key),
  }));
}

function readExamples(): Created[] {
  return listExamples().map((path) => {
    const { kind, metadata, data, stringData } = readYaml(path) as {
      kind: Created['kind'];
      metadata: { name: string };
      data?: object;
      stringData?: object;
    };
    return { kind, name: metadata.name, keys: Object.keys({ ...data, ...stringData }) };
  });
}

function collectKeys(created: readonly Created[]): Map<string, Set<string>> {
  const byName = new Map<string, Set<string>>();
  for (const { name, keys } of created) byName.set(name, new Set([...(byName.get(name) ?? []), ...keys]));
  return byName;
}
