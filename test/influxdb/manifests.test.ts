import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { readSettings } from '../../influxdb/bootstrap/settings.ts';
import { parseRetention } from '../../influxdb/bootstrap/retention.ts';
import { waitForServer } from '../../influxdb/bootstrap/server.ts';
import { readYaml } from '../support/yaml.ts';
import type { FuncYaml } from '../deploy/func-rules.ts';
import { secrets, scriptArguments } from './bootstrap-process.ts';
import { startInfluxdb2 } from './influxdb2.ts';
import { containerOf, type PodSpec, render, variablesOf } from './manifests.ts';

const base = render('influxdb');
const v1 = render('influxdb/overlays/v1');
const okd = render('influxdb/overlays/okd');

describe('the bootstrap Job', () => {
  const pod = base.podOf('Job', 'influxdb-bootstrap');
  const container = containerOf(pod, 'bootstrap');

  it('is given the files that the bootstrap reads, and no others', () => {
    const mounted = pod.volumes.flatMap(({ name, secret }) => {
      const mount = container.volumeMounts.find((one) => one.name === name);
      return (secret?.items ?? []).map(({ key, path }) => ({ key, file: `${mount?.mountPath ?? ''}/${path}` }));
    });
    const read = Object.entries(secrets).flatMap(([name, keys]) =>
      Object.keys(keys).map((key) => ({ key, file: `/etc/bootstrap/${name}/${key}` })),
    );
    assert.deepEqual(mounted, read);
    for (const { secret } of pod.volumes) if (secret) assert.ok(secret.secretName in secrets, secret.secretName);
  });

  it('looks for them there', () => {
    // No such folder here: each file is named as missing.
    assert.throws(() => readSettings({}), /influxdb-admin\/INFLUXDB_ADMIN_TOKEN is missing/);
  });

  it('runs by what its ConfigMap holds alone', () => {
    assert.deepEqual(container.command, ['node', '/opt/bootstrap/bootstrap.ts']);
    const folder = mkdtempSync(join(tmpdir(), 'twittergraph-configmap-'));
    try {
      for (const [name, text] of Object.entries(base.dataOf('influxdb-bootstrap')))
        writeFileSync(join(folder, name), text);
      const argv = scriptArguments(join(folder, 'bootstrap.ts'));
      const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', env: { SECRETS_DIR: folder } });
      assert.equal(status, 1);
      assert.match(stderr, /^Nothing was asked of InfluxDB/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('asks the Service of that name, and keeps points as long as the one setting says', () => {
    assert.deepEqual(variablesOf(container), { INFLUXDB_URL: 'http://influxdb:8086' });
    const retention = container.env?.find(({ name }) => name === 'RETENTION')?.valueFrom?.configMapKeyRef;
    assert.match(retention?.name ?? '', /^influxdb-bootstrap-settings-/);
    assert.notEqual(parseRetention(base.dataOf('influxdb-bootstrap-settings')['RETENTION'] ?? ''), undefined);
  });

  it('has a user for the function by the Secret that func.yaml mounts, where func.yaml looks for InfluxDB', () => {
    const { run } = readYaml('func.yaml') as FuncYaml;
    assert.ok(run.volumes.some(({ secret }) => secret === 'influxdb-creds'));
    const url = run.envs.find(({ name }) => name === 'INFLUXDB_URL')?.value;
    assert.equal(url, variablesOf(container)['INFLUXDB_URL']);
    const [{ port }] = (base.find('Service', 'influxdb')['spec'] as { ports: [{ port: number }] }).ports;
    assert.equal(Number(new URL(url ?? '').port), port);
  });

  it('is told by the examples what it refuses as long as it is not filled in', () => {
    for (const name of ['influxdb-admin', 'influxdb-creds'] as const) {
      const { metadata, stringData } = readYaml(`influxdb/examples/${name}.yaml`) as {
        metadata: { name: string };
        stringData: Record<string, string>;
      };
      assert.equal(metadata.name, name);
      assert.deepEqual(Object.keys(stringData), Object.keys(secrets[name]));
      for (const key of Object.keys(stringData).filter((one) => !one.endsWith('USERNAME')))
        assert.match(stringData[key] ?? '', /^\{\{/, key);
    }
  });
});

describe('the server', () => {
  const server = containerOf(base.podOf('StatefulSet', 'influxdb'), 'influxdb');
  /** What answers without a login, or calls somebody, unless it is told not to. */
  const closed = ['METRICS_DISABLED', 'PPROF_DISABLED', 'REPORTING_DISABLED', 'UI_DISABLED'];

  it('shows its numbers, its inside and its page to nobody, and reports to nobody', () => {
    const variables = variablesOf(server);
    for (const name of closed) assert.equal(variables[`INFLUXD_${name}`], 'true', name);
  });

  it('answers so', { skip: !process.env['INFLUXD2_BIN'] && 'INFLUXD2_BIN names none' }, async () => {
    const influxdb = await startInfluxdb2();
    try {
      await waitForServer(influxdb.url, 30, () => undefined);
      for (const path of ['/metrics', '/debug/pprof/all']) {
        const { status } = await fetch(`${influxdb.url}${path}`);
        assert.equal(status, 403, path);
      }
    } finally {
      await influxdb.close();
    }
  });
});

describe('the backups', () => {
  for (const name of ['influxdb-backup', 'influxdb-maintenance']) {
    it(`${name}: runs the server's own image, with the operator token as a file`, () => {
      const pod = base.podOf('CronJob', name);
      const [container] = pod.containers;
      assert.equal(container?.image, containerOf(base.podOf('StatefulSet', 'influxdb'), 'influxdb').image);
      const { INFLUX_TOKEN_FILE: file, INFLUX_HOST: host } = variablesOf(container);
      const mount = container.volumeMounts.find(({ mountPath }) => file?.startsWith(`${mountPath}/`));
      const secret = pod.volumes.find((volume) => volume.name === mount?.name)?.secret;
      assert.deepEqual(secret?.items, [{ key: 'INFLUXDB_ADMIN_TOKEN', path: file?.split('/').at(-1) }]);
      assert.equal(host, 'http://influxdb:8086');
    });
  }

  it('are made by a script that is there, as many are kept as the one setting says, and the shell never starts by itself', () => {
    const [container] = base.podOf('CronJob', 'influxdb-backup').containers;
    assert.deepEqual(container?.command, ['sh', '/opt/backup/backup.sh']);
    assert.ok('backup.sh' in base.dataOf('influxdb-backup'));
    assert.match(base.dataOf('influxdb-backup-settings')['BACKUPS_KEPT'] ?? '', /^[1-9]\d*$/);
    assert.equal((base.find('CronJob', 'influxdb-backup')['spec'] as { suspend?: boolean }).suspend, undefined);
    assert.equal((base.find('CronJob', 'influxdb-maintenance')['spec'] as { suspend?: boolean }).suspend, true);
  });
});

describe('overlays/v1', () => {
  const pod = v1.podOf('StatefulSet', 'influxdb');
  const server = containerOf(pod, 'influxdb');

  it('is an InfluxDB 1.x that asks everybody for a login, with the settings that the posts need', () => {
    assert.match(server.image, /influxdb:1\.\d+\.\d+$/);
    const { INFLUXDB_HTTP_AUTH_ENABLED: auth, INFLUXDB_DATA_MAX_VALUES_PER_TAG: most } = variablesOf(server);
    assert.deepEqual([auth, most], ['true', '0']);
    assert.ok(Object.keys(variablesOf(server)).every((name) => name.startsWith('INFLUXDB_')));
    assert.equal(pod.securityContext['runAsUser'], 1500);
  });

  it('takes no variables from Services, which 1.x would read as settings', () => {
    for (const rendering of [base, v1])
      assert.equal(rendering.podOf('StatefulSet', 'influxdb').enableServiceLinks, false);
  });

  it('is backed up from beside, by the way that asks for no password and leads nowhere else', () => {
    const address = variablesOf(server)['INFLUXDB_BIND_ADDRESS'] ?? '';
    assert.match(address, /^127\.0\.0\.1:/);
    const beside = containerOf(pod, 'backup');
    assert.equal(variablesOf(beside)['INFLUXDB_RPC'], address);
    assert.equal(beside.image, server.image);
    assert.deepEqual(beside.command, ['sh', '/opt/backup/daily.sh']);
    assert.ok('daily.sh' in v1.dataOf('influxdb-backup'));
    assert.deepEqual(
      v1.objects.filter(({ kind }) => kind === 'CronJob'),
      [],
    );
  });

  it('is told from beside that there is a backup, by the user of the function', () => {
    const beside = containerOf(pod, 'backup');
    const { INFLUXDB_URL: url, INFLUXDB_CREDS_DIR: folder } = variablesOf(beside);
    const port = server.ports?.find(({ name }) => name === 'http')?.containerPort;
    assert.equal(url, `http://127.0.0.1:${port ?? ''}`);
    const mount = beside.volumeMounts.find(({ mountPath }) => mountPath === folder);
    const secret = pod.volumes.find(({ name }) => name === mount?.name)?.secret;
    assert.equal(secret?.secretName, 'influxdb-creds');
    assert.deepEqual(
      secret.items.map(({ path }) => path),
      Object.keys(secrets['influxdb-creds']),
    );
    assert.ok(server.volumeMounts.every(({ name }) => name !== mount?.name));
  });

  it('differs in nothing else', () => {
    const rest = (objects: typeof v1.objects): unknown[] =>
      objects.filter(({ kind }) => kind !== 'CronJob' && kind !== 'StatefulSet');
    assert.deepEqual(rest(v1.objects), rest(base.objects));
  });
});

describe('overlays/okd', () => {
  it('leaves user and group of every pod to the namespace', () => {
    const pods: PodSpec[] = [
      okd.podOf('StatefulSet', 'influxdb'),
      okd.podOf('Job', 'influxdb-bootstrap'),
      okd.podOf('CronJob', 'influxdb-backup'),
      okd.podOf('CronJob', 'influxdb-maintenance'),
    ];
    assert.equal(okd.objects.filter((object) => ['StatefulSet', 'Job', 'CronJob'].includes(object.kind)).length, 4);
    for (const { securityContext } of pods) {
      for (const name of ['runAsUser', 'runAsGroup', 'fsGroup']) assert.ok(!(name in securityContext), name);
      assert.equal(securityContext['runAsNonRoot'], true);
    }
  });

  it('rolls the server when the tag of its ImageStream changes, which is the image of the base', () => {
    const { metadata } = okd.find('StatefulSet', 'influxdb');
    const [trigger] = JSON.parse(metadata.annotations?.['image.openshift.io/triggers'] ?? '[]') as {
      from: { kind: string; name: string };
      fieldPath: string;
    }[];
    const stream = okd.find('ImageStream', 'influxdb');
    const [tag] = (stream['spec'] as { tags: [{ name: string; from: { name: string } }] }).tags;
    assert.deepEqual(trigger?.from, { kind: 'ImageStreamTag', name: `influxdb:${tag.name}` });
    const [, container = ''] =
      /^spec\.template\.spec\.containers\[\?\(@\.name=="(\w+)"\)\]\.image$/.exec(trigger.fieldPath) ?? [];
    assert.equal(containerOf(okd.podOf('StatefulSet', 'influxdb'), container).image, tag.from.name);
  });
});
