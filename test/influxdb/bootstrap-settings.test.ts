import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';

import { marker, runBootstrap, type Secrets, secrets } from './bootstrap-process.ts';

/** Nothing listens there: what is refused before InfluxDB is asked does not notice. */
const nowhere = 'http://127.0.0.1:9';

describe('the bootstrap asks nothing of InfluxDB', () => {
  const creds = secrets['influxdb-creds'];
  const wrong: Record<string, { secrets?: Secrets; env?: Record<string, string>; says: RegExp }> = {
    'with a placeholder of the example': {
      secrets: { ...secrets, 'influxdb-creds': { ...creds, INFLUXDB_PASSWORD: '{{ 8 to 72 characters }}' } },
      says: /influxdb-creds\/INFLUXDB_PASSWORD still holds the placeholder/,
    },
    'with another placeholder': {
      secrets: { ...secrets, 'influxdb-creds': { ...creds, INFLUXDB_PASSWORD: 'REPLACE-ME' } },
      says: /influxdb-creds\/INFLUXDB_PASSWORD still holds the placeholder/,
    },
    'without a Secret': {
      secrets: { 'influxdb-admin': secrets['influxdb-admin'], 'influxdb-creds': creds },
      says: /grafana-creds\/INFLUXDB_READ_USERNAME is missing: the Secret grafana-creds needs that key/,
    },
    'with an empty value': {
      secrets: { ...secrets, 'influxdb-creds': { ...creds, INFLUXDB_USERNAME: '\n' } },
      says: /influxdb-creds\/INFLUXDB_USERNAME is missing/,
    },
    'with a password that is too short': {
      secrets: { ...secrets, 'influxdb-creds': { ...creds, INFLUXDB_PASSWORD: 'sésame' } },
      says: /influxdb-creds\/INFLUXDB_PASSWORD must have 8 to 72 bytes, and has 7/,
    },
    'with a password that bcrypt would cut': {
      secrets: { ...secrets, 'influxdb-creds': { ...creds, INFLUXDB_PASSWORD: 'x'.repeat(73) } },
      says: /INFLUXDB_PASSWORD must have 8 to 72 bytes, and has 73/,
    },
    'with a line break in the middle': {
      secrets: { ...secrets, 'influxdb-creds': { ...creds, INFLUXDB_PASSWORD: 'two\nlines!' } },
      says: /INFLUXDB_PASSWORD holds a line break/,
    },
    'with a user name that Basic cannot carry': {
      secrets: { ...secrets, 'influxdb-creds': { ...creds, INFLUXDB_USERNAME: 'a:b' } },
      says: /INFLUXDB_USERNAME holds a colon/,
    },
    'with a password that Grafana would change': {
      secrets: { ...secrets, 'grafana-creds': { ...secrets['grafana-creds'], INFLUXDB_READ_PASSWORD: 'pa$word-1' } },
      says: /INFLUXDB_READ_… holds a \$, which Grafana takes for a variable/,
    },
    'with one name for two': {
      secrets: { ...secrets, 'influxdb-creds': { ...creds, INFLUXDB_USERNAME: 'grafana' } },
      says: /need three different user names/,
    },
    'with a retention it does not understand': { env: { RETENTION: '5y' }, says: /RETENTION is "5y": write infinite/ },
    'with an address that is none': {
      env: { INFLUXDB_URL: 'influxdb:8086' },
      says: /INFLUXDB_URL is not a plain address/,
    },
    'with an address that holds a password': {
      env: { INFLUXDB_URL: `http://a:${marker}@influxdb:8086` },
      says: /INFLUXDB_URL is not a plain address/,
    },
  };
  for (const [what, { says, ...given }] of Object.entries(wrong)) {
    it(what, async () => {
      const { code, lines, stderr } = await runBootstrap(nowhere, given);
      assert.equal(code, 1);
      assert.deepEqual(lines, []);
      assert.match(stderr, says);
      assert.match(stderr, /^Nothing was asked of InfluxDB/);
      assert.doesNotMatch(stderr, new RegExp(marker));
    });
  }

  it('and names all that is wrong at once', async () => {
    const { stderr } = await runBootstrap(nowhere, { secrets: {}, env: { RETENTION: '' } });
    assert.equal(stderr.match(/^ {2}- /gm)?.length, 8);
  });
});

it('gives up a server that does not come, and says where to look', async () => {
  const { code, lines, stderr } = await runBootstrap(nowhere, { env: { WAIT_SECONDS: '1' } });
  assert.equal(code, 1);
  assert.deepEqual(lines, [`notice     InfluxDB at ${nowhere}: does not answer yet, waiting up to 1 s`]);
  assert.match(stderr, /does not answer after 1 s \(\w+\)\. Is its pod running and ready/);
});

it('refuses an InfluxDB 3', async () => {
  // It wants a token even for its ping: https://docs.influxdata.com/influxdb3/core/api/v3/#get-/ping
  const server = createServer((_request, answer) => answer.writeHead(401, { 'x-influxdb-version': '3.11.2' }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runBootstrap(`http://127.0.0.1:${port}`);
    assert.equal(code, 1);
    assert.match(stderr, /calls itself InfluxDB 3\.11\.2: only 1\.6 to 2\.x are supported/);
  } finally {
    server.close();
  }
});

it('explains itself, with every variable and key it reads', async () => {
  const { code, lines } = await runBootstrap(nowhere, { argv: ['--help'] });
  assert.equal(code, 0);
  const help = lines.join('\n');
  const keys = Object.values(secrets).flatMap((secret) => Object.keys(secret));
  for (const word of [...Object.keys(secrets), ...keys, 'RETENTION', 'INFLUXDB_ORG', '--json'])
    assert.ok(help.includes(word), word);
});
