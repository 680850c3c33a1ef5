import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { XRequest } from '../../../functions/collectors/collector.ts';
import type { Point } from '../../../functions/measurement.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import { profile, suspendedName, unknownName } from '../../support/x-server.ts';
import { collectOnce, instanceOf, replyOf, type StoredRow } from '../fixtures.ts';
import { type CountedInfluxDb, countedInfluxDb, stopClock } from './world.ts';

/** An InfluxDB that answers with the profiles and ledger lines it was given. */
function rememberingInfluxDb(): CountedInfluxDb {
  const rows: StoredRow[] = [];
  return countedInfluxDb(rows, (points) => {
    for (const point of points) rows.push(...rowsOf(point));
    return undefined;
  });
}

function rowsOf({ measurement, tags, fields, time }: Point): StoredRow[] {
  const at = new Date(typeof time === 'string' ? Number(time.slice(0, -6)) : time).toISOString();
  if (measurement === 'twitter_ledger') return [{ measurement, columns: { time: at, ...tags, ...fields } }];
  return measurement === 'twitter_user' ? [{ measurement, tags, columns: { time: at, last: 1 } }] : [];
}

/** An X on which every account exists but for two, and how often it was asked. */
function openX(): { askX: Instance['askX']; asked: XRequest[] } {
  const asked: XRequest[] = [];
  const askX: Instance['askX'] = (request) => {
    asked.push(request);
    const names = (request.query['usernames'] ?? '').split(',');
    const ids = request.query['ids']?.split(',') ?? [];
    const data = [
      ...names.filter((name) => /^name\d+$/.test(name)).map((name) => profile(name.replace('name', '1'), name)),
      ...ids.map((id) => profile(id, `user${id}`)),
    ];
    const errors = names.flatMap((name) =>
      name === 'gone' ? [suspendedName(name)] : name === 'nobody' ? [unknownName(name)] : [],
    );
    return Promise.resolve(replyOf({ data, ...(errors.length > 0 ? { errors } : {}) }));
  };
  return { askX, asked };
}

interface Counts {
  readonly x: number;
  readonly reads: number;
  readonly writes: number;
  /** Those of the writes that brought profiles. */
  readonly results: number;
}

/** What one tick of an instance asks for. */
async function countTick(instance: Instance, asked: XRequest[], influxdb: CountedInfluxDb): Promise<Counts> {
  const before = [asked.length, influxdb.reads.length, influxdb.writes.length] as const;
  await collectOnce(instance);
  const writes = influxdb.writes.slice(before[2]);
  const results = writes.filter((points) => points.some(({ measurement }) => measurement === 'twitter_user'));
  return {
    x: asked.length - before[0],
    reads: influxdb.reads.length - before[1],
    writes: writes.length,
    results: results.length,
  };
}

/** Whether the last question was for the names and ids behind all accounts too, of which there are many. */
function isForIdentities({ reads }: CountedInfluxDb): boolean {
  return reads.at(-1)?.includes('FROM "twitter_user"') === true;
}

for (const [what, users, x, isAllNamed] of [
  ['accounts that all exist', 'name1, name2, name3', 1, true],
  ['a suspended and an unknown account', 'name1, gone, nobody, name2', 1, false],
  ['names and ids', 'name1, gone, id:12', 2, false],
] as const) {
  test(`with ${what} the day's first tick is ${x} of X, one read and two writes, a later one ${x}, one and one`, async (t) => {
    stopClock(t);
    const influxdb = rememberingInfluxDb();
    const { askX, asked } = openX();
    const instance = instanceOf({ influxdb, askX, env: { TWITTER_USERS: users } });
    assert.deepEqual(await countTick(instance, asked, influxdb), { x, reads: 1, writes: 2, results: 1 });
    assert.equal(isForIdentities(influxdb), true);
    for (let tick = 1; tick <= 3; tick += 1) {
      assert.deepEqual(await countTick(instance, asked, influxdb), { x, reads: 1, writes: 1, results: 1 });
      assert.equal(isForIdentities(influxdb), !isAllNamed);
    }
    const fresh = instanceOf({ influxdb, askX, env: { TWITTER_USERS: users } });
    assert.deepEqual(await countTick(fresh, asked, influxdb), { x, reads: 1, writes: 1, results: 1 });
  });
}

test('where accounts take turns, nobody is looked up whose turn it is not', async (t) => {
  stopClock(t);
  const influxdb = rememberingInfluxDb();
  const { askX, asked } = openX();
  const users = Array.from({ length: 150 }, (_, index) => `name${index}`).join(',');
  const instance = instanceOf({ influxdb, askX, env: { TWITTER_USERS: users } });
  for (const isFirst of [true, false]) {
    // With 300 ticks in X's 15 minutes each can ask once, for 100 accounts.
    await collectOnce(instance, { every: 3 });
    assert.equal(isForIdentities(influxdb), isFirst);
  }
  assert.equal(asked.length, 2);
});

test('10,000 accounts are 100 requests of X, one read, and at most four writes of results', async (t) => {
  // However slow the machine: results wait for others, and not for a second.
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.parse('2026-11-23T12:00:00Z') });
  const influxdb = rememberingInfluxDb();
  const { askX, asked } = openX();
  const users = Array.from({ length: 10_000 }, (_, index) => `name${index}`).join('\n');
  const instance = instanceOf({ influxdb, askX, env: { TWITTER_USERS: users } });
  for (const most of [5, 4]) {
    const { x, reads, writes, results } = await countTick(instance, asked, influxdb);
    assert.deepEqual([x, reads], [100, 1]);
    assert.ok(results <= 4, `${results} writes of results`);
    assert.ok(writes <= most, `${writes} writes`);
  }
});

test('while InfluxDB is at a write, X brings no more than two writes take and what is under way', async () => {
  const inner = countedInfluxDb();
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const influxdb: CountedInfluxDb = {
    ...inner,
    async write(points, deadline) {
      if (points.some(({ measurement }) => measurement === 'twitter_user')) await held;
      return inner.write(points, deadline);
    },
  };
  const { askX, asked } = openX();
  const accounts = 20_000;
  const users = Array.from({ length: accounts }, (_, index) => `name${index}`).join('\n');
  const env = { TWITTER_USERS: users, TWITTER_DAILY_BUDGET_USD: '1000' };
  const collecting = collectOnce(instanceOf({ influxdb, askX, env }));
  for (let quiet = 0, last = -1; quiet < 100; last = asked.length) {
    await nextTurn();
    quiet = asked.length > 0 && asked.length === last ? quiet + 1 : 0;
  }
  const askedWhileHeld = asked.length;
  letGo();
  const { report } = await collecting;
  assert.ok(askedWhileHeld <= 110, `${askedWhileHeld} of 200 requests`);
  assert.deepEqual([asked.length, report.points >= accounts], [accounts / 100, true]);
});
