import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';

import {
  factsOf,
  importIn,
  linesOf,
  readingOf,
  rowsIn,
  startWorld,
  sumOf,
  type World,
  type WorldOptions,
  writeLines,
  start,
  quarterHour,
} from './ancestor.ts';

/** More than a page has. */
const ticks = 2500;
const policies = ['forever', `it's an "old" one`];
const both = ['--map', 'jack=12', '--map', 'nasa=13', '--json'];

/** Lines of one user at quarter hours; `followers` is the first count. */
function linesOfTicks(user: string, count: number, followers: number, from = 0): string[] {
  const readings = Array.from({ length: count }, (_, tick) =>
    readingOf(user, start + (from + tick) * quarterHour, followers + tick),
  );
  return readings.flatMap(linesOf);
}

/** A source whose default retention policy holds ten readings of jack, and the others thousands of both. */
async function startWithPolicies(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const world = await startWorld(t, linesOfTicks('jack', 10, 500), options);
  const [forever = '', old = ''] = policies;
  for (const policy of policies)
    await world.source.adminQuery(
      `CREATE RETENTION POLICY "${policy.replaceAll('"', '\\"')}" ON "${world.database}" DURATION INF REPLICATION 1`,
    );
  // At ten moments both have a number of jack's.
  await writeLines(world.source, world.database, linesOfTicks('jack', ticks, 1000), 's', forever);
  await writeLines(world.source, world.database, linesOfTicks('nasa', 100, 9, ticks), 's', old);
  return world;
}

test('what is in any retention policy is imported; of two numbers for a moment the default policy has the last word', async (t) => {
  const world = await startWithPolicies(t);
  const ended = await importIn(world, ...both);
  assert.equal(ended.code, 0, ended.err);
  const { names, source, warnings } = factsOf(ended);
  assert.deepEqual(
    names.map(({ name, numbers: { read, written, skipped }, problems }) => {
      return [name, sumOf(read), sumOf(written), skipped, problems];
    }),
    [
      ['jack', 5 * (ticks + 10), 5 * ticks, { repeated: 50 }, []],
      ['nasa', 500, 500, {}, []],
    ],
  );
  assert.deepEqual([[...source.policies].sort(), warnings], [['autogen', ...policies], []]);
  const counts = await rowsIn(
    world.target,
    `SELECT "followers_count" AS "n" FROM "twitter_user" WHERE "user_id" = '12'`,
  );
  assert.deepEqual(
    counts.map((row) => row['n']),
    Array.from({ length: ticks }, (_, tick) => (tick < 10 ? 500 : 1000) + tick),
  );
  const { out } = await importIn(world, '--map', 'jack=12');
  assert.match(out, /^from .*, retention policies "forever", .*"autogen"$/m);
});

test('a user who may only read is told all policies', async (t) => {
  const world = await startWithPolicies(t, { apart: 'closed' });
  const { names, warnings } = factsOf(await importIn(world, ...both));
  assert.deepEqual([names.length, warnings], [2, []]);
});

test('a source that does not tell its policies: the default one is imported, and a warning says so', async (t) => {
  const world = await startWithPolicies(t, { apart: 'open' });
  const url = await startSilent(t, world.source.url);
  const args = world.args.map((arg) => (arg === world.source.url ? url : arg));
  const ended = await importIn({ ...world, args }, '--map', 'jack=12', '--json');
  const { names, source, warnings } = factsOf(ended);
  assert.deepEqual([names.map(({ numbers }) => sumOf(numbers.read)), source.policies], [[50], []]);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /^Only the default retention policy was read, .* \(The source: .* 400 \(not for you\)/,
  );
  const { code, out } = await importIn({ ...world, args }, '--map', 'jack=12');
  assert.equal(code, 0);
  assert.match(out, /^Only the default retention policy was read/m);
});

/** An InfluxDB in front of another one, that refuses to say which retention policies there are. */
async function startSilent(t: TestContext, url: string): Promise<string> {
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? '', url);
    if (asked.searchParams.get('q')?.includes('RETENTION') === true) {
      response.writeHead(400).end('{"error":"not for you"}');
      return;
    }
    void fetch(asked, { headers: { authorization: request.headers.authorization ?? '' } }).then(async (answer) => {
      response.writeHead(answer.status).end(await answer.text());
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
