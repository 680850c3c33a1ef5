import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { runInThisContext } from 'node:vm';
import { build, type Plugin } from 'esbuild';

import { root } from '../support/yaml.ts';
import { startCommand, terminate } from './image.ts';

const dist = join(root, 'dist');
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');
const manifestOf = (folder: string): { name: string; version: string; bin: Record<string, string> } =>
  JSON.parse(read(root, folder, 'package.json')) as ReturnType<typeof manifestOf>;

describe('dist/', () => {
  let sources: string[] = [];

  before(() => {
    const map = JSON.parse(read(dist, 'bundle.js.map')) as { sources: string[] };
    sources = map.sources.map((path) => path.replace('../', ''));
  });

  it('has the command that the Functions Framework names as its own, and the three clients', () => {
    const framework = 'node_modules/@google-cloud/functions-framework';
    assert.ok(sources.includes(join(framework, manifestOf(framework).bin['functions-framework'] ?? '')));
    for (const name of ['twitter-api-v2', '@influxdata/influxdb-client', 'cloudevents'])
      assert.ok(sources.some((path) => path.startsWith(`node_modules/${name}/`)));
  });

  it('has nothing that turns async hooks on', () => {
    assert.doesNotMatch(read(dist, 'bundle.js'), /require\("(node:)?(domain|async_hooks)"\)/);
  });

  it('brings the licence of every package that is in it', () => {
    const licences = read(dist, 'LICENCES.txt');
    const folders = new Set(sources.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
    assert.ok(folders.size > 50, `${folders.size} packages`);
    for (const folder of folders) {
      const { name, version } = manifestOf(folder);
      const [, after = ''] = licences.split(`\n${name} ${version}: `);
      const text = after.split('='.repeat(80))[1] ?? '';
      const own = readdirSync(join(root, folder)).find((file) => /^licen[cs]e/i.test(file));
      if (own === undefined) assert.match(text, /spdx\.org/, folder);
      else assert.ok(text.includes(read(root, folder, own).trim()), folder);
    }
  });

  it('has a code cache that the Node which built it takes', () => {
    const question = `require(${JSON.stringify(join(dist, 'load.cjs'))}).script.cachedDataRejected`;
    // A process of its own: the flags of this one are not those of the function.
    assert.equal(execFileSync(process.execPath, ['-p', question], { encoding: 'utf8', env: {} }).trim(), 'false');
  });

  it('starts with the code cache of another Node, and with none', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'twittergraph-bundle-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await cp(dist, join(folder, 'dist'), { recursive: true });
    await cp(join(root, 'package.json'), join(folder, 'package.json'));
    const cache = join(folder, 'dist', 'bundle.cache');
    const bytes = readFileSync(cache);
    bytes.fill(7, 4, 12); // V8's version and flags
    for (const change of [() => writeFile(cache, bytes), () => rm(cache)]) {
      await change();
      const started = await startCommand('node dist/start.cjs --target=twittergraph', folder, env);
      await terminate(started);
    }
  });

  it('has the modules that are loaded later, and they work once they are used', async () => {
    const path = join(root, 'build', 'later.mjs');
    const { later, loadLater } = (await import(path)) as { later: readonly string[]; loadLater: Plugin };
    for (const file of later) assert.ok(sources.includes(`node_modules/${file}`), file);
    const contents = `
      const [mime, proxyAddr, { TwitterApi }] = [require('mime-types'), require('proxy-addr'), require('twitter-api-v2')];
      exports.type = mime.lookup('page.html');
      exports.trusts = proxyAddr.compile('10.0.0.0/8')('10.1.2.3');
      exports.client = new TwitterApi('token').v1.constructor.name;`;
    const options = { bundle: true, write: false, format: 'cjs', platform: 'node' } as const;
    const { outputFiles } = await build({ stdin: { contents, resolveDir: root }, ...options, plugins: [loadLater] });
    const exports = {};
    const run = runInThisContext(`((exports, require) => {${outputFiles[0]?.text ?? ''}})`) as (
      ...given: unknown[]
    ) => void;
    run(exports, createRequire(import.meta.url));
    assert.deepEqual(exports, { type: 'text/html', trusts: true, client: 'TwitterApiv1' });
  });
});

const env = {
  CONFIG_DIR: '/nonexistent',
  TWITTER_USERS: 'jack',
  TWITTER_BEARER_TOKEN: 'bearer-token-of-the-test',
  INFLUXDB_URL: 'http://127.0.0.1:1',
  INFLUXDB_USERNAME: 'twittergraph',
  INFLUXDB_PASSWORD: 'password-of-the-test',
};
