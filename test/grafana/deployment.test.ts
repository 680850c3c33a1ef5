import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { renderKustomization } from '../support/kustomize.ts';
import { type Manifest, readYaml } from '../support/yaml.ts';
import { containerOf, folders, mountedFiles, objectOf } from './rendered.ts';

const example = readYaml('grafana/examples/secret-grafana-creds.yaml') as Manifest & {
  stringData: Record<string, string>;
};

for (const folder of folders) {
  describe(`the Deployment of ${folder}`, () => {
    const objects = renderKustomization(folder);
    const deployment = objectOf(objects, 'Deployment');
    const { spec: pod, metadata } = deployment.spec.template;
    const container = containerOf(deployment);

    it('is one pod of an exact version, never two', () => {
      assert.equal(deployment.spec.replicas, 1);
      assert.equal(deployment.spec.strategy.type, 'Recreate');
      assert.match(container.image, /^docker\.io\/grafana\/grafana:13\.\d+\.\d+-distroless$/);
    });

    it('selects its own pods', () => {
      for (const [label, value] of Object.entries(deployment.spec.selector.matchLabels))
        assert.equal(metadata.labels[label], value, label);
    });

    it('may do nothing it need not', () => {
      assert.equal(pod['automountServiceAccountToken'], false);
      assert.equal(pod['enableServiceLinks'], false);
      const ids = folder.endsWith('/okd') ? {} : { runAsUser: 472, runAsGroup: 472, fsGroup: 472 };
      assert.deepEqual(pod.securityContext, { runAsNonRoot: true, ...ids, seccompProfile: { type: 'RuntimeDefault' } });
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    });

    it('writes only into emptyDirs that are bounded', () => {
      const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true);
      assert.deepEqual(
        writable.map(({ mountPath }) => mountPath),
        ['/var/lib/grafana', '/tmp'],
      );
      for (const { name } of writable) {
        const volume = pod.volumes.find((one) => one.name === name);
        assert.match(volume?.emptyDir?.sizeLimit ?? '', /^\d+Mi$/, name);
      }
    });

    it('mounts each volume once, as a folder: a change of a subPath would never arrive', () => {
      const mounted = container.volumeMounts.map(({ name }) => name);
      assert.deepEqual(mounted.sort(), pod.volumes.map(({ name }) => name).sort());
      assert.deepEqual(
        container.volumeMounts.filter(({ subPath }) => subPath !== undefined),
        [],
      );
    });

    it('is asked for its health at the port it listens on', () => {
      for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe])
        assert.deepEqual(probe.httpGet, { path: '/api/health', port: 'http' });
      assert.deepEqual(container.ports, [{ name: 'http', containerPort: 3000 }]);
    });

    it('has requests and limits', () => {
      for (const amounts of [container.resources.requests, container.resources.limits])
        assert.deepEqual(Object.keys(amounts).sort(), ['cpu', 'memory']);
    });

    it('has no value of the Secret in its environment', () => {
      assert.equal(container.env, undefined);
      assert.deepEqual(
        container.envFrom.map((source) => Object.keys(source)),
        [['configMapRef']],
      );
    });

    it('needs every key of the example Secret, and no other', () => {
      const secret = pod.volumes.find(({ name }) => name === 'creds')?.secret;
      assert.equal(secret?.secretName, example.metadata.name);
      assert.equal(secret.optional, undefined);
      assert.deepEqual(
        secret.items.map(({ key }) => key),
        Object.keys(example.stringData),
      );
      for (const { key, path } of secret.items) assert.equal(path, key);
    });

    it('mounts every file that a $__file{} asks for, and asks for every key of the Secret', () => {
      const asked = new Set(
        objects
          .filter(({ kind }) => kind === 'ConfigMap')
          .flatMap((map) => [...JSON.stringify(map).matchAll(/\$__file\{([^}]*)\}/g)].map(([, path = '']) => path)),
      );
      const creds = [...mountedFiles(objects).keys()].filter((path) => path.startsWith('/etc/grafana/creds/'));
      assert.deepEqual([...asked].sort(), creds.sort());
    });
  });
}

describe('the example Secret', () => {
  it('holds nothing that could be used', () => {
    for (const [key, value] of Object.entries(example.stringData)) assert.match(value, /REPLACE-ME$/, key);
  });

  it('is in no kustomization', () => {
    for (const folder of folders) {
      const secrets = renderKustomization(folder).filter(({ kind }) => kind === 'Secret');
      assert.deepEqual(secrets, []);
    }
  });
});
