import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { profile, startXServer, type XServer } from '../support/x-server.ts';
import { readYaml, root } from '../support/yaml.ts';
import type { FuncYaml } from './func-rules.ts';
import { buildLike, listFiles, startCommand, terminate, writeMount } from './image.ts';

const func = readYaml('func.yaml') as FuncYaml;
const envOf = (name: string): string => func.run.envs.find((env) => env.name === name)?.value ?? '';
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
const jack = profile('12', 'jack', 6_512_345) as { public_metrics: Record<string, number> };
const token = 'bearer-token-of-the-test';

const builds = {
  pack: manifest.scripts.start,
  s2i: envOf('NODE_CMD'),
} as const;

for (const [builder, command] of Object.entries(builds) as [keyof typeof builds, string][]) {
  describe(`the image that ${builder} makes`, () => {
    let folder = '';
    let influxd: Influxd;
    let x: XServer;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), `twittergraph-${builder}-`));
      [influxd, x] = await Promise.all([
        startInfluxd(),
        startXServer(() => ({ status: 200, body: { data: [jack] } })),
        buildLike(builder, join(folder, 'app')),
      ]);
      await writeMount(join(folder, 'etc', 'twitter-creds'), { TWITTER_BEARER_TOKEN: `${token}\n` });
      await writeMount(join(folder, 'etc', 'influxdb-creds'), {
        INFLUXDB_USERNAME: influxd.username,
        INFLUXDB_PASSWORD: influxd.password,
      });
      await writeMount(join(folder, 'etc', 'twittergraph-accounts'), { TWITTER_USERS: '# ours\n@jack\n' });
    });

    after(async () => {
      await Promise.all([influxd.close(), x.close()]);
      await rm(folder, { recursive: true, force: true });
    });

    it('has no tools of development in it', () => {
      for (const tool of ['esbuild', 'typescript', 'eslint', 'tsx']) {
        assert.equal(existsSync(join(folder, 'app', 'node_modules', tool)), false, tool);
      }
    });

    it('answers a tick of the PingSource with 204 once its point is stored, writes no file, and ends on SIGTERM', async (t) => {
      const filesBefore = await listFiles(join(folder, 'app'));
      const started = await startCommand(command, join(folder, 'app'), {
        CONFIG_DIR: join(folder, 'etc'),
        TWITTER_API_URL: x.url,
        INFLUXDB_URL: influxd.url,
      });
      t.after(() => started.child.kill('SIGKILL'));
      const time = new Date();
      const answer = await fetch(started.url, tickAt(time));

      assert.deepEqual([answer.status, await answer.text()], [204, ''], started.output());
      assert.deepEqual(await influxd.query('SELECT * FROM "twitter_user" GROUP BY *'), storedAt(time));
      assert.deepEqual(
        x.seen.map(({ headers }) => headers.authorization),
        [`Bearer ${token}`],
      );
      await terminate(started);
      assert.ok(!started.output().includes(token) && !started.output().includes(influxd.password));
      assert.deepEqual(await listFiles(join(folder, 'app')), filesBefore);
    });
  });
}

/** The users' tick as the PingSource of this repository sends it. */
function tickAt(time: Date): RequestInit {
  const { spec } = readYaml('knative/base/pingsource-users.yaml') as { spec: { contentType: string; data: string } };
  return {
    method: 'POST',
    headers: {
      'content-type': spec.contentType,
      'ce-id': randomUUID(),
      'ce-source': '/apis/v1/namespaces/default/pingsources/twittergraph-users',
      'ce-specversion': '1.0',
      'ce-time': time.toISOString().replace('Z', '123456Z'),
      'ce-type': 'dev.knative.sources.ping',
      'kn-namespace': 'default',
    },
    body: spec.data,
  };
}

/** The stored point, as InfluxDB answers: its columns sorted by name, its time in whole seconds. */
function storedAt(time: Date): unknown {
  const counts = jack.public_metrics;
  const names = Object.keys(counts).sort();
  const series = {
    name: 'twitter_user',
    tags: { user_id: '12', username: 'jack' },
    columns: ['time', ...names],
    values: [[`${time.toISOString().slice(0, 19)}Z`, ...names.map((name) => counts[name])]],
  };
  return { results: [{ statement_id: 0, series: [series] }] };
}
