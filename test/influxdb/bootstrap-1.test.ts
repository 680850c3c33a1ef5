import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { type End, marker, runBootstrap, type Secrets, secrets } from './bootstrap-process.ts';
import { query, rightsOf } from './influx-user.ts';
import { admin, writer, reader } from './secret-users.ts';

const rotated = {
  ...secrets,
  'grafana-creds': { ...secrets['grafana-creds'], INFLUXDB_READ_PASSWORD: `N3w-${marker}` },
};

describe('the bootstrap of a real InfluxDB 1.x, from an empty one on', () => {
  const ends: End[] = [];
  let influxd: Influxd;
  before(async () => {
    influxd = await startInfluxd({ empty: true });
  });
  after(() => influxd.close());

  it('waits for a server that is not there yet, then makes everything', async () => {
    await influxd.stop();
    const ending = run();
    await delay(1000);
    await influxd.start();
    assert.deepEqual(withoutNotices(await ending), [
      'created    administrator admin: the first',
      'created    database twittergraph: keeps points for ever',
      'created    user twittergraph: may read and write',
      'created    user grafana: may read',
    ]);
  });

  it('has given the function both rights, Grafana one, and nobody else any', async () => {
    assert.deepEqual(await rightsOf(influxd.url, writer), { write: 204, read: 200 });
    assert.deepEqual(await rightsOf(influxd.url, reader), { write: 403, read: 200 });
    assert.equal((await query(influxd.url, reader, 'DROP MEASUREMENT probe')).status, 403);
    assert.equal((await query(influxd.url, writer, 'CREATE USER "x" WITH PASSWORD \'y\'')).status, 403);
    assert.deepEqual(await rightsOf(influxd.url, { username: 'x', password: 'y' }), { write: 401, read: 401 });
  });

  it('changes nothing when it is run again', async () => {
    assert.deepEqual(await linesOf(), [
      'unchanged  administrator admin: logs in',
      'unchanged  database twittergraph: keeps points for ever',
      'unchanged  user twittergraph: logs in, may read and write',
      'unchanged  user grafana: logs in, may read',
    ]);
  });

  it('takes over a new password, which ends the old one', async () => {
    const lines = await linesOf({ secrets: rotated });
    assert.deepEqual(lines.slice(-2), [
      'unchanged  user twittergraph: logs in, may read and write',
      'changed    user grafana: has a new password',
    ]);
    assert.deepEqual(await rightsOf(influxd.url, reader), { write: 401, read: 401 });
    const { INFLUXDB_READ_PASSWORD: password } = rotated['grafana-creds'];
    assert.deepEqual(await rightsOf(influxd.url, { ...reader, password }), { write: 403, read: 200 });
  });

  it('takes over another retention, shorter and longer', async () => {
    const given = { secrets: rotated };
    assert.equal(
      (await linesOf({ ...given, env: { RETENTION: '1d' } }))[1],
      'changed    database twittergraph: keeps points for 1 day, for ever until now',
    );
    assert.equal(await retention(influxd.url), '24h0m0s');
    assert.equal(
      (await linesOf({ ...given, env: { RETENTION: '260w' } }))[1],
      'changed    database twittergraph: keeps points for 1820 days, for 1 day until now',
    );
    assert.equal(await retention(influxd.url), '43680h0m0s');
    assert.equal(
      (await linesOf(given))[1],
      'changed    database twittergraph: keeps points for ever, for 1820 days until now',
    );
    assert.equal(await retention(influxd.url), '0s');
  });

  it('takes back what a user may too much, and says what else it sees', async () => {
    await query(influxd.url, admin, 'GRANT ALL ON "twittergraph" TO "grafana"');
    await query(influxd.url, admin, `CREATE USER "old" WITH PASSWORD 'old-password'`);
    await query(influxd.url, admin, 'GRANT READ ON "twittergraph" TO "old"');
    await query(influxd.url, admin, `CREATE USER "root" WITH PASSWORD 'root-password' WITH ALL PRIVILEGES`);
    const lines = await linesOf({ secrets: rotated });
    assert.deepEqual(lines.slice(-3), [
      'changed    user grafana: may read',
      'notice     user old: has READ on twittergraph. Left over from another name? DROP USER "old"',
      'notice     user root: is an administrator as well',
    ]);
    const { INFLUXDB_READ_PASSWORD: password } = rotated['grafana-creds'];
    assert.equal((await rightsOf(influxd.url, { ...reader, password })).write, 403);
  });

  it('says what to do about a wrong password of the administrator', async () => {
    const wrong = { ...secrets['influxdb-admin'], INFLUXDB_ADMIN_PASSWORD: `wrong-${marker}` };
    const { code, lines, stderr } = await run({
      secrets: { ...secrets, 'influxdb-admin': wrong },
    });
    assert.equal(code, 1);
    assert.deepEqual(lines, []);
    assert.match(stderr, /Secret influxdb-admin.*401 "authorization failed".*Put the user name and password back/);
  });

  it('refuses to make an administrator out of a user of the function', async () => {
    const mighty = { INFLUXDB_USERNAME: 'root', INFLUXDB_PASSWORD: 'root-password' };
    const { code, stderr } = await run({ secrets: { ...secrets, 'influxdb-creds': mighty } });
    assert.equal(code, 1);
    assert.match(stderr, /^The user root is an administrator of InfluxDB/);
  });

  it('has let no secret into any of its output, nor InfluxDB into its log', async () => {
    await run({ secrets: rotated, argv: ['--json'] });
    await run({ secrets: { ...secrets, 'influxdb-creds': { INFLUXDB_USERNAME: marker } } });
    assert.equal(ends.length, 11);
    const log = await influxd.log();
    assert.match(log, /CREATE USER/);
    for (const { lines, stderr } of ends) assert.doesNotMatch([...lines, stderr].join('\n'), new RegExp(marker));
    assert.doesNotMatch(log, new RegExp(marker));
  });

  async function run(given: Parameters<typeof runBootstrap>[1] = {}): Promise<End> {
    const end = await runBootstrap(influxd.url, given);
    ends.push(end);
    return end;
  }

  async function linesOf(given: { secrets?: Secrets; env?: Readonly<Record<string, string>> } = {}): Promise<string[]> {
    return withoutNotices(await run(given));
  }
});

it('refuses an InfluxDB that lets everybody in', async () => {
  const influxd = await startInfluxd({ auth: false, empty: true });
  try {
    const { code, stderr } = await runBootstrap(influxd.url);
    assert.equal(code, 1);
    assert.match(stderr, /lets everybody in without a login: start it with INFLUXDB_HTTP_AUTH_ENABLED=true/);
  } finally {
    await influxd.close();
  }
});

/** The lines of a success, but for that it waits. */
function withoutNotices({ code, lines, stderr }: End): string[] {
  assert.equal(stderr, '');
  assert.equal(code, 0);
  return lines.filter((line) => !line.includes('does not answer yet'));
}

async function retention(url: string): Promise<string> {
  const { body } = await query(url, admin, 'SHOW RETENTION POLICIES');
  const parsed = JSON.parse(body) as { results: [{ series: [{ values: [[string, string]] }] }] };
  return parsed.results[0].series[0].values[0][1];
}
