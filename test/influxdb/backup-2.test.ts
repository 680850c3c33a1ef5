import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { findFreePort } from '../support/influxd.ts';
import { listFolder, makeBackupFolder, nextSecond, runScript } from './backup-process.ts';
import { marker, runBootstrap, secrets } from './bootstrap-process.ts';
import { query, rightsOf } from './influx-user.ts';
import { type Influxdb2, startInfluxdb2 } from './influxdb2.ts';
import { reader, writer } from './secret-users.ts';

const { INFLUXDB_ADMIN_TOKEN: token } = secrets['influxdb-admin'];
const cli = process.env['INFLUX_BIN'];
const isReal = cli !== undefined && process.env['INFLUXD2_BIN'] !== undefined;

/** A stand-in for the command line of 2.x notes its arguments and does of each command what the file of its name says. */
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
  const does = (command: 'ping' | 'backup' | 'write', script: string): void => {
    writeFileSync(join(bin, `does-${command}`), script);
  };
  const asked = (): string[] => readFileSync(join(bin, 'asked'), 'utf8').trim().split('\n');

  before(() => {
    writeFileSync(join(bin, 'token'), `${token}\n`);
    const lines = [
      '#!/bin/sh',
      'echo "$@" >>"$BIN/asked"',
      'echo "$INFLUX_TOKEN" >"$BIN/seen"',
      '. "$BIN/does-$1"',
      '',
    ];
    writeFileSync(join(bin, 'influx'), lines.join('\n'));
    chmodSync(join(bin, 'influx'), 0o755);
  });
  beforeEach(async () => {
    rmSync(join(bin, 'asked'), { force: true });
    does('ping', '');
    does('backup', 'mkdir "$2" && echo x >"$2/1.manifest"');
    does('write', '');
    await nextSecond();
  });
  after(() => {
    for (const path of [folder, bin]) rmSync(path, { recursive: true });
  });

  it('is given the token, and not as an argument', async () => {
    const { code, output } = await runScript('backup.sh', env);
    assert.equal(code, 0, output);
    assert.equal(readFileSync(join(bin, 'seen'), 'utf8'), `${token}\n`);
    assert.match(asked().find((line) => line.startsWith('backup')) ?? '', /^backup \S+\/partial\.\S+$/);
    assert.doesNotMatch(asked().join() + output, new RegExp(marker));
    assert.equal(listFolder(folder).length, 1);
  });

  it('is told to store that there is a backup, how large it is and how many there are, at the time of its name', async () => {
    assert.equal((await runScript('backup.sh', env)).code, 0);
    const [name = ''] = listFolder(folder);
    const seconds = Date.parse(name.replace(/T(..)-(..)-/, 'T$1:$2:')) / 1000;
    const line = asked().at(-1) ?? '';
    const size = Number(/size_bytes=(\d+)i/.exec(line)?.[1]);
    assert.ok(size > 0 && size % 1024 === 0, line);
    const options = '--org twittergraph --bucket twittergraph --precision s';
    assert.equal(line, `write ${options} twitter_backup size_bytes=${size}i,kept=1i ${seconds}`);
  });

  it('keeps a good backup that InfluxDB could not be told of, and says so', async () => {
    does('write', 'exit 1');
    const { code, output } = await runScript('backup.sh', env);
    assert.equal(code, 0, output);
    assert.match(output, /^The backup is there, but InfluxDB could not be told of it/m);
    assert.equal(listFolder(folder).length, 1);
  });

  it('is asked whether the server answers until it does, as in a pod that has no network at first', async () => {
    does('ping', 'test "$(grep -c ping "$BIN/asked")" -ge 3');
    const { code, output } = await runScript('backup.sh', env);
    assert.equal(code, 0, output);
    assert.deepEqual(
      asked()
        .map((line) => line.split(' ')[0])
        .slice(0, 4),
      ['ping', 'ping', 'ping', 'backup'],
    );
  });

  it('is asked for no backup when the server does not answer in time, which is said with what it says', async () => {
    does('ping', 'echo "connect: connection refused" >&2; exit 1');
    const good = listFolder(folder);
    const late = { ...env, WAIT_SECONDS: '1', INFLUX_HOST: 'http://influxdb:8086' };
    const { code, output } = await runScript('backup.sh', late);
    assert.equal(code, 1);
    assert.match(output, /^InfluxDB at http:\/\/influxdb:8086 has not answered for 1 s\. .* connection refused$/m);
    assert.ok(asked().every((line) => line === 'ping'));
    assert.deepEqual(listFolder(folder), good);
  });

  for (const [what, script] of Object.entries({
    fails: 'mkdir "$2" && echo x >"$2/1.manifest"; exit 3',
    'writes nothing': 'mkdir "$2"',
  })) {
    it(`keeps the last good backup when it ${what}, and stores nothing of this one`, async () => {
      does('backup', script);
      const good = listFolder(folder);
      assert.equal(good.length, 1);
      assert.notEqual((await runScript('backup.sh', env)).code, 0);
      assert.deepEqual(listFolder(folder), good);
      assert.ok(asked().every((line) => !line.startsWith('write')));
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

  it('stores that there is a backup where the function and Grafana look', async () => {
    await nextSecond();
    const { code, output } = await runScript('backup.sh', env);
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /could not be told/);
    const { body } = await query(influxdb.url, reader, 'SELECT size_bytes, kept FROM twitter_backup');
    const [last] = listFolder(join(folder, 'own')).slice(-1);
    assert.ok(body.includes(`["${last?.replace(/T(..)-(..)-/, 'T$1:$2:') ?? ''}",`), body);
  });

  it('makes a backup as soon as the server is there', async () => {
    const url = new URL(influxdb.url);
    const port = await findFreePort();
    const gate = createServer((socket) => {
      const server = connect(Number(url.port), url.hostname);
      socket.pipe(server).pipe(socket);
      for (const one of [socket, server]) one.on('error', () => one.destroy());
    });
    await nextSecond();
    const ending = runScript('backup.sh', { ...env, INFLUX_HOST: `http://127.0.0.1:${port}` });
    await delay(1500); // refused until then, as a policy refuses a pod it does not know yet
    gate.listen(port, '127.0.0.1');
    const { code, output } = await ending;
    gate.close();
    assert.equal(code, 0, output);
    assert.match(output, /^made /m);
  });
});
