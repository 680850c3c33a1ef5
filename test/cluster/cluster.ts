import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { findProgram } from '../setup/programs.ts';
import type { Manifest } from '../support/yaml.ts';

/** A cluster with Knative, and the namespace of this run in it. */
export interface Cluster {
  readonly namespace: string;
  /** Whether pods run: a control plane alone has no nodes. */
  readonly hasNodes: boolean;
  /** The names of the resources it serves, such as `buildconfigs.build.openshift.io`. */
  readonly resources: ReadonlySet<string>;
  /** What kubectl prints, run in the namespace. Throws what it says when it fails, or warns of a pod that may do too much. */
  readonly kubectl: (argv: readonly string[], input?: string) => Promise<string>;
}

/** An object with what the cluster says of it. */
export interface Live extends Manifest {
  status?: {
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    [key: string]: unknown;
  };
}

/** What a run needs and has not: the operator's to provide. */
export class Unprepared extends Error {}

const knative = [
  'pingsources.sources.knative.dev',
  'brokers.eventing.knative.dev',
  'triggers.eventing.knative.dev',
  'services.serving.knative.dev',
];

/** Looks whether Knative is there and makes the namespace. Throws an `Unprepared`. */
export async function openCluster(): Promise<Cluster> {
  if (!process.env['KUBECONFIG'])
    throw new Unprepared('KUBECONFIG is not set: name the cluster to try it on, not whichever kubectl would choose.');
  const program = findProgram([process.env['KUBECTL_BIN'] ?? 'kubectl']);
  if (program === undefined) throw new Unprepared('There is no kubectl in the PATH: install it, or set KUBECTL_BIN.');
  const ask = (argv: readonly string[], input?: string): Promise<string> => run(program, argv, input);
  const resources = new Set((await askFirst(ask)).split('\n'));
  const missing = knative.filter((name) => !resources.has(name));
  if (missing.length > 0) throw new Unprepared(`Knative is not there: the cluster has no ${missing.join(', ')}.`);
  const nodes = await ask(['get', 'nodes', '-o', 'name']);
  const namespace = `twittergraph-test-${randomBytes(3).toString('hex')}`;
  await ask(['create', '-f', '-'], JSON.stringify(toNamespace(namespace)));
  return {
    namespace,
    resources,
    hasNodes: nodes.trim() !== '',
    kubectl: (argv, input) => ask(['-n', namespace, ...argv], input),
  };
}

/** A namespace that admits only pods which the strictest standard allows, and says so of what would make others. */
function toNamespace(name: string): object {
  const modes = ['enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']);
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: Object.fromEntries(modes) as object } };
}

async function askFirst(ask: Cluster['kubectl']): Promise<string> {
  try {
    return await ask(['api-resources', '-o', 'name', '--request-timeout=10s']);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Unprepared(`The cluster of KUBECONFIG=${process.env['KUBECONFIG'] ?? ''} does not answer: ${reason}`);
  }
}

/** Deletes the namespace with all that is in it; its end is not waited for. */
export async function closeCluster({ kubectl, namespace }: Cluster): Promise<void> {
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
}

/** An object of the namespace. Throws where it is not there. */
export async function getObject({ kubectl }: Cluster, kind: string, name: string): Promise<Live> {
  return JSON.parse(await kubectl(['get', kind, name, '-o', 'json'])) as Live;
}

/** Changes an object of the namespace by a JSON merge patch, `--subresource=status` perhaps. */
export async function patchObject(
  { kubectl }: Cluster,
  [kind, name, ...options]: [string, string, ...string[]],
  patch: object,
): Promise<void> {
  await kubectl(['patch', kind, name, ...options, '--type=merge', '-p', JSON.stringify(patch)]);
}

/** What `find` finds at last. Throws `what` and the last thing that went wrong when the time is up. */
export async function waitFor<T>(what: string, seconds: number, find: () => Promise<T | undefined>): Promise<T> {
  const givenUpAt = Date.now() + seconds * 1000;
  let last = '';
  while (Date.now() < givenUpAt) {
    try {
      const found = await find();
      if (found !== undefined) return found;
    } catch (error) {
      last = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    await delay(250);
  }
  throw new Error(`${what}: not within ${seconds} s${last}`);
}

/** Waits until the condition Ready is true. Throws what the object says of itself otherwise. */
export async function waitUntilReady(cluster: Cluster, kind: string, name: string): Promise<void> {
  await waitFor(`${kind} ${name} is Ready`, 60, async () => {
    const ready = (await getObject(cluster, kind, name)).status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status === 'True') return true;
    throw new Error(ready === undefined ? 'it says nothing yet' : `${ready.reason ?? ''} ${ready.message ?? ''}`);
  });
}

function run(program: string, argv: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'pipe'] });
    let [printed, said] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', reject).once('close', (code) => {
      if (code === 0 && !said.includes('would violate PodSecurity')) resolve(printed);
      else reject(new Error(`kubectl ${argv.join(' ')}: ${said.trim()}`));
    });
    child.stdin.on('error', reject).end(input);
  });
}
