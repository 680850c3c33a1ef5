import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { renderKustomization } from '../support/kustomize.ts';
import { containerOf, folders, mountedFiles, objectOf } from './rendered.ts';

for (const folder of folders) {
  describe(`the network of ${folder}`, () => {
    const objects = renderKustomization(folder);
    const policy = objectOf(objects, 'NetworkPolicy').spec;
    const service = objectOf(objects, 'Service').spec;
    const deployment = objectOf(objects, 'Deployment');

    it('reaches the port that the container listens on, and that port alone', () => {
      const [port, ...more] = service.ports;
      assert.deepEqual(more, []);
      const { containerPort } = containerOf(deployment).ports.find(({ name }) => name === port?.targetPort) ?? {};
      assert.deepEqual(
        policy.ingress.flatMap(({ ports }) => ports),
        [{ protocol: 'TCP', port: containerPort }],
      );
      assert.equal(port?.port, containerPort);
    });

    it('is that of the pods of the Deployment', () => {
      assert.deepEqual(service.selector, deployment.spec.selector.matchLabels);
      assert.deepEqual(policy.podSelector.matchLabels, deployment.spec.selector.matchLabels);
      assert.deepEqual(policy.policyTypes, ['Ingress', 'Egress']);
    });

    it('lets in the own namespace, and one other at most', () => {
      const [own, ...others] = policy.ingress.flatMap(({ from }) => from);
      assert.deepEqual(own, { podSelector: {} });
      const publicly = objects.some(({ kind }) => ['Ingress', 'Route'].includes(kind));
      assert.equal(others.length, publicly ? 1 : 0);
      for (const { namespaceSelector } of others)
        assert.equal(Object.keys(namespaceSelector?.matchLabels ?? {}).length, 1);
    });

    it('lets out to names, to InfluxDB at the port of the data source, and to the webhook', () => {
      const [names, influxdb, webhook, ...more] = policy.egress;
      assert.deepEqual(more, []);
      const dns = folder.endsWith('/okd') ? 5353 : 53;
      assert.deepEqual(
        names?.ports.map(({ protocol, port }) => `${protocol} ${port}`),
        [`UDP ${dns}`, `TCP ${dns}`],
      );
      const text = mountedFiles(objects).get('/etc/grafana/provisioning/datasources/datasources.yaml') ?? '';
      const { hostname, port } = new URL(/url: (\S+)/.exec(text)?.[1] ?? '');
      assert.equal(influxdb?.to?.[0]?.podSelector?.matchLabels?.['app.kubernetes.io/name'], hostname);
      assert.deepEqual(influxdb.ports, [{ protocol: 'TCP', port: Number(port) }]);
      assert.deepEqual(webhook?.ports, [{ protocol: 'TCP', port: 443 }]);
    });
  });
}

describe('what is said once', () => {
  for (const [overlay, kind] of [
    ['ingress', 'Ingress'],
    ['okd', 'Route'],
  ] as const) {
    it(`in overlays/${overlay}: the host, and all that follows from it`, () => {
      const objects = renderKustomization(`grafana/overlays/${overlay}`);
      const { data } = objectOf(objects, 'ConfigMap', 'grafana-settings');
      const host = data['GF_SERVER_DOMAIN'] ?? '';
      assert.match(host, /^[a-z.]+\.example\.com$/);
      assert.equal(data['GF_SERVER_ROOT_URL'], 'https://%(domain)s/');
      assert.equal(data['GF_SECURITY_COOKIE_SECURE'], 'true');
      const hosts =
        kind === 'Route'
          ? [objectOf(objects, kind).spec.host]
          : [objectOf(objects, kind).spec].flatMap(({ tls, rules }) => [
              ...tls.flatMap((entry) => entry.hosts),
              ...rules.map((rule) => rule.host),
            ]);
      assert.deepEqual([...new Set(hosts)], [host]);
      assert.equal(JSON.stringify(objects).includes('set-by-kustomization'), false);
    });
  }

  it('in overlays/ingress: the path to the Service', () => {
    const objects = renderKustomization('grafana/overlays/ingress');
    const [rule] = objectOf(objects, 'Ingress').spec.rules;
    const service = objectOf(objects, 'Service');
    assert.deepEqual(rule?.http.paths[0]?.backend.service, {
      name: service.metadata.name,
      port: { name: service.spec.ports[0]?.name },
    });
  });

  it('in overlays/okd: the version, which the ImageStream imports and a trigger gives to the container', () => {
    const objects = renderKustomization('grafana/overlays/okd');
    const deployment = objectOf(objects, 'Deployment');
    const stream = objectOf(objects, 'ImageStream');
    const { name, image } = containerOf(deployment);
    assert.equal(stream.spec.tags[0]?.from.name, image);
    const triggers = JSON.parse(deployment.metadata.annotations?.['image.openshift.io/triggers'] ?? '') as unknown;
    assert.deepEqual(triggers, [
      {
        from: { kind: 'ImageStreamTag', name: `${stream.metadata.name}:${stream.spec.tags[0].name}` },
        fieldPath: `spec.template.spec.containers[?(@.name=="${name}")].image`,
      },
    ]);
  });

  it('in overlays/okd: plain http leads to https, and TLS ends at the router', () => {
    const objects = renderKustomization('grafana/overlays/okd');
    const { spec } = objectOf(objects, 'Route');
    assert.deepEqual(spec.tls, { termination: 'edge', insecureEdgeTerminationPolicy: 'Redirect' });
    const service = objectOf(objects, 'Service');
    assert.deepEqual(spec.to, { kind: 'Service', name: service.metadata.name });
    assert.equal(spec.port.targetPort, service.spec.ports[0]?.name);
  });
});
