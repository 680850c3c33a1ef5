import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RunError } from '../../../functions/failure.ts';
import { runPart } from '../../../functions/run/run.ts';
import { putBooks, putResults, storeBooks } from '../../../functions/store/writer.ts';
import { instanceOf } from '../fixtures.ts';
import {
  bring,
  collectorOf,
  collectWith,
  countedInfluxDb,
  jobOf,
  pointOf,
  pointsIn,
  reasonsOf,
  runOf,
} from './world.ts';

const bringing = collectorOf('bringing', (collecting) => {
  bring(collecting);
  return Promise.resolve();
});

/** Each part's own point: its name, success, points. */
function partsIn(influxdb: ReturnType<typeof countedInfluxDb>): unknown[] {
  return pointsIn(influxdb, 'twitter_collector_run').map(({ tags, fields }) => [
    tags['collector'],
    fields['success'],
    fields['points'],
  ]);
}

test('what X does to one collector costs the others nothing', async () => {
  const influxdb = countedInfluxDb();
  const refused = collectorOf('refused', (collecting) => {
    bring(collecting, '13');
    throw new RunError({ reason: 'unauthorized', detail: 'no' });
  });
  const outcome = await collectWith([refused, bringing], { instance: instanceOf({ influxdb }) });
  assert.deepEqual(reasonsOf(outcome), [['refused', 'unauthorized']]);
  assert.deepEqual(partsIn(influxdb), [
    ['refused', 0, 1],
    ['bringing', 1, 1],
  ]);
  assert.equal(outcome.report.points, 2);
});

test('an error of the program in one collector is thrown once the data of all are stored, and is no failure point', async () => {
  const influxdb = countedInfluxDb();
  const broken = collectorOf('broken', (collecting) => {
    bring(collecting, '13');
    return Promise.reject(new TypeError('a bug'));
  });
  const instance = instanceOf({ influxdb });
  for (let round = 1; round <= 2; round += 1) {
    await assert.rejects(collectWith([broken, bringing], { instance }), { name: 'TypeError', message: 'a bug' });
    assert.equal(pointsIn(influxdb, 'twitter_user').length, 2 * round);
  }
  assert.deepEqual(partsIn(influxdb).slice(2), [
    ['broken', 0, 1],
    ['bringing', 1, 1],
  ]);
  assert.deepEqual(pointsIn(influxdb, 'twitter_collector_failure'), []);
});

test("an error of the program in one part's points is thrown, and costs neither the others nor the books theirs", async () => {
  const influxdb = countedInfluxDb();
  influxdb.answer = (points) => {
    if (points.some(({ fields }) => Number.isNaN(fields['followers_count']))) throw new TypeError('no number');
    return undefined;
  };
  const line = { measurement: 'twitter_latch', tags: {}, fields: { until: 0 }, time: 1 } as const;
  const job = jobOf(async (run) => {
    await runPart(run, 'odd', 1, () => {
      putResults(run.writer, 'odd', [pointOf(1, '13', { followers_count: NaN })]);
      return Promise.resolve();
    });
    await runPart(run, 'good', 1, () => {
      putResults(run.writer, 'good', [pointOf(1)]);
      putBooks(run.writer, [line]);
      return Promise.resolve();
    });
  });
  await assert.rejects(runOf(job, { instance: instanceOf({ influxdb }) }), { name: 'TypeError', message: 'no number' });
  const [refused, ...taken] = influxdb.writes;
  assert.ok(refused?.includes(line));
  const stored = taken
    .filter((points) => points.every(({ fields }) => !Number.isNaN(fields['followers_count'])))
    .flat();
  assert.deepEqual(
    stored.filter(({ measurement }) => measurement === 'twitter_user'),
    [pointOf(1)],
  );
  assert.ok(stored.includes(line));
  const last = new Map(
    stored.flatMap(({ tags, fields }) =>
      'success' in fields ? [[tags['collector'], [fields['success'], fields['points']]]] : [],
    ),
  );
  assert.deepEqual(
    [last.get('odd'), last.get('good')],
    [
      [0, 0],
      [1, 1],
    ],
  );
  assert.ok(!stored.some(({ measurement }) => measurement === 'twitter_collector_failure'));
});

test('after an error of the program in a write of the ledger nothing is bought', async () => {
  const influxdb = countedInfluxDb([], (points) => {
    if (points.some(({ measurement }) => measurement === 'twitter_ledger')) throw new TypeError('no line');
    return undefined;
  });
  const line = { measurement: 'twitter_ledger', tags: {}, fields: { purchase: 'p' }, time: '1' } as const;
  let isStored = false;
  const job = jobOf((run) =>
    runPart(run, 'buying', 1, async () => {
      await storeBooks(run.writer, [line], { isBrokerEnough: false });
      isStored = true;
    }),
  );
  await assert.rejects(runOf(job, { instance: instanceOf({ influxdb }) }), { name: 'TypeError', message: 'no line' });
  assert.equal(isStored, false);
  assert.deepEqual(pointsIn(influxdb, 'twitter_collector_failure'), []);
});
