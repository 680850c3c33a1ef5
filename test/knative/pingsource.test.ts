import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { Cron } from 'croner';

import { COLLECTORS } from '../../functions/collectors/index.ts';
import { JOBS } from '../../functions/jobs/index.ts';
import { findJob } from '../../functions/run/job.ts';
import { sharedPath } from '../support/shared.ts';
import { type Manifest, readYaml, root } from '../support/yaml.ts';
import { openCrd } from '../manifests/schemas/crd.ts';

interface PingSource extends Manifest {
  spec: { schedule: string; contentType: string; data: string; sink: { ref: Record<string, string> } };
}

interface Tick {
  job: string;
  collectors?: string[];
  every?: number;
}

const crd = sharedPath('schemas/eventing/pingsource.yaml');
const sources = readdirSync(join(root, 'knative', 'base'))
  .filter((name) => name.startsWith('pingsource-'))
  .map((name) => ({ name, source: readYaml(`knative/base/${name}`) as PingSource }));

it('at least the profiles have a schedule', () => {
  assert.ok(sources.some(({ name }) => name === 'pingsource-users.yaml'));
});

for (const { name, source } of sources) {
  describe(`knative/base/${name}`, () => {
    const { schedule, contentType, data, sink } = source.spec;
    const tick = JSON.parse(data) as Tick;

    it('is what the PingSource definition knows, and nothing else', { skip: crd === undefined }, () => {
      assert.deepEqual(openCrd(crd ?? '', 'v1')(source), []);
    });

    it('is named for its file', () => {
      assert.equal(`pingsource-${source.metadata.name.replace('twittergraph-', '')}.yaml`, name);
    });

    it('carries a JSON object and says so', () => {
      assert.equal(contentType, 'application/json');
      assert.ok(typeof tick === 'object' && !Array.isArray(tick));
    });

    it('names a job, collectors and keys that the function knows', () => {
      assert.ok(
        JOBS.some(({ name: known }) => known === tick.job),
        `the job ${tick.job}`,
      );
      const known = COLLECTORS.map((collector) => collector.name);
      for (const collector of tick.collectors ?? []) assert.ok(known.includes(collector), collector);
      const keys = ['job', 'collectors', 'users', 'every', 'days'];
      assert.deepEqual(
        Object.keys(tick).filter((key) => !keys.includes(key)),
        [],
      );
      const wanted = findJob(JOBS, tick);
      assert.doesNotThrow(() => wanted.job.parse(wanted.data, []));
    });

    it('has five plain cron fields, and "every" is their period', () => {
      assert.match(schedule, /^[\d*/,-]+( [\d*/,-]+){4}$/);
      const runs = new Cron(schedule, { timezone: 'UTC' }).nextRuns(200, new Date('2026-02-27T00:00:00Z'));
      const gapsSeconds = runs.slice(1).map((run, index) => (run.getTime() - (runs[index]?.getTime() ?? 0)) / 1000);
      if (tick.job === 'collect' || tick.every !== undefined) assert.deepEqual([...new Set(gapsSeconds)], [tick.every]);
    });

    it('is sent to the function', () => {
      const { name: service } = readYaml('func.yaml') as { name: string };
      assert.deepEqual(sink.ref, { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: service });
    });
  });
}

describe('the check of a PingSource', { skip: crd === undefined }, () => {
  const find = crd === undefined ? () => [] : openCrd(crd, 'v1');
  const source = (spec: object, metadata: object = {}): object => ({
    apiVersion: 'sources.knative.dev/v1',
    kind: 'PingSource',
    metadata: { name: 'tick', ...metadata },
    spec: { schedule: '* * * * *', sink: { uri: 'http://localhost' }, ...spec },
  });

  it('lets a right one pass', () => {
    assert.deepEqual(find(source({})), []);
  });

  const wrong = {
    'an unknown field': source({ delivery: { retry: 3 } }),
    'an unknown field further in': source({ sink: { ref: { kind: 'Service', name: 'x', service: 'y' } } }),
    'a wrong type': source({ schedule: 5 }),
    'another version': { ...source({}), apiVersion: 'sources.knative.dev/v1beta2' },
    'another kind': { ...source({}), kind: 'CronJob' },
    'a namespace': source({}, { namespace: 'default' }),
  };
  for (const [what, manifest] of Object.entries(wrong)) {
    it(`reports ${what}`, () => {
      assert.equal(find(manifest).length, 1);
    });
  }
});
