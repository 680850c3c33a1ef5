import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { type Container, podsOf, type Volume } from '../manifests/pods.ts';
import { renderKustomization } from '../support/kustomize.ts';
import { type Manifest, readYaml, root } from '../support/yaml.ts';
import type { FuncYaml } from './func-rules.ts';

const func = readYaml('func.yaml') as FuncYaml & {
  runtime: string;
  deploy: { healthEndpoints: { liveness: string; readiness: string } };
};
const { requests, limits } = func.deploy.options.resources;
const visibility = Object.fromEntries(func.deploy.labels.map(({ key, value }) => [key, value]));
/** knative/func, pkg/functions/function.go and pkg/knative/labels.go */
const labels = {
  'boson.dev/function': 'true',
  'function.knative.dev/name': func.name,
  'function.knative.dev/runtime': func.runtime,
  ...visibility,
};

for (const folder of ['knative/overlays/gitops', 'knative/overlays/okd']) {
  describe(`the Service of ${folder} is what func would make of func.yaml:`, () => {
    const service = findService(folder);
    const { template } = service['spec'] as {
      template: { metadata: { labels: object; annotations: object }; spec: Record<string, unknown> };
    };
    const [pod] = podsOf([service]);
    const container = pod?.spec.containers[0] as Container & Record<string, unknown>;

    it('name, labels and annotations', () => {
      const ours = Object.entries(service.metadata.labels ?? {}).filter(
        ([key]) => !key.startsWith('app.kubernetes.io/'),
      );
      assert.equal(service.metadata.name, func.name);
      assert.deepEqual(Object.fromEntries(ours), labels);
      assert.deepEqual(service.metadata.annotations, { 'function.knative.dev/deployer': 'knative' });
      assert.deepEqual(template.metadata.labels, labels);
    });

    it('scale and concurrency', () => {
      const { min, max } = func.deploy.options.scale;
      assert.deepEqual(template.metadata.annotations, {
        'autoscaling.knative.dev/min-scale': String(min),
        'autoscaling.knative.dev/max-scale': String(max),
        'function.knative.dev/deployer': 'knative',
      });
      assert.equal(template.spec['containerConcurrency'], limits['concurrency']);
    });

    it('one container, its variables in the same order', () => {
      assert.equal(pod?.spec.containers.length, 1);
      assert.deepEqual(container.env, [...func.run.envs, { name: 'ADDRESS', value: '0.0.0.0' }]);
    });

    it('resources', () => {
      assert.deepEqual(container.resources, { requests, limits: { cpu: limits['cpu'], memory: limits['memory'] } });
    });

    it('probes', () => {
      const { liveness, readiness } = func.deploy.healthEndpoints;
      assert.deepEqual(container.livenessProbe, { httpGet: { path: liveness, port: 8080 } });
      // Serving sets it, and an apply would find it changed each time.
      assert.deepEqual(container.readinessProbe, { httpGet: { path: readiness, port: 8080 }, successThreshold: 1 });
    });

    it('mounts', () => {
      const found = container.volumeMounts?.map(({ name, mountPath, readOnly }) => {
        const volume: Volume | undefined = pod?.spec.volumes?.find((each) => each.name === name);
        assert.equal(readOnly, true);
        const { secret, configMap } = volume ?? {};
        return secret
          ? { secret: secret.secretName, path: mountPath }
          : { configMap: configMap?.name, path: mountPath };
      });
      assert.deepEqual(found, func.run.volumes);
    });

    it('nothing besides', () => {
      assert.deepEqual(Object.keys(service['spec'] as object), ['template']);
      assert.deepEqual(Object.keys(template.spec).sort(), ['containerConcurrency', 'containers', 'volumes']);
      assert.deepEqual(
        Object.keys(container).sort(),
        'env image livenessProbe name readinessProbe resources securityContext volumeMounts'.split(' '),
      );
    });
  });
}

it('the build of OpenShift uses the Node of func.yaml and makes the image that the Service runs', () => {
  const objects = renderKustomization('knative/overlays/okd');
  const build = objects.find(({ kind }) => kind === 'BuildConfig');
  const { strategy, output } = build?.['spec'] as {
    strategy: { sourceStrategy: { from: { name: string } } };
    output: { to: { name: string } };
  };
  const [, major] = /nodejs-(\d+)/.exec(func.build.builderImages['s2i'] ?? '') ?? [];
  assert.match(strategy.sourceStrategy.from.name, new RegExp(`^nodejs:${major ?? ''}-`));
  const [pod] = podsOf(objects);
  assert.ok(pod?.spec.containers[0]?.image.endsWith(`/${output.to.name}`));
  assert.ok(
    objects.some(({ kind, metadata }) => kind === 'ImageStream' && output.to.name.startsWith(`${metadata.name}:`)),
  );
});

it('the example image is of this version', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  for (const folder of ['knative/overlays/gitops', 'knative/overlays/okd']) {
    const [pod] = podsOf([findService(folder)]);
    assert.ok(pod?.spec.containers[0]?.image.endsWith(`:${version}`), folder);
  }
});

function findService(folder: string): Manifest {
  const services = renderKustomization(folder).filter(({ apiVersion }) => apiVersion.startsWith('serving.'));
  assert.equal(services.length, 1);
  return services[0] as Manifest;
}
