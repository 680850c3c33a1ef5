import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { codeBlocks, linkTargets, readText, sectionOf, tableOf } from '../docs/markdown.ts';
import { type Manifest, readYaml, root } from '../support/yaml.ts';
import { runBootstrap, secrets } from './bootstrap-process.ts';
import { startInfluxdb2 } from './influxdb2.ts';
import { render } from './manifests.ts';

const text = readText('influxdb/operating.md');
const commands = codeBlocks(text)
  .filter(({ language }) => language === 'sh')
  .map(({ code }) => code.replaceAll(/\\\n\s*/g, ' '))
  .concat([...text.matchAll(/`((?:kubectl|oc|sh) [^`]+)`/g)].map(([, code = '']) => code))
  .join('\n');
const base = render('influxdb');

describe('the table of resources', () => {
  const rows = tableOf(text, 'Resource', 'File', 'Description');

  it('has each object with the file it is in', () => {
    for (const row of rows) {
      const [, kind = '', name = ''] = /^(\w+) `([\w-]+)`$/.exec(row['Resource'] ?? '') ?? [];
      const [file = ''] = linkTargets(row['File'] ?? '');
      if (kind === '' || kind === 'ConfigMap') continue;
      const object = readYaml(join('influxdb', file)) as Manifest;
      assert.deepEqual([object.kind, object.metadata.name], [kind, name]);
    }
  });

  it('leaves no file out', () => {
    const named = rows.flatMap((row) => linkTargets(row['File'] ?? ''));
    const files = ['base', 'examples'].flatMap((folder) =>
      readdirSync(join(root, 'influxdb', folder)).map((name) => `${folder}/${name}`),
    );
    assert.deepEqual(
      files.filter((file) => !named.includes(file)),
      [],
    );
  });
});

it('the table of Secrets has the keys that the bootstrap reads, and the commands create those of ours', () => {
  const rows = tableOf(text, 'Secret', 'Key');
  const listed = rows.flatMap((row) =>
    [...(row['Key'] ?? '').matchAll(/`(\w+)`/g)].map(
      ([, key = '']) => `${(row['Secret'] ?? '').replaceAll('`', '')}/${key}`,
    ),
  );
  const read = Object.entries(secrets).flatMap(([name, keys]) => Object.keys(keys).map((key) => `${name}/${key}`));
  assert.deepEqual(listed, read);
  for (const name of ['influxdb-admin', 'influxdb-creds'] as const) {
    const [, rest = ''] = new RegExp(`kubectl create secret generic ${name} (.*)`).exec(commands) ?? [];
    const keys = [...rest.matchAll(/--from-(?:file|literal)=(\w+)=/g)].map(([, key]) => key);
    assert.deepEqual(keys, Object.keys(secrets[name]));
  }
});

it('the transcript of the set-up is what the bootstrap says', async () => {
  const influxdb = await startInfluxdb2();
  try {
    const { lines } = await runBootstrap(influxdb.url);
    const shown = codeBlocks(text).find(({ code }) => code.includes('created    administrator'))?.code ?? '';
    const said = lines.filter((line) => !line.includes('does not answer yet'));
    assert.deepEqual(
      shown
        .trim()
        .split('\n')
        .map((line) => line.trim()),
      said,
    );
  } finally {
    await influxdb.close();
  }
});

describe('the commands', () => {
  const named = (pattern: RegExp): string[] => [...commands.matchAll(pattern)].map(([, name = '']) => name);

  it('apply folders that are there', () => {
    const folders = named(/-k (influxdb[\w/-]*)/g);
    assert.ok(folders.includes('influxdb') && folders.includes('influxdb/overlays/v1'));
    for (const folder of folders) assert.ok(existsSync(join(root, folder, 'kustomization.yaml')), folder);
  });

  it('name scripts, workloads, containers and labels that are there', () => {
    const scripts = Object.keys(base.dataOf('influxdb-backup'));
    for (const script of named(/\/opt\/backup\/([\w.]+)/g)) assert.ok(scripts.includes(script), script);
    for (const cronJob of named(/--from=cronjob\/([\w-]+)/g)) base.find('CronJob', cronJob);
    const jobs = ['influxdb-bootstrap', 'influxdb-maintenance'];
    for (const job of named(/ job\/([\w-]+)/g)) assert.ok(jobs.includes(job), job);
    const components = base.objects.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/component']);
    for (const component of named(/-l app\.kubernetes\.io\/component=(\w+)/g))
      assert.ok(components.includes(component));
    const containers = render('influxdb/overlays/v1').podOf('StatefulSet', 'influxdb').containers;
    for (const container of named(/influxdb-0 -c (\w+)/g))
      assert.ok(
        containers.some(({ name }) => name === container),
        container,
      );
  });
});

it('the numbers are those of the manifests', () => {
  const { schedule } = base.find('CronJob', 'influxdb-backup')['spec'] as { schedule: string };
  const [minute, hour] = schedule.split(' ');
  assert.ok(sectionOf(text, '## Backups').includes(`at ${hour?.padStart(2, '0') ?? ''}:${minute ?? ''} `));
  const kept = base.dataOf('influxdb-backup-settings')['BACKUPS_KEPT'] ?? '';
  assert.match(sectionOf(text, '## Backups'), new RegExp(`\\(${kept}\\) is how many stay`));
  const bootstrap = base.find('Job', 'influxdb-bootstrap')['spec'] as Record<string, unknown>;
  assert.equal(bootstrap['ttlSecondsAfterFinished'], 3600);
  assert.match(text, /An hour after its end it goes by itself/);
  assert.equal(bootstrap['backoffLimit'], 3);
  assert.match(text, /The Job tries four times/);
  const { jobTemplate } = base.find('CronJob', 'influxdb-maintenance')['spec'] as {
    jobTemplate: { spec: { activeDeadlineSeconds: number } };
  };
  assert.match(text, new RegExp(`else after ${jobTemplate.spec.activeDeadlineSeconds / 3600} hours`));
});
