import assert from 'node:assert/strict';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { readText, sectionOf, tableOf, unquote } from '../docs/markdown.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { listFolder, makeBackupFolder, nextSecond, runScript, startScript } from './backup-process.ts';
import { marker, runBootstrap, secrets } from './bootstrap-process.ts';
import { query } from './influx-user.ts';
import { admin, writer } from './secret-users.ts';

const backupName = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/;

describe('backup and restore of a real InfluxDB 1.x', () => {
  const folder = makeBackupFolder();
  let influxd: Influxd;
  let env: Record<string, string>;
  let stored: string;
  let creds: string;

  before(async () => {
    influxd = await startInfluxd({ empty: true });
    creds = makeBackupFolder();
    for (const [key, value] of Object.entries(secrets['influxdb-creds'])) writeFileSync(join(creds, key), value);
    const told = { INFLUXDB_URL: influxd.url, INFLUXDB_CREDS_DIR: creds, WAIT_SECONDS: '10' };
    env = { INFLUXDB_RPC: influxd.rpcAddress, BACKUP_DIR: folder, BACKUPS_KEPT: '2', ...told };
    assert.equal((await runBootstrap(influxd.url)).code, 0);
    await write(yearOfPoints());
    stored = await everything();
    assert.match(stored, /"tidewater"/);
  });
  after(async () => {
    await influxd.close();
    for (const path of [folder, creds]) rmSync(path, { recursive: true });
  });

  it('makes a backup, clears away what a killed run has left, and touches nothing else', async () => {
    for (const name of ['partial.2026-01-01T00-00-00Z', 'somebody-elses']) mkdirSync(join(folder, name));
    const { code, output } = await runScript('backup.sh', env);
    assert.equal(code, 0, output);
    assert.match(output, /^made \S+ \(\S+\)$/m);
    const [backup, ...rest] = listFolder(folder);
    assert.match(backup ?? '', backupName);
    assert.deepEqual(rest, ['somebody-elses']);
  });

  it('stores that there is one, as the dictionary says, at the time of its name, and shows no password', async () => {
    const rows = tableOf(
      sectionOf(readText('influxdb/README.md'), '## What the backup stores'),
      'Name',
      'Kind',
      'Type',
    );
    const listed = rows.map((row) => [unquote(row['Name']), row['Kind'], row['Type']]);
    const { body: keys } = await query(influxd.url, writer, 'SHOW FIELD KEYS FROM twitter_backup');
    const [{ series }] = (JSON.parse(keys) as { results: [{ series: [{ values: string[][] }] }] }).results;
    const held = series[0].values.map(([name, type]) => [name, 'field', type]);
    assert.deepEqual(held.sort(), listed.sort());
    const { body } = await query(influxd.url, writer, 'SELECT kept FROM twitter_backup');
    assert.ok(body.includes(`[["${newest().replace(/T(..)-(..)-/, 'T$1:$2:')}",1]]`), body);
  });

  it('keeps a backup that could not be told of, and says why without the password', async () => {
    const own = makeBackupFolder();
    const unknown = makeBackupFolder();
    const login = { INFLUXDB_USERNAME: 'nobody', INFLUXDB_PASSWORD: `wrong-${marker}` };
    for (const [key, value] of Object.entries(login)) writeFileSync(join(unknown, key), value);
    const { code, output } = await runScript('backup.sh', {
      ...env,
      BACKUP_DIR: own,
      INFLUXDB_CREDS_DIR: unknown,
      WAIT_SECONDS: '1',
    });
    assert.equal(code, 0, output);
    assert.match(output, /401[^]*^The backup is there, but InfluxDB could not be told of it/m);
    assert.doesNotMatch(output, new RegExp(marker));
    assert.equal(listFolder(own).length, 1);
    for (const path of [own, unknown]) rmSync(path, { recursive: true });
  });

  it('brings back what the backup holds, once the database is dropped', async () => {
    const backup = newest();
    await write('twitter_user,username=late followers_count=1i 1700000000');
    const refused = await runScript('restore.sh', env, backup);
    assert.equal(refused.code, 1);
    assert.match(refused.output, /A database that exists is never replaced: DROP DATABASE "twittergraph" first/);

    await query(influxd.url, admin, 'DROP DATABASE "twittergraph"');
    assert.equal((await query(influxd.url, writer, 'SELECT * FROM twitter_user')).status, 403);
    const { code, output } = await runScript('restore.sh', env, backup);
    assert.equal(code, 0, output);
    assert.match(output, /Now run the bootstrap again/);
    const { lines } = await runBootstrap(influxd.url);
    assert.ok(lines.includes('changed    user twittergraph: may read and write'), lines.join('\n'));
    assert.equal(await everything(), stored);
  });

  it('brings it back into a new server as well', async () => {
    const other = await startInfluxd({ empty: true });
    try {
      const { code, output } = await runScript('restore.sh', { ...env, INFLUXDB_RPC: other.rpcAddress }, newest());
      assert.equal(code, 0, output);
      assert.equal((await runBootstrap(other.url)).code, 0);
      assert.equal(await everything(other.url), stored);
    } finally {
      await other.close();
    }
  });

  it('keeps the newest two', async () => {
    const before = newest();
    for (let run = 0; run < 2; run += 1) {
      await nextSecond();
      assert.equal((await runScript('backup.sh', env)).code, 0);
    }
    const kept = listFolder(folder).filter((name) => backupName.test(name));
    assert.equal(kept.length, 2);
    assert.ok(!kept.includes(before));
  });

  it('leaves no trace when its time is over before InfluxDB comes back, and deletes nothing then', async () => {
    const before = listFolder(folder);
    await influxd.stop();
    const script = startScript('backup.sh', { ...env, BACKUPS_KEPT: '1' });
    while (!script.output().includes('connection refused') && script.child.exitCode === null) await delay(20);
    script.child.kill('SIGTERM');
    const { code } = await script.ended;
    await influxd.start();
    assert.equal(code, 143);
    assert.deepEqual(listFolder(folder), before);
  });

  for (const kept of ['0', '7d', '-1', '']) {
    it(`refuses to keep "${kept}" backups`, async () => {
      const { code, output } = await runScript('backup.sh', { ...env, BACKUPS_KEPT: kept });
      assert.notEqual(code, 0);
      assert.match(output, /write how many backups are kept, 1 at least/);
    });
  }

  it('lists the backups, and says when there is none of a name', async () => {
    const list = await runScript('restore.sh', env);
    assert.equal(list.code, 0);
    assert.deepEqual(await runScript('restore.sh', env, 'list'), list);
    for (const name of listFolder(folder).filter((one) => backupName.test(one))) assert.ok(list.output.includes(name));
    assert.ok(!list.output.includes('somebody-elses'));
    const unknown = await runScript('restore.sh', env, 'nope');
    assert.equal(unknown.code, 1);
    assert.match(unknown.output, /There is no backup \S+nope/);
    assert.equal((await runScript('restore.sh', env, 'one', 'two')).code, 2);
  });

  it('beside the server, makes one a day and none too many after a restart', async () => {
    const own = makeBackupFolder();
    const beside = { ...env, BACKUP_DIR: own };
    const [backup = ''] = await runDaily(beside, (output) => output.includes('made '));
    await nextSecond();
    assert.deepEqual(await runDaily(beside, (output) => output.includes('made '), 1500), [backup]);
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    utimesSync(join(own, backup), yesterday, yesterday);
    assert.equal((await runDaily(beside, (output) => output.includes('made '))).length, 2);
    rmSync(own, { recursive: true });
  });

  function newest(): string {
    return (
      listFolder(folder)
        .filter((name) => backupName.test(name))
        .at(-1) ?? ''
    );
  }

  async function write(lines: string): Promise<void> {
    const basic = Buffer.from(`${writer.username}:${writer.password}`).toString('base64');
    const answer = await fetch(`${influxd.url}/write?db=twittergraph&precision=s`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: lines,
    });
    assert.equal(answer.status, 204);
  }

  async function everything(url = influxd.url): Promise<string> {
    const { status, body } = await query(url, writer, 'SELECT * FROM /.*/ GROUP BY *');
    assert.equal(status, 200);
    return body;
  }
});

/** Runs daily.sh until `isDone` or for `atMostMs`, ends it as a container is ended, and lists its folder. */
async function runDaily(
  env: Readonly<Record<string, string>>,
  isDone: (output: string) => boolean,
  atMostMs = 20_000,
): Promise<string[]> {
  const script = startScript('daily.sh', env);
  const end = Date.now() + atMostMs;
  while (!isDone(script.output()) && Date.now() < end) await delay(20);
  script.child.kill('SIGTERM');
  assert.equal((await script.ended).code, 0);
  return listFolder(env['BACKUP_DIR'] ?? '');
}

/** Several shards, all types, a name that wants quoting. */
function yearOfPoints(): string {
  return Array.from({ length: 365 }, (_none, day) => {
    const time = 1_750_000_000 + day * 86_400;
    return [
      `twitter_user,username=tidewater,user_id=1 followers_count=${1000 + day}i ${time}`,
      `twitter_tweet_published,user_id=1 tweet_id="${day}",url="https://x.com/a \\"b\\"" ${time}`,
      `twitter_user_daily,user_id=1,username=tidewater followers_per_day_28d=${day / 7} ${time}`,
    ].join('\n');
  }).join('\n');
}
