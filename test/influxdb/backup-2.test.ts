import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { listFolder, makeBackupFolder, nextSecond, runScript } from './backup-process.ts';
import { marker, runBootstrap, secrets } from './bootstrap-process.ts';
import { query, rightsOf } from './influx-user.ts';
import { type Influxdb2, startInfluxdb2 } from './influxdb2.ts';
import { writer } from './secret-users.ts';

const { INFLUXDB_ADMIN_TOKEN: token } = secrets['influxdb-admin'];
const cli = process.env['INFLUX_BIN'];
const isReal = cli !== undefined && process.env['INFLUXD2_BIN'] !== undefined;

/** A stand-in for the command line of 2.x notes its arguments and does as it is told by `influx.does`. */
describe('what the backup of InfluxDB 2.x does with the command line of InfluxDB', () => {
  const folder = makeBackupFolder();
  const bin = mkdtempSync(join(tmpdir(), 'twittergraph-influx-'));
  const env = {
    PATH: `${bin}:/usr/bin:/bin`,
    BIN: bin,
    BACKUP_DIR: folder,
    BACKUPS_KEPT: '1',
    INFLUX_TOKEN_FILE: join(bin, 'token'),
  };

  before(() => {
    writeFileSync(join(bin, 'token'), `${token}\n`);
    const lines = ['#!/bin/sh', 'echo "$@" >>"$BIN/asked"', 'echo "$INFLUX_TOKEN" >"$BIN/seen"', '. "$BIN/does"', ''];
    writeFileSync(join(bin, 'influx'), lines.join('\n'));
    chmodSync(join(bin, 'influx'), 0o755);
  });
  after(() => {
    for (const path of [folder, bin]) rmSync(path, { recursive: true });
  });

  it('is given the token, and not as an argument', async () => {
    writeFileSync(join(bin, 'does'), 'mkdir "$2" && echo x >"$2/1.manifest"');
    const { code, output } = await runScript('backup.sh', env);
    assert.equal(code, 0, output);
    assert.equal(readFileSync(join(bin, 'seen'), 'utf8'), `${token}\n`);
    const asked = readFileSync(join(bin, 'asked'), 'utf8');
    assert.match(asked, /^backup \S+\/partial\.\S+\n$/);
    assert.doesNotMatch(asked + output, new RegExp(marker));
    assert.equal(listFolder(folder).length, 1);
  });

  for (const [what, does] of Object.entries({
    fails: 'mkdir "$2" && echo x >"$2/1.manifest"; exit 3',
    'writes nothing': 'mkdir "$2"',
  })) {
    it(`keeps the last good backup when it ${what}`, async () => {
      writeFileSync(join(bin, 'does'), does);
      const good = listFolder(folder);
      await nextSecond();
      assert.notEqual((await runScript('backup.sh', env)).code, 0);
      assert.deepEqual(listFolder(folder), good);
    });
  }
});

describe('backup and restore of a real InfluxDB 2.x', { skip: !isReal && 'INFLUXD2_BIN, INFLUX_BIN name none' }, () => {
  const folder = makeBackupFolder();
  let influxdb: Influxdb2;
  let env: Record<string, string>;

  before(async () => {
    influxdb = await startInfluxdb2();
    mkdirSync(join(folder, 'own'));
    writeFileSync(join(folder, 'token'), token);
    env = {
      PATH: `${dirname(cli ?? '')}:/usr/bin:/bin`,
      INFLUX_HOST: influxdb.url,
      INFLUX_TOKEN_FILE: join(folder, 'token'),
      BACKUP_DIR: join(folder, 'own'),
      BACKUPS_KEPT: '2',
    };
    assert.equal((await runBootstrap(influxdb.url)).code, 0);
    await rightsOf(influxdb.url, writer); // writes a point
  });
  after(async () => {
    await influxdb.close();
    rmSync(folder, { recursive: true });
  });

  it('brings back what the backup holds, and sets aside what was there', async () => {
    const stored = await query(influxdb.url, writer, 'SELECT * FROM probe');
    assert.match(stored.body, /"values"/);
    assert.equal((await runScript('backup.sh', env)).code, 0);
    await query(influxdb.url, writer, 'DELETE FROM probe');
    const { code, output } = await runScript('restore.sh', env, listFolder(join(folder, 'own'))[0] ?? '');
    assert.equal(code, 0, output);
    assert.match(output, /the bucket twittergraph as it was is now called twittergraph-before-/);
    assert.equal((await runBootstrap(influxdb.url)).code, 0);
    assert.deepEqual(await query(influxdb.url, writer, 'SELECT * FROM probe'), stored);
  });
});
