import { findKustomizations, renderFolder } from '../manifests/render.ts';
import type { Manifest } from '../support/yaml.ts';
import { type Cluster, waitFor } from './cluster.ts';
import { type Durable, startDurable, tryRecord, tryRecordDeadLetter, tryReplay } from './durable.ts';
import { applyBroker, tryAgain, tryDeadLetter, tryTick } from './events.ts';
import { type DeadLetterProcess, type Neighbours, startDeadLetter, startNeighbours } from './neighbours.ts';
import { tryFuncDeploy } from './service.ts';

/** What was tried and what was seen. */
export interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly seen: string;
}

/** Runs one step after the other, telling each as it ends; a failed one ends the run. Whatever it starts here it stops. */
export async function runSteps(
  cluster: Cluster,
  func: string,
  host: string,
  say: (step: Step) => void,
): Promise<readonly Step[]> {
  const neighbours = await startNeighbours(host);
  const deadLetter = cluster.hasNodes ? undefined : await startDeadLetter(host);
  const durable: { current?: Durable } = {};
  try {
    const tries = [
      ...toSteps(cluster, func, neighbours, deadLetter),
      ...toDurableSteps(cluster, neighbours, host, durable),
    ];
    return await runEach(tries, say);
  } finally {
    await Promise.all([neighbours.close(), deadLetter?.stop(), durable.current?.close()]);
  }
}

type Try = readonly [name: string, run: () => Promise<string>];

function toSteps(
  cluster: Cluster,
  func: string,
  neighbours: Neighbours,
  deadLetter: DeadLetterProcess | undefined,
): readonly Try[] {
  const readLines = async (): Promise<readonly string[]> =>
    deadLetter?.lines ?? (await cluster.kubectl(['logs', 'deployment/twittergraph-dead-letter'])).split('\n');
  const tries: Try[] = [
    ['Secrets and accounts', () => createMounted(cluster)],
    ...findKustomizations().map((folder): Try => [folder, () => applyDryly(cluster, folder)]),
    ['func deploy', () => tryFuncDeploy(cluster, func, neighbours.functionUrl)],
    ['PingSource', () => tryTick(cluster, neighbours)],
    ['Broker', () => applyBroker(cluster, neighbours, deadLetter?.url)],
    ['503', () => tryAgain(neighbours)],
    ['422', () => tryDeadLetter(neighbours, readLines)],
  ];
  const pod: Try = ['dead letter', () => waitForDeadLetter(cluster)];
  return deadLetter === undefined ? tries.flatMap((each) => (each[0] === '503' ? [pod, each] : [each])) : tries;
}

/** The steps that need the Broker of those before them; the first puts what it starts into `durable`. */
function toDurableSteps(
  cluster: Cluster,
  neighbours: Neighbours,
  host: string,
  durable: { current?: Durable },
): readonly Try[] {
  const withDurable = (run: (neighbours: Neighbours, durable: Durable) => Promise<string>) => (): Promise<string> =>
    durable.current === undefined ? Promise.reject(new Error('it was not started')) : run(neighbours, durable.current);
  const start = async (): Promise<string> => {
    const ingress = process.env['BROKER_INGRESS'] ?? '127.0.0.1:18080';
    const { durable: started, seen } = await startDurable(cluster, neighbours, host, ingress);
    durable.current = started;
    return seen;
  };
  return [
    ['durable mode', start],
    ['record event', withDurable(tryRecord)],
    ['its dead letter', withDurable(tryRecordDeadLetter)],
    ['replay', withDurable(tryReplay)],
  ];
}

async function runEach(tries: readonly Try[], say: (step: Step) => void): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const [name, run] of tries) {
    const startedAt = Date.now();
    const end = await run().then(
      (seen) => ({ ok: true, seen }),
      (error: unknown) => ({ ok: false, seen: error instanceof Error ? error.message : String(error) }),
    );
    const step = { name, ...end, seconds: Math.round((Date.now() - startedAt) / 100) / 10 };
    steps.push(step);
    say(step);
    if (!step.ok) break;
  }
  return steps;
}

/** func deploys only where all that it mounts is there; a pod starts with these, and reaches nobody. */
async function createMounted({ kubectl }: Cluster): Promise<string> {
  const secrets = {
    'twitter-creds': ['TWITTER_BEARER_TOKEN=of-this-test'],
    'influxdb-creds': ['INFLUXDB_USERNAME=nobody', 'INFLUXDB_PASSWORD=of-this-test'],
  };
  for (const [name, values] of Object.entries(secrets))
    await kubectl(['create', 'secret', 'generic', name, ...values.map((value) => `--from-literal=${value}`)]);
  await kubectl(['create', 'configmap', 'twittergraph-accounts', '--from-literal=TWITTER_USERS=jack']);
  return 'created, as func deploy wants them';
}

async function applyDryly({ kubectl, resources }: Cluster, folder: string): Promise<string> {
  const { objects } = renderFolder(folder);
  const unknown = objects.find((object) => !isServed(object, resources));
  if (unknown !== undefined) return `left out: this cluster knows no ${unknown.kind} (${unknown.apiVersion})`;
  const options = ['--server-side', '--validate=strict', '--dry-run=server'];
  const said = await kubectl(
    ['apply', ...options, '-f', '-'],
    objects.map((object) => JSON.stringify(object)).join('\n'),
  );
  return `${said.trim().split('\n').length} objects accepted`;
}

/** `routes.route.openshift.io` for a Route of `route.openshift.io/v1`; what Kubernetes itself has is always there. */
function isServed({ apiVersion, kind }: Manifest, resources: ReadonlySet<string>): boolean {
  const [group = ''] = apiVersion.split('/');
  return !group.includes('openshift.io') || resources.has(`${kind.toLowerCase()}s.${group}`);
}

async function waitForDeadLetter({ kubectl }: Cluster): Promise<string> {
  await waitFor('its pod is available', 120, async () => {
    await kubectl(['wait', 'deployment/twittergraph-dead-letter', '--for=condition=Available', '--timeout=1s']);
    return true;
  });
  return (await kubectl(['get', 'pods', '-l', 'app.kubernetes.io/component=dead-letter', '--no-headers'])).trim();
}
