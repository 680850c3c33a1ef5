import assert from 'node:assert/strict';
import { it } from 'node:test';

import type { Manifest } from '../support/yaml.ts';
import { findServiceDifferences } from './service-difference.ts';

const service = (container: object, metadata: object = {}): Manifest => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'twittergraph', ...metadata },
  spec: { template: { spec: { containers: [{ image: 'a', env: [{ name: 'A', value: '1' }], ...container }] } } },
});

it('finds no difference in what is ignored', () => {
  const own = { labels: { 'app.kubernetes.io/name': 'x' }, annotations: { 'serving.knative.dev/creator': 'me' } };
  const built = service(
    {
      image: 'b',
      env: [
        { name: 'BUILT', value: 'now' },
        { name: 'A', value: '1' },
      ],
    },
    own,
  );
  assert.deepEqual(findServiceDifferences(service({}), built), []);
});

it('finds every other difference, with its place and both values', () => {
  const other = service({ env: [{ name: 'A', value: '2' }], livenessProbe: {} }, { labels: { l: 'x' } });
  assert.deepEqual(findServiceDifferences(service({}), other), [
    'metadata.labels.l: absent and "x"',
    'spec.template.spec.containers.0.env.0.value: "1" and "2"',
    'spec.template.spec.containers.0.livenessProbe: absent and {}',
  ]);
});
