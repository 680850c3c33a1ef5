import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { sharedPath } from '../support/shared.ts';
import type { Manifest } from '../support/yaml.ts';
import { checkSchemas } from './schemas/schemas.ts';

const isShared = sharedPath('schemas/eventing') !== undefined;

const deployment = (pod: object, container: object): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec: {
    selector: { matchLabels: { a: 'b' } },
    template: {
      metadata: { labels: { a: 'b' } },
      spec: { ...pod, containers: [{ name: 'x', image: 'y', ...container }] },
    },
  },
});
const trigger = (delivery: object): Manifest => ({
  apiVersion: 'eventing.knative.dev/v1',
  kind: 'Trigger',
  metadata: { name: 'a' },
  spec: { broker: 'b', subscriber: { uri: 'http://c' }, ...delivery },
});

it('says by which schemas a kind was checked', () => {
  const { checked, problems } = checkSchemas([deployment({}, {}), trigger({})]);
  assert.deepEqual(problems, []);
  assert.deepEqual(checked.get('apps/v1 Deployment'), ['kubernetes-models']);
  const crd = isShared ? ['CustomResourceDefinition'] : [];
  assert.deepEqual(checked.get('eventing.knative.dev/v1 Trigger'), ['@kubernetes-models/knative', ...crd]);
});

describe('what the schemas find:', () => {
  const wrong: [string, Manifest, RegExp][] = [
    [
      'an unknown field, with its place',
      deployment({}, { ports: [{ containerPort: 80, protocoll: 'TCP' }] }),
      /Deployment a spec\.template\.spec\.containers\.0\.ports\.0\.protocoll?.*protocoll/,
    ],
    ['a field of the wrong type', deployment({ hostNetwork: 'no' }, {}), /boolean/],
    ['a missing field', deployment({}, { ports: [{}] }), /containerPort/],
    ['a wrong choice', deployment({ restartPolicy: 'Sometimes' }, {}), /Sometimes/],
    ['a quantity that is none', deployment({}, { resources: { limits: { memory: '1Gii' } } }), /quantity/],
    ['a wrong type in an object of Knative', trigger({ delivery: { retry: 'three' } }), /retry must be/],
    [
      'a kind that nobody knows',
      { apiVersion: 'x/v1', kind: 'Y', metadata: { name: 'z' } },
      /x\/v1 Y: no schema is known/,
    ],
  ];
  for (const [what, object, problem] of wrong) {
    it(what, () => {
      assert.match(checkSchemas([object]).problems.join('\n'), problem);
    });
  }

  it('an unknown field in an object of Knative', { skip: !isShared }, () => {
    const source: Manifest = {
      apiVersion: 'sources.knative.dev/v1',
      kind: 'PingSource',
      metadata: { name: 'a' },
      spec: { schedule: '* * * * *', sink: { uri: 'http://b' }, delivery: { retry: 3 } },
    };
    assert.match(checkSchemas([source]).problems.join('\n'), /additional properties.*delivery/);
  });
});

it('an unchecked kind is no problem where it is listed', () => {
  const route: Manifest = { apiVersion: 'route.openshift.io/v1', kind: 'Route', metadata: { name: 'a' } };
  assert.deepEqual(checkSchemas([route]), { checked: new Map([['route.openshift.io/v1 Route', []]]), problems: [] });
});
