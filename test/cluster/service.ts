import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { renderKustomization } from '../support/kustomize.ts';
import { findProgram } from '../setup/programs.ts';
import { killWithThisProcess } from '../support/influxd.ts';
import { root, type Manifest } from '../support/yaml.ts';
import { type Cluster, getObject, patchObject, Unprepared, waitFor } from './cluster.ts';
import { findServiceDifferences } from './service-difference.ts';

/** Nobody pulls it: with a digest, func neither builds nor asks the registry for more than its credentials. */
const noImage = `127.0.0.1:1/twittergraph@sha256:${'0'.repeat(63)}1`;

/** The func CLI: `FUNC_BIN`, else `func` or `kn-func` in the PATH. Throws an `Unprepared`. */
export function findFunc(): string {
  const given = process.env['FUNC_BIN'];
  const found = findProgram(given ? [given] : ['func', 'kn-func']);
  if (found === undefined)
    throw new Unprepared('There is no func in the PATH, which this tries func.yaml with: install it, or set FUNC_BIN.');
  return found;
}

/** Deploys func.yaml by the real func and compares its Service with the gitops overlay's, which the cluster fills in alike. */
export async function tryFuncDeploy(cluster: Cluster, func: string, functionUrl: string): Promise<string> {
  const ours = await createDryly(cluster);
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-func-'));
  // func rewrites func.yaml.
  copyFileSync(join(root, 'func.yaml'), join(folder, 'func.yaml'));
  const argv = [
    'deploy',
    '--build=false',
    '--push=false',
    '--image',
    process.env['FUNCTION_IMAGE'] ?? noImage,
    '--namespace',
    cluster.namespace,
  ];
  const child = spawn(func, argv, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  killWithThisProcess(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    const theirs = await waitFor('func has made the Service', 60, async () => {
      if (child.exitCode !== null) throw new Error(`func ended with ${child.exitCode}: ${output.trim()}`);
      return getObject(cluster, 'ksvc', 'twittergraph');
    });
    const differences = findServiceDifferences(theirs, ours);
    if (differences.length > 0)
      throw new Error(`func's Service and the gitops overlay's differ:\n${differences.join('\n')}`);
    const end = await endDeploy(cluster, child, functionUrl);
    return `func makes the Service of knative/overlays/gitops, field by field; ${end}`;
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The overlay's Service as the cluster would store it: with the defaults of its webhooks. */
async function createDryly({ kubectl }: Cluster): Promise<Manifest> {
  const service = renderKustomization('knative/overlays/gitops').find(({ kind }) => kind === 'Service');
  const options = ['--dry-run=server', '--validate=strict', '-o', 'json', '-f', '-'];
  return JSON.parse(await kubectl(['create', ...options], JSON.stringify(service))) as Manifest;
}

/** Where Serving runs and has no image, func would wait in vain; where it does not run, this plays its part. */
async function endDeploy(cluster: Cluster, child: ChildProcess, functionUrl: string): Promise<string> {
  const isOurs = !(await isServed(cluster));
  if (isOurs) await standIn(cluster, functionUrl);
  else if (!process.env['FUNCTION_IMAGE']) return 'func was stopped there: no FUNCTION_IMAGE to wait for';
  const [code] = (child.exitCode === null ? await once(child, 'exit') : [child.exitCode]) as [number];
  if (code !== 0) throw new Error(`func ended with ${code}`);
  return isOurs
    ? 'func ended with 0 when this test, for want of Serving, said it is ready'
    : 'func ended with 0, its pod is ready';
}

/** Whether Serving's controller runs: it says something of a new Service at once. */
async function isServed(cluster: Cluster): Promise<boolean> {
  const said = waitFor('Serving says something', 5, async () => {
    return (await getObject(cluster, 'ksvc', 'twittergraph')).status?.conditions;
  });
  return said.then(
    () => true,
    () => false,
  );
}

/** Says in the Service's name, where nobody does, that it is ready and reached at `url`: the function on this machine. */
async function standIn(cluster: Cluster, url: string): Promise<void> {
  const { metadata } = await getObject(cluster, 'ksvc', 'twittergraph');
  const conditions = ['ConfigurationsReady', 'Ready', 'RoutesReady'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ''),
  }));
  const revision = { latestCreatedRevisionName: 'twittergraph-00001', latestReadyRevisionName: 'twittergraph-00001' };
  const { generation } = metadata as { generation?: number };
  const address = { url, address: { url } };
  const route = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Route',
    metadata: { name: 'twittergraph' },
    spec: { traffic: [{ configurationName: 'twittergraph', percent: 100 }] },
  };
  await cluster.kubectl(['create', '-f', '-'], JSON.stringify(route));
  // func reads the address from the Route.
  await patchObject(cluster, ['route.serving.knative.dev', 'twittergraph', '--subresource=status'], {
    status: address,
  });
  await patchObject(cluster, ['ksvc', 'twittergraph', '--subresource=status'], {
    status: { observedGeneration: generation, ...address, ...revision, conditions },
  });
}
