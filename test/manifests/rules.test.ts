import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { parse, stringify } from 'yaml';

import type { Manifest } from '../support/yaml.ts';
import type { Facts } from './facts.ts';
import type { Rendering } from './render.ts';
import { RULES } from './rules.ts';
import { configMap, deployment, labels, policy, route, service, source, trigger } from './rules/fixtures.ts';

const facts: Facts = {
  functionName: 'twittergraph',
  variables: new Set(['TWITTER_BEARER_TOKEN']),
  documentedSecrets: new Map([['twitter-creds', new Set(['EXTRA'])]]),
  documentedConfigMaps: new Set(['twittergraph-accounts']),
};

const provisioned = configMap('datasources.yaml', 'datasources: [{uid: influxdb}]');
const good = [deployment, service, policy, source, provisioned];

it('nothing is wrong with what is right', () => {
  assert.deepEqual(findAll(good), []);
  assert.deepEqual(findAll(good, 'grafana/overlays/okd'), []);
});

it('nothing is wrong with a schedule that has a timezone, or for some accounts', () => {
  const some = source.replace('"every":900', '"every":86400,"users":["@jack","id:12"]');
  for (const spec of [
    'schedule: CRON_TZ=Europe/Berlin 10 0 * * *',
    '{timezone: Europe/Berlin, schedule: 10 0 * * *}',
  ]) {
    const tick = some.replace('schedule: "*/15 * * * *"', spec.replace(/^{(.*), (.*)}$/, '$1\n  $2'));
    assert.deepEqual(findAll([deployment, service, policy, tick, provisioned]), [], tick);
  }
});

/** A change of the right objects, and what has to be found then. */
const wrong: [string, string[], RegExp, string?][] = [
  ['a name twice', [...good, service], /v1 Service grafana stands twice/],
  ['a name in capitals', [service.replace('name: grafana', 'name: Grafana'), deployment, policy], /is no name/],
  [
    'a namespace',
    [...good.slice(1), deployment.replace('name: grafana', 'name: grafana\n  namespace: x')],
    /namespace x/,
  ],
  [
    'a missing label',
    [source.replace('app.kubernetes.io/component: x', 'x: x')],
    /no label app.kubernetes.io\/component/,
  ],
  ['another product', [source.replace('part-of: twittergraph', 'part-of: x')], /not labelled as part/],
  ...['docker.io/grafana/grafana', 'docker.io/grafana/grafana:latest', 'docker.io/grafana/grafana:13'].map(
    (image): [string, string[], RegExp] => [
      image,
      [change('docker.io/grafana/grafana:13.0.1', image)],
      /is not pinned/,
    ],
  ),
  ['no registry', [change('docker.io/grafana/', 'grafana/')], /names no registry/],
  [
    'a Secret',
    [stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', labels } })],
    /Secret s is rendered/,
  ],
  [
    'a variable with a password',
    [change('env: [', 'env: [{ name: ADMIN_PASSWORD, value: hunter2 }, ')],
    /ADMIN_PASSWORD/,
  ],
  [
    'a password in a file',
    [configMap('a.ini', '[security]\nadmin_password = hunter2\n')],
    /admin_password holds a value/,
  ],
  ['a password in JSON', [configMap('a.json', '{\n  "password": "hunter2",\n  "a": 1\n}')], /password holds a value/],
  ['a password in an address', [configMap('a.txt', 'url: http://me:hunter2@influxdb:8086')], /holds a credential/],
  [
    'a mounted token',
    [change('automountServiceAccountToken: false', 'hostNetwork: true')],
    /automountServiceAccountToken/,
  ],
  ["the host's network", [change('automountServiceAccountToken: false', 'hostNetwork: true')], /namespace of its host/],
  [
    "the host's files",
    [change('secret: { secretName: twitter-creds }', 'hostPath: { path: / }')],
    /folder of its host/,
  ],
  ['root', [change('runAsNonRoot: true,', '')], /runAsNonRoot is not true/],
  ['user 0', [change('runAsNonRoot: true,', 'runAsNonRoot: true, runAsUser: 0,')], /runAsUser is 0/],
  ['no seccomp', [change(', seccompProfile: { type: RuntimeDefault }', '')], /seccompProfile/],
  ['privilege', [change('allowPrivilegeEscalation: false', 'privileged: true')], /is privileged/],
  ['escalation', [change('allowPrivilegeEscalation: false,', '')], /allowPrivilegeEscalation/],
  ['a writable root', [change('readOnlyRootFilesystem: true,', '')], /readOnlyRootFilesystem/],
  ['capabilities', [change('drop: [ALL]', 'add: [NET_RAW]')], /does not drop ALL/],
  ['added capabilities', [change('drop: [ALL]', 'drop: [ALL], add: [NET_RAW]')], /adds capabilities/],
  ['no request', [change('cpu: 5m, ', '')], /requests no cpu/],
  ['no limit', [change('limits: { memory: 9Mi }', 'limits: {}')], /no limit of memory/],
  ['no readiness', [change('readinessProbe: &probe', 'startupProbe: &probe')], /no readinessProbe/],
  ['no liveness', [change('livenessProbe: *probe', '')], /no livenessProbe/],
  ['no policy', [deployment, service], /Deployment grafana has no NetworkPolicy/],
  ['a policy for nobody', [policy], /NetworkPolicy grafana selects no pod/],
  ['a Service for nobody', [service], /Service grafana selects no pod/],
  [
    'a port that is not there',
    [deployment, policy, service.replace('targetPort: http', 'targetPort: web')],
    /no port web/,
  ],
  [
    'a closed port',
    [deployment, service, policy.replace('port: 3000', 'port: 3001')],
    /opens 3001, its Services send to 3000/,
  ],
  ['every port open', [deployment, service, policy.replace('{ ports: [{ port: 3000 }] }', '{}')], /opens every port/],
  [
    'a sink of another name',
    [source.replace('name: twittergraph', 'name: twittergraf')],
    /Service twittergraf, which is not/,
  ],
  ['a broker that is not there', [trigger], /sends to Broker b, which is not there/],
  ['a dead letter that is not there', [trigger], /sends to Service d, which is not there/],
  [
    'an unknown Secret',
    [change('secretName: twitter-creds', 'secretName: other')],
    /no README creates the Secret other/,
  ],
  ['an unknown key', [change('key: TWITTER_BEARER_TOKEN', 'key: TWITTER_BEARER')], /what TWITTER_BEARER in the Secret/],
  ['an unknown file', [deployment, configMap('a.ini', 'x = $__file{/etc/creds/NAME}')], /what NAME in the Secret/],
  [
    'an unknown ConfigMap',
    [change('secret: { secretName: twitter-creds }', 'configMap: { name: other }')],
    /ConfigMap other/,
  ],
  ['untyped data', [source.replace('contentType: application/json', 'contentType: text/plain')], /contentType/],
  ['an unknown job', [source.replace('collect', 'gather')], /unknown job "gather"/],
  ['another period', [source.replace('*/15', '*/10')], /"every" is 900, the schedule's period 600/],
  ['a schedule Knative refuses', [source.replace('*/15 *', '@every 5m')], /a PingSource would refuse it/],
  ['no timezone', [source.replace('*/15', 'TZ=Nowhere */15')], /a PingSource would refuse it/],
  ['data that is no object', [source.replace(/data: .*/, 'data: "[]"')], /the data is not a JSON object/],
  ['no period', [source.replace(',"every":900', '')], /"every" is undefined/],
  [
    'an unknown data source',
    [deployment, provisioned, configMap('d.json', '{"panels":[{"datasource":{"uid":"x"}}]}')],
    /data source x/,
  ],
  [
    "an alert's data source",
    [deployment, provisioned, configMap('a.yaml', 'groups: [{data: [{datasourceUid: x}]}]')],
    /data source x/,
  ],
  ['a fixed user', [change('runAsNonRoot: true,', 'runAsNonRoot: true, runAsUser: 472,')], /fixes runAsUser/, 'x/okd'],
  ['a fixed group', [change('runAsNonRoot: true,', 'runAsNonRoot: true, fsGroup: 472,')], /fixes fsGroup/, 'x/okd'],
  ['a volume', [change('secret: { secretName: twitter-creds }', 'nfs: { path: / }')], /kind nfs/, 'x/okd-broker'],
  ['a DeploymentConfig', [source.replace('PingSource', 'DeploymentConfig')], /deprecated/, 'x/okd'],
  ['an Ingress', [source.replace('PingSource', 'Ingress')], /use a Route/, 'x/okd'],
  ['a Route in clear', [route({ to: { name: 'grafana' } })], /TLS does not end/, 'x/okd'],
  [
    'a Route to InfluxDB',
    [route({ to: { name: 'influxdb' }, tls: { termination: 'edge' } })],
    /opens influxdb/,
    'x/okd',
  ],
];

describe('what is found:', () => {
  for (const [what, manifests, problem, folder] of wrong) {
    it(what, () => {
      const found = findAll(manifests, folder);
      assert.ok(
        found.some((each) => problem.test(each)),
        `${String(problem)} among ${JSON.stringify(found, undefined, 2)}`,
      );
    });
  }
});

/** The Deployment with one text replaced, which must be there. */
function change(text: string, replacement: string): string {
  assert.ok(deployment.includes(text), text);
  return deployment.replace(text, replacement);
}

function findAll(manifests: readonly string[], folder = 'grafana'): string[] {
  const objects = manifests.map((text) => parse(text) as Manifest);
  const rendering: Rendering = { folder, objects, isOpenShift: folder.includes('okd') };
  return RULES.flatMap(({ find }) => find(rendering, facts));
}
