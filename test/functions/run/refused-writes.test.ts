import assert from 'node:assert/strict';
import { test } from 'node:test';

import { statusOf } from '../../../functions/http/answer.ts';
import type { Point } from '../../../functions/measurement.ts';
import { runPart } from '../../../functions/run/run.ts';
import { putResults } from '../../../functions/store/writer.ts';
import { instanceOf, openDeadline } from '../fixtures.ts';
import {
  bring,
  collectorOf,
  collectWith,
  countedInfluxDb,
  jobOf,
  partialWrite,
  pointOf,
  pointsIn,
  reasonsOf,
  runOf,
  soon,
  stopClock,
} from './world.ts';

const bringing = collectorOf('user', (collecting) => {
  bring(collecting);
  return Promise.resolve();
});
const isProfile = ({ measurement }: Point): boolean => measurement === 'twitter_user';
const namesOf = (points: readonly Point[]): string[] => points.map(({ measurement }) => measurement);

test('what was refused costs the rest nothing and is said in the last write, success and points 0: on the first tick and on the next', async () => {
  const influxdb = countedInfluxDb([], (points) => (points.some(isProfile) ? partialWrite : undefined));
  const instance = instanceOf({ influxdb });
  for (let round = 1; round <= 2; round += 1) {
    const outcome = await collectWith([bringing], { instance });
    assert.deepEqual(reasonsOf(outcome), [['tick', 'store_refused']]);
    assert.deepEqual([statusOf(outcome.failures), outcome.report.points], [422, 0]);
    assert.match(outcome.failures[0]?.detail ?? '', /answered 400 \(partial write: field type conflict/);
    const [all = [], theirs = [], own = [], last = [], ...more] = influxdb.writes.splice(0);
    assert.deepEqual(namesOf(all), ['twitter_user', 'twitter_budget', 'twitter_collector_run']);
    assert.deepEqual([namesOf(theirs), own], [['twitter_user'], all.slice(1)]);
    assert.deepEqual(namesOf(last), ['twitter_collector_run', 'twitter_collector_failure']);
    assert.deepEqual(more, []);
    const [run, failure] = last;
    assert.deepEqual([run?.fields['success'], run?.fields['points']], [0, 0]);
    assert.deepEqual([run?.time, run?.tags], [all[2]?.time, all[2]?.tags]);
    const { tags, fields } = failure ?? {};
    assert.deepEqual([tags, fields?.['count']], [{ app: 'default', collector: 'tick', reason: 'store_refused' }, 1]);
  }
});

test('what was refused in mid-run is told by the last write, beside what was taken', async () => {
  const influxdb = countedInfluxDb();
  influxdb.answer = (_points, index) => (index === 0 ? partialWrite : undefined);
  const many = collectorOf('user', async (collecting) => {
    const points = Array.from({ length: 5000 }, (_, index) => pointOf(collecting.time, String(index + 1)));
    collecting.deliver({ points, served: 0, resources: 0 });
    await soon();
    bring(collecting, '9999');
  });
  const other = collectorOf('tweet', (collecting) => {
    bring(collecting, '10000');
    return Promise.resolve();
  });
  const outcome = await collectWith([many, other], { instance: instanceOf({ influxdb }) });
  assert.deepEqual(reasonsOf(outcome), [['tick', 'store_refused']]);
  assert.deepEqual([influxdb.writes.length, outcome.report.points], [2, 2]);
  assert.equal(pointsIn(influxdb, 'twitter_collector_failure').length, 1);
  assert.deepEqual(
    pointsIn(influxdb, 'twitter_collector_run').map(({ tags, fields }) => [
      tags['collector'],
      fields['success'],
      fields['points'],
    ]),
    [
      ['user', 0, 1],
      ['tweet', 1, 1],
    ],
  );
});

test('a store that went away in mid-run is not written to again once the time is up', async (t) => {
  stopClock(t);
  const deadline = openDeadline();
  const influxdb = countedInfluxDb();
  influxdb.answer = () => {
    t.mock.timers.setTime(deadline.endsAt);
    return { status: 503, text: 'away' };
  };
  const outcome = await collectWith([bringing], { instance: instanceOf({ influxdb }), deadline });
  assert.deepEqual([reasonsOf(outcome), influxdb.writes.length], [[['tick', 'store_unavailable']], 1]);
  assert.deepEqual([statusOf(outcome.failures), outcome.report.points], [503, 0]);
});

test('a run that ends while a write is under way counts what that one stores', async () => {
  const influxdb = countedInfluxDb();
  const job = jobOf((run) =>
    runPart(run, 'user', 1, async () => {
      putResults(
        run.writer,
        'user',
        Array.from({ length: 5000 }, (_, index) => pointOf(1, String(index + 1))),
      );
      while (influxdb.writes.length === 0) await new Promise((resolve) => setImmediate(resolve));
      putResults(run.writer, 'user', [pointOf(1, '9999')]);
    }),
  );
  const write = influxdb.write.bind(influxdb);
  influxdb.write = async (...given) => {
    const reply = await write(...given);
    await soon();
    return reply;
  };
  const { report } = await runOf(job, { instance: instanceOf({ influxdb }) });
  const [run] = pointsIn(influxdb, 'twitter_collector_run');
  assert.deepEqual([report.points, run?.fields['points'], run?.fields['success']], [5001, 5001, 1]);
  assert.deepEqual(
    influxdb.writes.map((points) => points.length),
    [5000, 3],
  );
});
