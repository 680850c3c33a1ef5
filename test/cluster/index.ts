/** `npm run test:cluster`: tries the manifests on a cluster with Knative. */
import { parseArgs } from 'node:util';

import { provideInfluxd } from '../setup/influxd.ts';
import { provideKustomize } from '../setup/kustomize.ts';
import { closeCluster, openCluster, Unprepared } from './cluster.ts';
import { findFunc } from './service.ts';
import { IGNORED } from './service-difference.ts';
import { runSteps, type Step } from './steps.ts';

const help = `npm run test:cluster -- [options]

Tries the manifests on the cluster of KUBECONFIG, which must have Knative Serving and Eventing, in a namespace of
its own, which is deleted at the end. The function, a real InfluxDB 1.x and a stand-in for X run on this machine.

  1. the cluster takes every kustomization (server-side, strict; those of OpenShift where it is one), and none
     of their pods would break the Pod Security Standard "restricted", which the namespace enforces
  2. the real func deploys func.yaml, and makes the Service of knative/overlays/gitops field by field
  3. a real tick of a PingSource becomes a point in InfluxDB
  4. with knative/overlays/broker a tick that is answered 503 comes again
  5. one that is answered 422 ends in the dead letter, with its code and reason
  6. with knative/overlays/durable over the Broker that is there (its class is left as it is) the SinkBinding gives
     the function K_SINK, and a tick's points come to the recorder as record events
  7. a record event that InfluxDB refuses ends whole in the dead letter, and npm run replay sends it again

  --json    for programs: the steps with what was seen
  --keep    leave the namespace
  --help    this text

  KUBECONFIG      the cluster; required
  FUNC_BIN        the func CLI, else func or kn-func of the PATH
  KUBECTL_BIN     else kubectl of the PATH
  FUNCTION_IMAGE  an image of the function that the cluster can pull: func then waits until its pod is ready
  BROKER_INGRESS  the Broker's ingress as this machine reaches it (127.0.0.1:18080); elsewhere through
                  kubectl port-forward -n knative-eventing service/broker-ingress 18080:80
  CLUSTER_HOST    this machine's address as the cluster reaches it (127.0.0.1); for kind its network's gateway

Exit code 0: all was seen; 1: a step failed; 2: something is missing, and nothing was tried.
Not compared in step 2:
${IGNORED.map((line) => `  - ${line}`).join('\n')}`;

async function main(argv: readonly string[]): Promise<number> {
  const options = { json: { type: 'boolean' }, keep: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...argv], options });
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  provideInfluxd(console.error);
  provideKustomize(console.error);
  const func = findFunc();
  const cluster = await openCluster();
  process.once('SIGINT', () => {
    void closeCluster(cluster).finally(() => process.exit(130));
  });
  const isJson = values.json === true;
  if (!isJson) console.log(`namespace ${cluster.namespace}, ${cluster.hasNodes ? 'with' : 'without'} nodes`);
  const say = (step: Step): void => {
    if (!isJson)
      console.log(`${step.ok ? 'ok  ' : 'FAIL'} ${String(step.seconds).padStart(5)} s  ${step.name}: ${step.seen}`);
  };
  try {
    const steps = await runSteps(cluster, func, process.env['CLUSTER_HOST'] ?? '127.0.0.1', say);
    if (isJson) console.log(JSON.stringify({ namespace: cluster.namespace, steps }, undefined, 2));
    return steps.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    if (values.keep !== true) await closeCluster(cluster);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof Unprepared ? 2 : 1;
}
