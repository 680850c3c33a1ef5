import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import { type NameState, openCheckpoint } from '../../../tools/import/checkpoint.ts';
import { openSource } from '../../../tools/import/source.ts';
import { emptyTally, sumOf } from '../../../tools/import/tally.ts';
import { openTarget } from '../../../tools/import/target.ts';
import { transferName, type Way } from '../../../tools/import/transfer.ts';
import {
  factsOf,
  importIn,
  linesOf,
  readingOf,
  rowsIn,
  startImport,
  startWorld,
  type World,
  writeLines,
  start,
} from './ancestor.ts';

/** Half a year of quarter hours: ten pages. */
const ticks = 96 * 182;
const numbers = 5 * ticks;
const lines = Array.from({ length: ticks }, (_, tick) => readingOf('jack', start + tick * 900, tick)).flatMap(linesOf);

/** The file in which an import keeps how far it has come, if there is one. */
function checkpointIn({ args }: World): string | undefined {
  const [, , , folder = ''] = args;
  const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith('.json')) : undefined;
  return name === undefined ? undefined : join(folder, name);
}

function stateIn(world: World): NameState | undefined {
  const file = checkpointIn(world);
  if (file === undefined) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { names: Record<string, NameState> }).names['jack'];
}

/** Starts an import and kills it some pages later, wherever it then is. Returns how far it says it has come. */
async function killInMidRun(world: World, pages: number): Promise<number> {
  const running = startImport([...world.args, '--map', 'jack=12'], world.env);
  let seen = stateIn(world)?.cursor ?? start * 1000;
  for (let left = pages; left > 0;) {
    const cursor = stateIn(world)?.cursor ?? seen;
    if (cursor > seen) left -= 1;
    seen = cursor;
    await wait(1);
  }
  running.kill();
  assert.equal((await running.ended).signal, 'SIGKILL', 'it was still running');
  return stateIn(world)?.cursor ?? 0;
}

test('killed again and again it goes on where it was, and counts as if nothing had happened', async (t) => {
  const world = await startWorld(t, lines);
  const cursors: number[] = [];
  for (const pages of [1, 3, 1, 2]) cursors.push(await killInMidRun(world, pages));
  assert.deepEqual(
    [...cursors].sort((a, b) => a - b),
    cursors,
  );
  const ended = await importIn(world, '--map', 'jack=12', '--json');
  assert.equal(ended.code, 0, ended.err);
  const [jack] = factsOf(ended).names;
  assert.equal(jack?.resumedAt, new Date(cursors.at(-1) ?? 0).toISOString());
  const five = {
    followers_count: ticks,
    following_count: ticks,
    listed_count: ticks,
    like_count: ticks,
    tweet_count: ticks,
  };
  assert.deepEqual(
    [sumOf(jack.numbers.read), jack.numbers.written, jack.numbers.alreadyThere, jack.points],
    [numbers, five, {}, { made: ticks, written: ticks }],
  );
  const [count] = await rowsIn(
    world.target,
    'SELECT count("like_count") AS "n", sum("followers_count") FROM "twitter_user"',
  );
  assert.deepEqual([count?.['n'], count?.['sum']], [ticks, (ticks * (ticks - 1)) / 2]);
  assert.equal(checkpointIn(world), undefined);
});

test('it does not start over, and says so when something written before is gone from the target', async (t) => {
  const world = await startWorld(t, lines);
  const cursor = await killInMidRun(world, 3);
  await world.target.adminQuery(`DELETE FROM "twitter_user" WHERE time < ${start + 900}s`);
  const ended = await importIn(world, '--map', 'jack=12');
  assert.equal(ended.code, 1);
  assert.match(ended.out, /^"jack": 1 numbers written as like_count are not in the target: import again$/m);
  assert.ok(cursor > start * 1000);
  const repaired = await importIn(world, '--map', 'jack=12');
  assert.deepEqual([repaired.code, repaired.err], [0, '']);
  assert.match(repaired.out, /all 5 numbers written are there/);
});

test('what the source has got since the kill is part of the resumed import', async (t) => {
  const world = await startWorld(t, lines);
  await killInMidRun(world, 2);
  await writeLines(world.source, world.database, linesOf(readingOf('jack', start + ticks * 900, 9)), 's');
  const [jack] = factsOf(await importIn(world, '--map', 'jack=12', '--json')).names;
  assert.deepEqual([sumOf(jack?.numbers.written ?? {}), jack?.problems], [numbers + 5, []]);
});

test('an id that the command line changes starts that name over', async (t) => {
  const world = await startWorld(t, lines);
  await killInMidRun(world, 2);
  const [jack] = factsOf(await importIn(world, '--map', 'jack=13', '--json')).names;
  assert.deepEqual([jack?.resumedAt, sumOf(jack?.numbers.written ?? {})], [undefined, numbers]);
});

/** The state at the start of an import of `jack` that has `ticks` readings. */
const fresh: NameState = {
  userId: '12',
  username: 'jack',
  first: start * 1000,
  last: (start + (ticks - 1) * 900) * 1000,
  counts: {},
  before: {},
  cursor: start * 1000,
  tally: emptyTally,
};

test('ended between the acknowledgement of a page and its book entry, the page still counts as written', async (t) => {
  const world = await startWorld(t, lines);
  const { url, username, password } = world.target;
  const source = await openSource({ url, username, password, database: world.database }, (sentence) => sentence);
  const target = openTarget({ url, username, password, database: 'twittergraph' });
  let saved = fresh;
  let writes = 0;
  const way = (endAfter: number): Way => ({
    source,
    target: {
      ask: target.ask,
      write: async (points) => {
        await target.write(points);
        writes += 1;
        if (writes === endAfter) throw new Error('ended here');
      },
    },
    save: (state) => {
      saved = JSON.parse(JSON.stringify(state)) as NameState;
    },
    dryRun: false,
    advance: () => undefined,
  });
  await assert.rejects(transferName(way(2), 'jack', saved), /ended here/);
  const done = await transferName(way(Infinity), 'jack', saved);
  assert.deepEqual([sumOf(done.tally.written), done.tally.alreadyThere], [numbers, {}]);
});

test('a file of another version is not guessed at', async (t) => {
  const world = await startWorld(t, linesOf(readingOf('jack', start)));
  const ends = { url: world.target.url, username: '', password: '' };
  const source = { ...ends, database: world.database };
  const [, , , folder = ''] = world.args;
  const checkpoint = openCheckpoint(folder, {
    source,
    target: { ...ends, database: 'twittergraph' },
    sourceIsOther: false,
  });
  checkpoint.save('jack', fresh);
  writeFileSync(checkpointIn(world) ?? '', '{"format":0}');
  const { code, err } = await importIn(world, '--map', 'jack=12');
  assert.equal(code, 1);
  assert.match(err, /import-twittergraph-.*cannot be read\. Delete it to start over/);
});
