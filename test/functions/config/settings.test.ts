import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { type Environment, findSetting, openSettings, type Setting } from '../../../functions/config/settings.ts';
import { readConfig } from '../../../functions/config.ts';
import { folderFor, leastEnvironment, mountVolume, problemsOf } from '../fixtures.ts';

function find(env: Environment, name = 'TIMEZONE'): { found: Setting | undefined; problems: string[] } {
  const settings = openSettings({ CONFIG_DIR: '/nonexistent', ...env });
  return { found: findSetting(settings, name), problems: settings.problems.map(({ sentence }) => sentence) };
}

test('an environment variable goes before the file of _FILE, and that before a mounted one', (t) => {
  const folder = folderFor(t);
  mountVolume(folder, 'accounts', { TIMEZONE: 'mounted' });
  const file = join(folder, 'timezone.txt');
  writeFileSync(file, 'pointed');
  const all = { CONFIG_DIR: folder, TIMEZONE: 'variable', TIMEZONE_FILE: file };
  const mounted = join(folder, 'accounts', 'TIMEZONE');
  assert.deepEqual(find(all), { found: { value: 'variable' }, problems: [] });
  assert.deepEqual(find({ ...all, TIMEZONE: '' }), { found: { value: 'pointed', file }, problems: [] });
  const last = find({ ...all, TIMEZONE: undefined, TIMEZONE_FILE: '' });
  assert.deepEqual(last, { found: { value: 'mounted', file: mounted }, problems: [] });
  assert.deepEqual(find({}), { found: undefined, problems: [] });
});

test('without CONFIG_DIR the folder is /etc/twittergraph', () => {
  assert.equal(openSettings({}).configDir, '/etc/twittergraph');
});

test('the hidden folders beside the links of a mounted volume are not looked at', (t) => {
  const folder = folderFor(t);
  mountVolume(folder, 'creds', { TIMEZONE: 'mounted' });
  mkdirSync(join(folder, '..data'));
  writeFileSync(join(folder, '..data', 'TIMEZONE'), 'hidden');
  writeFileSync(join(folder, 'a-file-among-the-folders'), '');
  assert.deepEqual(find({ CONFIG_DIR: folder }).found?.value, 'mounted');
  assert.deepEqual(find({ CONFIG_DIR: folder }).problems, []);
});

for (const [written, read] of [
  ['secret\n', 'secret'],
  ['secret\r\n', 'secret'],
  ['secret\n\n', 'secret\n'],
  [' secret ', ' secret '],
] as const) {
  test(`a file's one last line break is cut, nothing else: ${JSON.stringify(written)}`, (t) => {
    const folder = folderFor(t);
    mountVolume(folder, 'creds', { TIMEZONE: written });
    assert.equal(find({ CONFIG_DIR: folder }).found?.value, read);
  });
}

test('an empty file counts as not set', (t) => {
  const folder = folderFor(t);
  mountVolume(folder, 'creds', { TIMEZONE: '\n' });
  mountVolume(folder, 'more', { TIMEZONE: 'UTC' });
  assert.equal(find({ CONFIG_DIR: folder }).found?.value, 'UTC');
});

test('two folders with the same value agree', (t) => {
  const folder = folderFor(t);
  mountVolume(folder, 'a', { TIMEZONE: 'UTC' });
  mountVolume(folder, 'b', { TIMEZONE: 'UTC\n' });
  const found = { value: 'UTC', file: join(folder, 'a', 'TIMEZONE') };
  assert.deepEqual(find({ CONFIG_DIR: folder }), { found, problems: [] });
});

/** A configuration of mounted files alone, and the problems of reading it. */
function problemsOfMounted(configDir: string, volumes: Readonly<Record<string, Record<string, string>>>): string[] {
  const mounted = new Set(Object.values(volumes).flatMap(Object.keys));
  for (const [name, files] of Object.entries(volumes)) mountVolume(configDir, name, files);
  const env = Object.fromEntries(Object.entries(leastEnvironment).filter(([key]) => !mounted.has(key)));
  return problemsOf({ ...env, CONFIG_DIR: configDir });
}

for (const [variable, values] of [
  ['TIMEZONE', ['UTC', 'Europe/Berlin']],
  ['TWITTER_USERS', ['jack', 'jill']],
  ['TWITTER_BEARER_TOKEN', ['marker-one', 'marker-two']],
  ['INFLUXDB_URL', ['http://one:8086', 'http://two:8086']],
  ['INFLUXDB_PASSWORD', ['marker-one', 'marker-two']],
] as const) {
  test(`two folders with different ${variable} are a conflict, said once, which no value is repeated in`, (t) => {
    const folder = folderFor(t);
    const volumes = { one: { [variable]: values[0] }, two: { [variable]: values[1] } };
    const [first, second] = [join(folder, 'one', variable), join(folder, 'two', variable)];
    assert.deepEqual(problemsOfMounted(folder, volumes), [
      `${variable} stands in ${first} and ${second} with different values: keep one.`,
    ]);
  });
}

test('a complete set of mounted files starts the function, and says where the accounts came from', (t) => {
  const folder = folderFor(t);
  mountVolume(folder, 'twitter-creds', { TWITTER_BEARER_TOKEN: 'token\n' });
  mountVolume(folder, 'influxdb-creds', {
    INFLUXDB_URL: 'http://influxdb:8086\n',
    INFLUXDB_USERNAME: 'writer\n',
    INFLUXDB_PASSWORD: 'pass word\n',
  });
  mountVolume(folder, 'twittergraph-accounts', { TWITTER_USERS: '# ours\njack\nid:12\n' });
  const config = readConfig({ CONFIG_DIR: folder });
  assert.deepEqual(
    config.accounts.map(({ key }) => key),
    ['jack', 'id:12'],
  );
  assert.equal(config.accountsFile, join(folder, 'twittergraph-accounts', 'TWITTER_USERS'));
  assert.equal(config.x.bearerToken, 'token');
  assert.equal(config.store.password, 'pass word');
});

for (const [variable, text] of [
  ['TIMEZONE', 'zone'],
  ['TWITTER_BEARER_TOKEN', 'token'],
  ['INFLUXDB_URL', 'url'],
  ['TWITTER_USERS', 'users'],
  ['INFLUXDB_PASSWORD', 'password'],
] as const) {
  test(`${variable}_FILE that cannot be read is the one problem`, () => {
    const env = { ...leastEnvironment, [variable]: undefined, [`${variable}_FILE`]: `/nonexistent/${text}` };
    const problem = `${variable}_FILE names /nonexistent/${text}, which cannot be read (ENOENT).`;
    assert.deepEqual(problemsOf(env), [problem]);
  });

  test(`${variable} with a placeholder that nobody filled in is the one problem`, () => {
    const env = { ...leastEnvironment, [variable]: ' {{ secret:twitter-creds:VALUE }}' };
    assert.deepEqual(problemsOf(env), [
      `${variable} still holds a placeholder, "{{ … }}", that func did not fill in: deploy with kn func deploy, or set the value itself.`,
    ]);
  });
}
