import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { recordType } from '../../functions/store/record.ts';
import { readText } from '../docs/markdown.ts';
import { podsOf } from '../manifests/pods.ts';
import { renderKustomization } from '../support/kustomize.ts';
import type { Manifest } from '../support/yaml.ts';

interface Delivery {
  timeout: string;
  retry: number;
  backoffPolicy: string;
  backoffDelay: string;
}

const objects = renderKustomization('knative/overlays/durable');
const page = readText('docs/durable.md');

function find(kind: string, name: string): Manifest & { spec: Record<string, unknown>; data?: Record<string, string> } {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  return (found ?? assert.fail(`${kind} ${name} is not there`)) as ReturnType<typeof find>;
}

const seconds = (duration: string): number => Number(/^PT(\d+)S$/.exec(duration)?.[1] ?? NaN);

describe('the Broker of knative/overlays/durable', () => {
  const broker = find('Broker', 'twittergraph');
  const { data = {} } = find('ConfigMap', 'twittergraph-kafka');

  it('is of the class Kafka and takes its settings from the ConfigMap beside it', () => {
    assert.deepEqual(broker.metadata.annotations, { 'eventing.knative.dev/broker.class': 'Kafka' });
    assert.deepEqual(broker.spec, { config: { apiVersion: 'v1', kind: 'ConfigMap', name: 'twittergraph-kafka' } });
  });

  it('has the numbers of docs/durable.md', () => {
    assert.ok(page.includes(`\`default.topic.partitions\`: ${data['default.topic.partitions']}`));
    assert.ok(page.includes(`\`default.topic.replication.factor\`: ${data['default.topic.replication.factor']}`));
    const days = Number(data['default.topic.config.retention.ms']) / 86_400_000;
    assert.ok(page.includes(`\`default.topic.config.retention.ms\`: ${days} days`));
  });

  it('gets what the function collects, and gives ticks to the function and records to the recorder', () => {
    const ref = (apiVersion: string, kind: string, name: string): object => ({ apiVersion, kind, name });
    const { subject, sink } = find('SinkBinding', 'twittergraph').spec;
    assert.deepEqual(subject, ref('serving.knative.dev/v1', 'Service', 'twittergraph'));
    assert.deepEqual(sink, { ref: ref('eventing.knative.dev/v1', 'Broker', 'twittergraph') });
    const routes = objects
      .filter(({ kind }) => kind === 'Trigger')
      .map(({ spec }) => {
        const { filter, subscriber } = spec as {
          filter: { attributes: object };
          subscriber: { ref: { name: string } };
        };
        return [filter.attributes, subscriber.ref.name];
      });
    assert.deepEqual(routes, [
      [{ type: 'dev.knative.sources.ping' }, 'twittergraph'],
      [{ type: recordType }, 'twittergraph-recorder'],
    ]);
  });
});

describe('the Trigger of records', () => {
  const { delivery } = find('Trigger', 'twittergraph-record').spec as unknown as { delivery: Delivery };
  const delays = Array.from({ length: delivery.retry }, (_, n) => seconds(delivery.backoffDelay) * 2 ** n);
  const total = delays.reduce((sum, delay) => sum + delay, 0);

  it('waits longer than the recorder may take, with a cold start', () => {
    const [, run = ''] = /`RUN_TIMEOUT_SECONDS` +\| `(\d+)`/.exec(readText('docs/variables.md')) ?? [];
    assert.ok(seconds(delivery.timeout) >= Number(run) + 5);
  });

  it('tries for as long as docs/durable.md says, and ends well before Kafka forgets the event', () => {
    assert.equal(delivery.backoffPolicy, 'exponential');
    assert.ok(page.includes(`${(total / 3600).toFixed(0)} hours`), `${total} s`);
    const { data = {} } = find('ConfigMap', 'twittergraph-kafka');
    assert.ok(total * 1000 * 2 < Number(data['default.topic.config.retention.ms']));
  });
});

describe('the recorder', () => {
  const [pod, other] = podsOf([
    find('Service', 'twittergraph-recorder'),
    ...renderKustomization('knative/overlays/gitops').filter(({ apiVersion }) => apiVersion.startsWith('serving.')),
  ]);
  const [container, function_] = [pod?.spec.containers[0], other?.spec.containers[0]];

  it('is the function with JOBS=record: the same image, variables, probes and resources', () => {
    const ofFunction = { name: 'JOBS', value: 'collect,summarize,reconcile' };
    const env = container?.env?.map((each) => (each.name === 'JOBS' ? ofFunction : each));
    assert.deepEqual({ ...container, env, volumeMounts: [] }, { ...function_, volumeMounts: [] });
    assert.ok(container?.env?.some(({ name, value }) => name === 'JOBS' && value === 'record'));
  });

  it('has no credential of X', () => {
    const secrets = pod?.spec.volumes?.flatMap(({ secret }) => secret?.secretName ?? []);
    assert.deepEqual(secrets, ['influxdb-creds']);
  });

  it('is several at work, unlike the function', () => {
    const { template } = find('Service', 'twittergraph-recorder').spec as {
      template: { metadata: { annotations: Record<string, string> }; spec: { containerConcurrency: number } };
    };
    assert.equal(template.metadata.annotations['autoscaling.knative.dev/max-scale'], '4');
    assert.equal(template.spec.containerConcurrency, 4);
  });

  it('is reached by Serving alone', () => {
    const { podSelector, ingress } = find('NetworkPolicy', 'twittergraph-recorder').spec as {
      podSelector: { matchLabels: object };
      ingress: { from: { namespaceSelector: { matchExpressions: { values: string[] }[] } }[] }[];
    };
    assert.deepEqual(podSelector.matchLabels, { 'app.kubernetes.io/name': 'twittergraph-recorder' });
    assert.deepEqual(
      ingress.flatMap(({ from }) =>
        from.flatMap(({ namespaceSelector: { matchExpressions: all } }) => all.flatMap(({ values }) => values)),
      ),
      ['knative-serving', 'kourier-system'],
    );
  });
});
