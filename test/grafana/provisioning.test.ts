import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { Cron } from 'croner';

import { renderKustomization } from '../support/kustomize.ts';
import { type Manifest, readYaml, root } from '../support/yaml.ts';
import { mountedFiles } from './rendered.ts';

interface DataSource {
  uid: string;
  type: string;
  url: string;
  jsonData: Record<string, string>;
  secureJsonData: Record<string, string>;
}

interface PingSource extends Manifest {
  spec: { schedule: string };
}

interface Provider {
  folder?: string;
  folderUid?: string;
  options: Record<string, unknown>;
}

interface RuleGroup {
  orgId: number;
  folder: string;
}

const files = mountedFiles(renderKustomization('grafana'));

describe('grafana/base/provisioning/datasources.yaml', () => {
  const { datasources } = readYaml('grafana/base/provisioning/datasources.yaml') as { datasources: DataSource[] };
  const [source] = datasources;

  it('is where Grafana looks for data sources', () => {
    assert.ok(files.has('/etc/grafana/provisioning/datasources/datasources.yaml'));
  });

  it('asks InfluxDB for the database that the function writes, as the user that may only read', () => {
    assert.equal(datasources.length, 1);
    assert.equal(source?.uid, 'influxdb');
    const { run } = readYaml('func.yaml') as { run: { envs: { name: string; value: string }[] } };
    assert.equal(source.url, run.envs.find(({ name }) => name === 'INFLUXDB_URL')?.value);
    assert.equal(source.jsonData['dbName'], 'twittergraph');
    assert.equal(source.jsonData['version'], 'InfluxQL');
    assert.equal(source.jsonData['httpMode'], 'POST');
    assert.deepEqual(source.secureJsonData, {
      basicAuthPassword: '$__file{/etc/grafana/creds/INFLUXDB_READ_PASSWORD}',
    });
  });

  it('draws no finer than the profiles are read', () => {
    const sources = renderKustomization('knative') as PingSource[];
    const users = sources.find(({ metadata }) => metadata.name === 'twittergraph-users');
    const [first, second] = new Cron(users?.spec.schedule ?? '', { timezone: 'UTC' }).nextRuns(
      2,
      new Date('2026-01-01T00:00:00Z'),
    );
    const minutes = ((second?.getTime() ?? 0) - (first?.getTime() ?? 0)) / 60_000;
    assert.equal(source?.jsonData['timeInterval'], `${minutes}m`);
  });
});

describe('grafana/base/provisioning/dashboards.yaml', () => {
  const { providers } = readYaml('grafana/base/provisioning/dashboards.yaml') as { providers: Provider[] };

  it('is where Grafana looks for providers', () => {
    assert.ok(files.has('/etc/grafana/provisioning/dashboards/dashboards.yaml'));
  });

  it('reads the folder where every dashboard is mounted, each under the name of its file', () => {
    assert.equal(providers.length, 1);
    const folder = String(providers[0]?.options['path']);
    const mounted = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
    assert.deepEqual(mounted.map((path) => path.slice(folder.length + 1)).sort(), listFiles('dashboards', '.json'));
  });

  it('names no folder: the alert rules alone make one', () => {
    assert.equal(providers[0]?.folder, undefined);
    assert.equal(providers[0]?.folderUid, undefined);
    assert.deepEqual(Object.keys(providers[0]?.options ?? {}), ['path']);
  });
});

describe('grafana/dashboards', () => {
  const dashboards = listFiles('dashboards', '.json').map((name) => ({
    name,
    ...(readYaml(`grafana/dashboards/${name}`) as { uid: string; title: string }),
  }));

  it('have a uid that is their file name, and titles of their own', () => {
    assert.notDeepEqual(dashboards, []);
    for (const { name, uid } of dashboards) assert.equal(`${uid}.json`, `twittergraph-${name}`);
    assert.equal(new Set(dashboards.map(({ title }) => title)).size, dashboards.length);
  });
});

describe('grafana/alerting', () => {
  const names = listFiles('alerting', '.yaml');

  it('is where Grafana looks for alerting', () => {
    const mounted = [...files.keys()].filter((path) => path.startsWith('/etc/grafana/provisioning/alerting/'));
    assert.deepEqual(mounted.map((path) => path.split('/').at(-1)).sort(), names);
  });

  it('makes one folder: a second title would be a second one', () => {
    const groups = names.flatMap((name) => (readYaml(`grafana/alerting/${name}`) as { groups?: RuleGroup[] }).groups);
    const made = new Set(groups.filter((group) => group !== undefined).map(({ folder }) => folder));
    assert.equal(made.size, 1);
    assert.doesNotMatch([...made].join(), /\//, 'a slash would nest');
  });

  it('sends to the webhook of the Secret', () => {
    const texts = names.map((name) => files.get(`/etc/grafana/provisioning/alerting/${name}`) ?? '');
    assert.equal(texts.filter((text) => text.includes('$__file{/etc/grafana/creds/ALERT_WEBHOOK_URL}')).length, 1);
  });
});

/** The names of the files of that kind in a folder of grafana/, without the kustomization, sorted. */
function listFiles(folder: string, extension: string): string[] {
  return readdirSync(join(root, 'grafana', folder))
    .filter((name) => name.endsWith(extension) && name !== 'kustomization.yaml')
    .sort();
}
