import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';

import {
  factsOf,
  importIn,
  linesOf,
  readingOf,
  rowsIn,
  startWorld,
  sumOf,
  writeLines,
  type World,
  start,
  quarterHour,
} from './ancestor.ts';

const iso = (time: number): string => new Date(time * 1000).toISOString().replace('.000', '');

/** A day of both users at quarter hours. */
const day = ['jack', 'nasa'].flatMap((user) =>
  Array.from({ length: 96 }, (_, tick) => linesOf(readingOf(user, start + tick * quarterHour, 1000 + tick))).flat(),
);

function pointsIn({ target }: World): Promise<unknown[]> {
  return rowsIn(target, 'SELECT * FROM "twitter_user" ORDER BY time');
}

test('within one InfluxDB: every number is there, at its second, under its new name, and the source as it was', async (t) => {
  const world = await startWorld(t, day);
  const { code, out, err } = await importIn(world, '--map', 'jack=12', '--map', '@NASA=id:13');
  assert.deepEqual([code, err], [0, ''], out);
  assert.match(out, /^jack +12 +jack +--map +2019-01-14 +2019-01-15 +480 +480 +0 +0 +0 +96$/m);
  assert.match(out, /^Counted in the target: all 960 numbers written are there\.$/m);
  const points = await pointsIn(world);
  assert.equal(points.length, 192);
  assert.deepEqual(points[0], {
    time: iso(start),
    user_id: '12',
    username: 'jack',
    followers_count: 1000,
    following_count: 3,
    listed_count: 2,
    like_count: 9,
    tweet_count: 50,
  });
  const ours = await rowsIn(world.target, 'SELECT sum("followers_count") AS "sum" FROM "twitter_user"');
  const theirs = await rowsIn(world.source, `SELECT sum("value") AS "sum" FROM "${world.database}".."followers_count"`);
  assert.deepEqual(ours, theirs);
});

test('from an InfluxDB that lets its user only read, with a password from the environment that is never shown', async (t) => {
  const world = await startWorld(t, day, { apart: 'closed' });
  const { code, out, err } = await importIn(world, '--map', 'jack=12', '--map', 'nasa=13', '--json');
  assert.equal(code, 0, err);
  assert.equal((await pointsIn(world)).length, 192);
  for (const secret of [world.env['FROM_INFLUXDB_PASSWORD'], world.target.password])
    assert.ok(secret !== undefined && !`${out}${err}`.includes(secret));
});

test('from an InfluxDB that cuts its answers short without saying so', async (t) => {
  const world = await startWorld(t, day, { maxRowLimit: 10 });
  const collected = day.map(
    (_, tick) => `twitter_user,user_id=12,username=jack like_count=8i ${start + tick * 300}000`,
  );
  await writeLines(world.target, 'twittergraph', collected, 'ms');
  const { names } = factsOf(await importIn(world, '--map', 'jack=12', '--map', 'nasa=13', '--json'));
  const five = { followers_count: 96, friends_count: 96, listed_count: 96, favourites_count: 96, statuses_count: 96 };
  assert.deepEqual(
    names.map(({ numbers: { read, keptOut }, problems }) => [read, keptOut, problems]),
    [
      [five, { like_count: 96 }, []],
      [five, {}, []],
    ],
  );
});

test('from an InfluxDB that wants no credentials', async (t) => {
  const world = await startWorld(t, day, { apart: 'open' });
  assert.equal((await importIn(world, '--map', 'jack=12', '--map', 'nasa=13')).code, 0);
  assert.equal((await pointsIn(world)).length, 192);
});

test('a name without an id: nothing of it is imported, the others are, and the message says what to do', async (t) => {
  const world = await startWorld(t, day);
  const { code, out } = await importIn(world, '--map', 'jack=12');
  assert.equal(code, 2);
  assert.match(out, /No id is known for "nasa" \(2019-01-14 to 2019-01-15, 480 numbers\).* --map nasa=ID$/m);
  const ids = await rowsIn(world.target, 'SHOW TAG VALUES FROM "twitter_user" WITH KEY = "user_id"');
  assert.deepEqual(ids, [{ key: 'user_id', value: '12' }]);
});

test('a dry run counts the same and writes nothing, neither points nor how far it has come', async (t) => {
  const world = await startWorld(t, day);
  const maps = ['--map', 'jack=12', '--map', 'nasa=13', '--json'];
  const dry = factsOf(await importIn(world, ...maps, '--dry-run'));
  assert.deepEqual(await pointsIn(world), []);
  const [, , , folder = ''] = world.args;
  assert.deepEqual(readdirSync(folder), []);
  const real = factsOf(await importIn(world, ...maps));
  assert.deepEqual(
    dry.names.map(({ numbers, points }) => ({ numbers, points })),
    real.names.map(({ numbers, points }) => ({ numbers, points })),
  );
  assert.equal(sumOf(real.names[0]?.numbers.written ?? {}), 480);
  assert.deepEqual(readdirSync(folder), [], 'what was finished is forgotten');
});

test('repeated, it finds everything there and writes nothing; what the source has got since is added', async (t) => {
  const world = await startWorld(t, day);
  const maps = ['--map', 'jack=12', '--map', 'nasa=13', '--json'];
  await importIn(world, ...maps);
  await writeLines(world.source, world.database, linesOf(readingOf('jack', start + 96 * quarterHour, 2000)), 's');
  const { names } = factsOf(await importIn(world, ...maps));
  assert.match((await importIn(world)).out, /^Everything was there already\.$/m);
  assert.deepEqual(
    names.map(({ numbers }) => [sumOf(numbers.read), sumOf(numbers.written), sumOf(numbers.alreadyThere)]),
    [
      [485, 5, 480],
      [480, 0, 480],
    ],
  );
});

test('what twittergraph has collected at the same second stays, and only what is absent beside it is filled in', async (t) => {
  const world = await startWorld(t, linesOf(readingOf('Jack', start, 777)));
  const collected = `twitter_user,user_id=12,username=jack followers_count=778i,like_count=9i ${start}000`;
  await writeLines(world.target, 'twittergraph', [collected], 'ms');
  const ended = await importIn(world, '--json');
  assert.equal(ended.code, 0);
  const [jack] = factsOf(ended).names;
  assert.deepEqual([jack?.username, jack?.knownFrom], ['jack', 'twitter_user']);
  assert.deepEqual(jack?.numbers, {
    read: { followers_count: 1, friends_count: 1, listed_count: 1, favourites_count: 1, statuses_count: 1 },
    skipped: {},
    written: { following_count: 1, listed_count: 1, tweet_count: 1 },
    alreadyThere: { like_count: 1 },
    keptOut: { followers_count: 1 },
  });
  const counts = { followers_count: 778, following_count: 3, listed_count: 2, like_count: 9, tweet_count: 50 };
  assert.deepEqual(await pointsIn(world), [{ time: iso(start), user_id: '12', username: 'jack', ...counts }]);
  assert.match((await importIn(world)).out, /Kept out: 1 where the target holds another number/);
});

test('a renamed account keeps both names under one id; two spellings of one name do not make two points', async (t) => {
  const readings = [
    readingOf('oldjack', start, 1),
    readingOf('Jack', start + quarterHour, 2),
    readingOf('jack', start + quarterHour, 2),
  ];
  const world = await startWorld(t, readings.flatMap(linesOf));
  const collected = `twitter_user,user_id=12,username=jack followers_count=5i ${start + 9000}000`;
  await writeLines(world.target, 'twittergraph', [collected], 'ms');
  const { code } = await importIn(world, '--map', 'oldjack=12');
  assert.equal(code, 0);
  const rows = await rowsIn(
    world.target,
    'SELECT "followers_count", "username" FROM "twitter_user" WHERE "user_id" = \'12\'',
  );
  assert.deepEqual(
    rows.map((row) => [row['username'], row['followers_count']]),
    [
      ['oldjack', 1],
      ['jack', 2],
      ['jack', 5],
    ],
  );
});

test('a number the ancestor did not write is absent, a whole float is an integer, and what is no count is counted', async (t) => {
  const lines = [
    ...linesOf({ user: 'jack', time: start, numbers: { followers_count: 1, listed_count: 0 } }),
    `friends_count,user=jack value=7.0 ${start + 60}`,
    `friends_count,user=jack value=7.5 ${start + 120}`,
    `followers_count value=4i ${start}`,
  ];
  const world = await startWorld(t, lines);
  const { code, out } = await importIn(world, '--map', 'jack=12');
  assert.equal(code, 0, out);
  assert.match(out, /^Skipped, since no counts: 1 with a fraction\.$/m);
  assert.match(out, /^Left out: 1 without the tag user/m);
  const rows = await rowsIn(world.target, 'SELECT "following_count", "listed_count" FROM "twitter_user"');
  assert.deepEqual(rows, [
    { time: iso(start), following_count: null, listed_count: 0 },
    { time: iso(start + 60), following_count: 7, listed_count: null },
  ]);
});

for (const name of [`it's "quoted"`, 'a,b=c d', 'back\\slash', "x' OR time > 0 --"]) {
  test(`a name with ${JSON.stringify(name)} goes through both languages unharmed`, async (t) => {
    const world = await startWorld(t, [
      ...linesOf(readingOf(name, start, 1)),
      ...linesOf(readingOf('other', start, 2)),
    ]);
    const { code, out } = await importIn(world, '--map', `${name}=12`);
    assert.equal(code, 2, out);
    const rows = await rowsIn(world.target, 'SELECT "followers_count", "username" FROM "twitter_user"');
    assert.deepEqual(
      rows.map((row) => [row['username'], row['followers_count']]),
      [[name, 1]],
    );
  });
}
