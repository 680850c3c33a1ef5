import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readConfig } from '../../../functions/config.ts';
import { HELP, parseOptions } from '../../../tools/import/options.ts';
import { leastEnvironment } from '../../functions/fixtures.ts';
import { findFreePort } from '../../support/influxd.ts';
import { importIn, linesOf, readingOf, startImport, startWorld, start } from './ancestor.ts';

const store = { CONFIG_DIR: '/nonexistent', INFLUXDB_URL: 'http://127.0.0.1:1', INFLUXDB_TOKEN: 'token-marker' };

const mistakes: readonly (readonly [args: readonly string[], env: Readonly<Record<string, string>>, says: RegExp])[] = [
  [
    [],
    { CONFIG_DIR: '/nonexistent' },
    /^Nothing can be imported:\n {2}- INFLUXDB_PASSWORD: set it and INFLUXDB_USERNAME, or INFLUXDB_TOKEN\.\n {2}- INFLUXDB_URL is missing/,
  ],
  [['--map', 'jack'], store, /--map is "jack", not a name and its id such as jack=12/],
  [['--map', '=12'], store, /--map is "=12"/],
  [['--map', 'jack=12', '--map', '@Jack=13'], store, /--map gives "@Jack" two ids/],
  [['--from', 'old-influxdb:8086'], store, /- --from is not an address that begins with http/],
  [
    ['--from', 'http://u:secret-marker@old'],
    store,
    /- --from holds credentials, a query or a fragment: give the address alone/,
  ],
  [['--from', 'http://old', '--from-database', ' '], store, /--from-database is empty/],
  [
    ['--from', 'http://old'],
    { ...store, FROM_INFLUXDB_USERNAME: 'reader' },
    /- FROM_INFLUXDB_PASSWORD: set it and FROM_INFLUXDB_USERNAME, or FROM_INFLUXDB_TOKEN\./,
  ],
  [['--what'], store, /--what.*\n.*--help/],
];
for (const [args, env, says] of mistakes) {
  test(`a mistake is said in words: ${args.join(' ')}`, async () => {
    const { code, out, err } = await startImport(args, env).ended;
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, says);
    assert.doesNotMatch(err, /marker|^ +at /m);
  });
}

test('--help names every option, and the price that the function takes', async () => {
  const { code, out } = await startImport(['--help'], {}).ended;
  assert.deepEqual([code, out], [0, HELP]);
  const options = ['from', 'from-database', 'map', 'lookup', 'dry-run', 'data', 'json', 'help'];
  for (const option of options) assert.match(HELP, new RegExp(`^ {2}--${option} `, 'm'));
  assert.throws(() => parseOptions(['--another']));
  const { user } = readConfig({ ...leastEnvironment, CONFIG_DIR: '/nonexistent' }).prices;
  assert.ok(HELP.includes(`(${user / 1e6} USD a name`));
});

test('each side is named when it cannot be asked, with its own variables', async (t) => {
  const world = await startWorld(t, linesOf(readingOf('jack', start)), { apart: 'closed' });
  const says = async (env: Readonly<Record<string, string>>, ...args: string[]): Promise<string> => {
    const { code, out, err } = await importIn({ ...world, env: { ...world.env, ...env } }, ...args);
    assert.deepEqual([code, out], [1, '']);
    assert.doesNotMatch(err, /^ +at /m);
    return err;
  };
  assert.match(
    await says({ FROM_INFLUXDB_PASSWORD: 'wrong' }),
    /^The source: .* 401 .*FROM_INFLUXDB_USERNAME and FROM_/,
  );
  assert.match(
    await says({ INFLUXDB_PASSWORD: 'wrong' }),
    /^The target: .* 401 .* check INFLUXDB_USERNAME and INFLUXDB_/,
  );
  assert.match(
    await says({ INFLUXDB_DATABASE: 'none' }),
    /^The target: .*database none.* 403 .*READ and WRITE on the database/,
  );
  assert.match(
    await says({}, '--from-database', 'other'),
    /^The source: .*database other.* 403 .*: the user needs READ on the database/,
  );
  const nobody = `http://127.0.0.1:${await findFreePort()}`;
  assert.match(
    await says({}, '--from', nobody),
    /^The source: .*cannot be reached \(ECONNREFUSED\).* is --from right\?/,
  );
  assert.match(await says({}, '--map', 'jakc=12'), /^--map names jakc, but the users in .* are: "jack"\./);
});

test('a database without anything of the ancestor is said to be one', async (t) => {
  const world = await startWorld(t, ['cpu value=1 1']);
  const { code, err } = await importIn(world);
  assert.equal(code, 1);
  assert.match(err, /^There is nothing of twitterGraph in the database "the ancestor" of http:/);
});

test('a target that keeps nothing so old refuses the points, and the message says what to do', async (t) => {
  const world = await startWorld(t, linesOf(readingOf('jack', start)));
  await world.target.adminQuery('ALTER RETENTION POLICY "autogen" ON "twittergraph" DURATION 30d SHARD DURATION 1d');
  const { code, err } = await importIn(world, '--map', 'jack=12');
  assert.equal(code, 1);
  assert.match(err, /^The target: .*lengthen its retention, then import again\nThe same command goes on/);
});
