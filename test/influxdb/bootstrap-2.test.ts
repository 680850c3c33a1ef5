import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type End, marker, runBootstrap, secrets } from './bootstrap-process.ts';
import { rightsOf } from './influx-user.ts';
import { type Influxdb2, startInfluxdb2 } from './influxdb2.ts';
import { writer, reader } from './secret-users.ts';

const { INFLUXDB_ADMIN_TOKEN: token } = secrets['influxdb-admin'];
const unchanged = [
  'unchanged  administrator admin: logs in',
  'unchanged  bucket twittergraph: keeps points for ever',
  'unchanged  user twittergraph: logs in, may read and write',
  'unchanged  user grafana: logs in, may read',
];

describe(`the bootstrap of InfluxDB 2.x, ${process.env['INFLUXD2_BIN'] ?? 'by its documented answers'}`, () => {
  const ends: End[] = [];
  let influxdb: Influxdb2;
  before(async () => {
    influxdb = await startInfluxdb2();
  });
  after(() => influxdb.close());

  it('sets it up and makes everything', async () => {
    assert.deepEqual(await linesOf(), [
      'created    administrator admin: the first, of the organization twittergraph',
      'created    bucket twittergraph: keeps points for ever',
      'created    user twittergraph: may read and write',
      'created    user grafana: may read',
    ]);
    assert.deepEqual(await rightsOf(influxdb.url, writer), { write: 204, read: 200 });
    assert.deepEqual(await rightsOf(influxdb.url, reader), { write: 403, read: 200 });
  });

  it('changes nothing when it is run again', async () => {
    assert.deepEqual(await linesOf(), unchanged);
  });

  it('takes over new passwords, which ends the old ones', async () => {
    const password = `N3w-${marker}`;
    const rotated = {
      'influxdb-admin': { ...secrets['influxdb-admin'], INFLUXDB_ADMIN_PASSWORD: password },
      'influxdb-creds': { ...secrets['influxdb-creds'], INFLUXDB_PASSWORD: password },
      'grafana-creds': { ...secrets['grafana-creds'], INFLUXDB_READ_PASSWORD: password },
    };
    assert.deepEqual(await linesOf({ secrets: rotated }), [
      'changed    administrator admin: has a new password',
      'unchanged  bucket twittergraph: keeps points for ever',
      'changed    user twittergraph: has a new password',
      'changed    user grafana: has a new password',
    ]);
    assert.deepEqual(await rightsOf(influxdb.url, writer), { write: 401, read: 401 });
    assert.deepEqual(await rightsOf(influxdb.url, { ...reader, password }), { write: 403, read: 200 });
    assert.deepEqual(await linesOf({ secrets: rotated }), unchanged);
    await linesOf();
  });

  it('takes over another retention, also one that is shorter than a shard', async () => {
    assert.equal(
      (await linesOf({ env: { RETENTION: '1h' } }))[1],
      'changed    bucket twittergraph: keeps points for 1 hour, for ever until now',
    );
    assert.equal(
      (await linesOf({ env: { RETENTION: '1825d' } }))[1],
      'changed    bucket twittergraph: keeps points for 1825 days, for 1 hour until now',
    );
    assert.deepEqual((await bucket()).retentionRules[0]?.everySeconds, 1825 * 86_400);
    await linesOf();
    assert.deepEqual(await linesOf(), unchanged);
  });

  it('gives the users their rights again when the bucket is another one, as after a restore', async () => {
    await call('PATCH', `/api/v2/buckets/${(await bucket()).id}`, { name: 'set-aside' });
    assert.deepEqual(await linesOf(), [
      'unchanged  administrator admin: logs in',
      'created    bucket twittergraph: keeps points for ever',
      'changed    user twittergraph: may read and write',
      'changed    user grafana: may read',
    ]);
    assert.deepEqual(await rightsOf(influxdb.url, writer), { write: 204, read: 200 });
  });

  it('says who else has a right there, when a user has been renamed', async () => {
    const renamed = { ...secrets['grafana-creds'], INFLUXDB_READ_USERNAME: 'reader' };
    const lines = await linesOf({ secrets: { ...secrets, 'grafana-creds': renamed } });
    assert.deepEqual(lines.slice(-2), [
      'created    user reader: may read',
      'notice     user grafana: has a right on twittergraph. Left over from another name? influx v1 auth delete --username grafana',
    ]);
  });

  it('says whose password is refused', async () => {
    const weak = { ...secrets['influxdb-creds'], INFLUXDB_PASSWORD: 'onlyletters' };
    const { code, stderr } = await run({ secrets: { ...secrets, 'influxdb-creds': weak } });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^InfluxDB refuses the password of twittergraph: 400 "passwords must contain at least three of/,
    );
  });

  it('says what to do about a wrong token, a wrong organization and a wrong name of the administrator', async () => {
    const admin = secrets['influxdb-admin'];
    const wrong = await run({ secrets: { ...secrets, 'influxdb-admin': { ...admin, INFLUXDB_ADMIN_TOKEN: marker } } });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /does not take INFLUXDB_ADMIN_TOKEN.*401 "unauthorized access".*Put the token back/);
    const elsewhere = await run({ env: { INFLUXDB_ORG: 'elsewhere' } });
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /has no organization elsewhere: set INFLUXDB_ORG/);
    const other = { ...secrets, 'influxdb-admin': { ...admin, INFLUXDB_ADMIN_USERNAME: 'root' } };
    assert.match(
      (await linesOf({ secrets: other }))[0] ?? '',
      /^notice +administrator root: is not there: .* another name/,
    );
  });

  it('has let no secret into any of its output', () => {
    assert.ok(ends.length > 12);
    for (const { lines, stderr } of ends) assert.doesNotMatch([...lines, stderr].join('\n'), new RegExp(marker));
  });

  async function run(given: Parameters<typeof runBootstrap>[1] = {}): Promise<End> {
    const end = await runBootstrap(influxdb.url, given);
    ends.push(end);
    return end;
  }

  async function linesOf(given: Parameters<typeof runBootstrap>[1] = {}): Promise<string[]> {
    const { code, lines, stderr } = await run(given);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    return lines.filter((line) => !line.includes('does not answer yet'));
  }

  async function bucket(): Promise<{ id: string; retentionRules: { everySeconds: number }[] }> {
    const { buckets } = (await call('GET', '/api/v2/buckets?name=twittergraph')) as {
      buckets: [{ id: string; retentionRules: { everySeconds: number }[] }];
    };
    return buckets[0];
  }

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${influxdb.url}${path}`, {
      method,
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return answer.json();
  }
});
