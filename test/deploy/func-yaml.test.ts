import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';

import { JOB_NAMES } from '../../functions/config.ts';
import { sharedPath } from '../support/shared.ts';
import { readYaml, root } from '../support/yaml.ts';
import { findFuncProblems, type FuncYaml } from './func-rules.ts';

const func = readYaml('func.yaml') as FuncYaml;
const { scripts, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};
const envs = new Map(func.run.envs.map(({ name, value }) => [name, value]));
const buildEnvs = new Map(func.build.buildEnvs.map(({ name, value }) => [name, value]));

describe('func.yaml', () => {
  const path = sharedPath('schemas/func/func_yaml-schema.json');

  it('is valid by the schema of func', { skip: path === undefined }, () => {
    const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
    const validate = ajv.compile(JSON.parse(readFileSync(path ?? '', 'utf8')) as object);
    validate(func);
    assert.deepEqual(validate.errors ?? [], []);
  });

  it('keeps the rules of func that are not in its schema', () => {
    assert.deepEqual(findFuncProblems(func), []);
  });

  it('starts the same command under s2i as package.json does under pack', () => {
    assert.equal(envs.get('NODE_CMD'), scripts['start']);
    // Without it the start script of the image ignores NODE_CMD: sclorg/s2i-nodejs-container, 22-minimal/s2i/bin/run
    assert.equal(envs.get('INIT_WRAPPER'), 'false');
  });

  it('names the target that the start command serves', () => {
    assert.ok(scripts['start']?.split(' ').includes(`--target=${func.name}`));
  });

  it('builds under pack with a script of package.json, on the Node of s2i, which package.json allows', () => {
    for (const script of buildEnvs.get('BP_NODE_RUN_SCRIPTS')?.split(',') ?? ['']) assert.ok(scripts[script], script);
    const major = /nodejs-(\d+)/.exec(func.build.builderImages['s2i'] ?? '')?.[1] ?? '';
    assert.equal(buildEnvs.get('BP_NODE_VERSION'), `${major}.*`);
    const [min = 0, below = 0] = (engines.node.match(/\d+/g) ?? []).map(Number);
    assert.ok(Number(major) >= min && Number(major) < below);
  });

  it('mounts both Secrets and the ConfigMap below /etc/twittergraph, each in a folder of its name', () => {
    assert.deepEqual(func.run.volumes, [
      { secret: 'twitter-creds', path: '/etc/twittergraph/twitter-creds' },
      { secret: 'influxdb-creds', path: '/etc/twittergraph/influxdb-creds' },
      { configMap: 'twittergraph-accounts', path: '/etc/twittergraph/twittergraph-accounts' },
    ]);
  });

  it('sets no variable that a Secret or the ConfigMap holds: a variable wins over a file', () => {
    assert.deepEqual([...envs.keys()], ['INFLUXDB_URL', 'JOBS', 'NODE_CMD', 'INIT_WRAPPER']);
  });

  it('leaves record events to the recorder: they can write any line of the ledger', () => {
    const others = JOB_NAMES.filter((name) => name !== 'record');
    assert.equal(envs.get('JOBS'), others.join(','));
  });

  it('is reached from inside the cluster only, in one pod, one run at a time', () => {
    assert.deepEqual(func.deploy.labels, [{ key: 'networking.knative.dev/visibility', value: 'cluster-local' }]);
    assert.deepEqual(func.deploy.options.scale, { min: 0, max: 1 });
    assert.equal(func.deploy.options.resources.limits['concurrency'], 1);
  });
});

describe('the rules of func', () => {
  const broken = (change: (copy: FuncYaml) => void): string[] => {
    const copy = structuredClone(func);
    change(copy);
    return findFuncProblems(copy);
  };
  const wrong: Record<string, (copy: FuncYaml) => void> = {
    'a name that starts with a digit': (copy) => (copy.name = '1twittergraph'),
    'a secret with a dot in its name': (copy) => copy.run.envs.push({ name: 'A', value: '{{ secret:a.b:key }}' }),
    'a placeholder that func does not know': (copy) => copy.run.envs.push({ name: 'A', value: '{{ vault:a:b }}' }),
    'an imported secret': (copy) => copy.run.envs.push({ value: '{{ secret:twitter-creds }}' }),
    'an env that Knative sets': (copy) => copy.run.envs.push({ name: 'PORT', value: '8080' }),
    'an env given twice': (copy) => copy.run.envs.push({ name: 'NODE_CMD', value: 'x' }),
    'a path mounted twice': (copy) => copy.run.volumes.push({ secret: 'x', path: '/etc/twittergraph/twitter-creds' }),
    'a request above its limit': (copy) => (copy.deploy.options.resources.requests['memory'] = '1Gi'),
    'a build variable from a secret': (copy) => copy.build.buildEnvs.push({ name: 'A', value: '{{ secret:a:b }}' }),
    'the label that Knative no longer reads': (copy) =>
      copy.deploy.labels.push({ key: 'serving.knative.dev/visibility', value: 'cluster-local' }),
  };
  for (const [what, change] of Object.entries(wrong)) {
    it(`report ${what}`, () => {
      assert.equal(broken(change).length, 1);
    });
  }
});
