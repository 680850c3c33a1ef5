import assert from 'node:assert/strict';
import { it } from 'node:test';

import type { Manifest } from '../support/yaml.ts';
import { render } from './manifests.ts';

type Labels = Record<string, string>;

interface Peer {
  podSelector?: { matchLabels: Labels };
  namespaceSelector?: object;
}

interface Policy {
  podSelector: { matchLabels: Labels; matchExpressions?: { key: string; operator: string; values: string[] }[] };
  policyTypes: string[];
  ingress?: { from: Peer[]; ports: { port: number }[] }[];
  egress?: { to: Peer[]; ports: { port: number }[] }[];
}

const partOf = { 'app.kubernetes.io/part-of': 'twittergraph' };
const database = { ...partOf, 'app.kubernetes.io/name': 'influxdb', 'app.kubernetes.io/component': 'database' };
const { objects, find } = render('influxdb');
const server = find('NetworkPolicy', 'influxdb-server')['spec'] as Policy;
const clients = find('NetworkPolicy', 'influxdb-clients')['spec'] as Policy;

it('the server answers the function, Grafana and its own clients on the port of the Service, and asks nobody', () => {
  assert.deepEqual(server.policyTypes, ['Ingress', 'Egress']);
  assert.equal(server.egress, undefined);
  assert.equal(server.ingress?.length, 1);
  const callers = {
    'the function': { 'serving.knative.dev/service': 'twittergraph' },
    Grafana: { ...partOf, 'app.kubernetes.io/name': 'grafana' },
    'the bootstrap': labelsOf(find('Job', 'influxdb-bootstrap')),
    'the backup': labelsOf(find('CronJob', 'influxdb-backup')),
    'the shell': labelsOf(find('CronJob', 'influxdb-maintenance')),
  };
  for (const [who, labels] of Object.entries(callers)) assert.ok(mayEnter(labels), who);
  const strangers = [{}, partOf, { 'app.kubernetes.io/name': 'grafana' }, { 'serving.knative.dev/service': 'other' }];
  for (const labels of strangers) assert.ok(!mayEnter(labels), JSON.stringify(labels));
  const [{ port }] = (find('Service', 'influxdb')['spec'] as { ports: [{ port: number }] }).ports;
  assert.deepEqual(server.ingress[0]?.ports, [{ protocol: 'TCP', port }]);
});

it('every pod but the server asks the server and for names, and answers nobody', () => {
  assert.deepEqual(clients.policyTypes, ['Ingress', 'Egress']);
  assert.equal(clients.ingress, undefined);
  const [toServer, toNames] = clients.egress ?? [];
  assert.deepEqual(toServer, {
    to: [{ podSelector: { matchLabels: database } }],
    ports: [{ protocol: 'TCP', port: 8086 }],
  });
  assert.deepEqual([...new Set(toNames?.ports.map(({ port }) => port))], [53, 5353]);
  assert.equal(clients.egress?.length, 2);
});

it('each pod is chosen by one of the two policies', () => {
  for (const object of objects.filter(({ kind }) => ['StatefulSet', 'Job', 'CronJob'].includes(kind))) {
    const chosen = [server, clients].filter((policy) => isChosen(policy, labelsOf(object)));
    assert.equal(chosen.length, 1, object.metadata.name);
    assert.equal(chosen[0] === server, object.kind === 'StatefulSet', object.metadata.name);
  }
});

it('the Service finds the server and nothing else', () => {
  const { selector } = find('Service', 'influxdb')['spec'] as { selector: Labels };
  const found = objects.filter((object) => {
    const labels = labelsOf(object);
    return Object.entries(selector).every(([name, value]) => labels[name] === value);
  });
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ['StatefulSet'],
  );
});

function mayEnter(labels: Labels): boolean {
  const peers = server.ingress?.flatMap(({ from }) => from) ?? [];
  return peers.some(({ podSelector }) => matches(podSelector?.matchLabels ?? {}, labels));
}

function isChosen({ podSelector }: Policy, labels: Labels): boolean {
  const { matchLabels, matchExpressions = [] } = podSelector;
  return (
    matches(matchLabels, labels) &&
    matchExpressions.every(({ key, operator, values }) => operator === 'NotIn' && !values.includes(labels[key] ?? ''))
  );
}

function matches(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** The labels of the pods that an object makes; none for one that makes no pods. */
function labelsOf(object: Manifest): Labels {
  const spec = (object['spec'] ?? {}) as {
    template?: { metadata: { labels: Labels } };
    jobTemplate?: { spec: { template: { metadata: { labels: Labels } } } };
  };
  return (spec.template ?? spec.jobTemplate?.spec.template)?.metadata.labels ?? {};
}
