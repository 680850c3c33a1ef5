/** The rule about unusual days, on accounts that have one and on accounts that only seem to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Point } from '../../../functions/measurement.ts';
import { textsOf } from './message.ts';
import { dayMs, hourMs, labelsIn, minuteMs, noon, ticks, useInfluxd } from './world.ts';

const { open } = useInfluxd();
const uid = 'twittergraph-followers-unusual';
const tenMinutesMs = 10 * minuteMs;
/** Local midnight in Berlin of the newest day the summary has written. */
const yesterday = noon - 12 * hourMs - dayMs - 2 * hourMs;

/** One account's days, the newest last, as the summary writes them; `undefined` is a day without a value. */
function daysOf(userId: string, username: string, gains: readonly (number | undefined)[], newest = yesterday): Point[] {
  const tags = { user_id: userId, username };
  return gains.map((gained, index) => {
    const fields = { followers_close: 1000, ...(gained !== undefined && { followers_gained: gained }) };
    return { measurement: 'twitter_user_daily', tags, fields, time: newest - (gains.length - 1 - index) * dayMs };
  });
}

/** Thirty days around `usual`, never further from it than `give`, then the last one. */
function steadyThen(last: number | undefined, usual = 100, give = 5): (number | undefined)[] {
  return [...Array.from({ length: 30 }, (_, index) => usual + ((index * 7) % (2 * give + 1)) - give), last];
}

test('a day beyond four median deviations fires, up or down, with the name in force; an usual one does not', async () => {
  const { write, evaluate } = await open();
  await write([
    ...daysOf('1', 'up', steadyThen(200)),
    ...daysOf('2', 'down', steadyThen(-40)),
    ...daysOf('3', 'usual', steadyThen(108)),
    ...daysOf('4', 'noisy', steadyThen(200, 100, 60)),
  ]);
  const results = await evaluate(uid, noon);
  assert.deepEqual(
    labelsIn(results, 'Alerting').map(({ username }) => username),
    ['up', 'down'],
  );
  assert.deepEqual(
    labelsIn(results, 'Normal')
      .map(({ username }) => username)
      .sort(),
    ['noisy', 'usual'],
  );
  const [up, down] = results.filter(({ state }) => state === 'Alerting');
  const { latest, usual, spread, distance, days } = up?.values ?? {};
  assert.deepEqual(
    { latest, usual, spread, distance, days },
    { latest: 200, usual: 100, spread: 3, distance: 100, days: 31 },
  );
  const text = textsOf(uid, down ?? assert.fail('one alert'));
  assert.equal(text.summary, '@down: -40 followers in a day');
  assert.match(text.description, /^Usual is \+100 a day, give or take 3\. /);
});

test('an account that never changes has no spread: nine followers are nothing, ten are an event', async () => {
  const { write, evaluate } = await open();
  const still = Array.from({ length: 30 }, () => 0);
  await write([
    ...daysOf('1', 'still', [...still, 0]),
    ...daysOf('2', 'nine', [...still, 9]),
    ...daysOf('3', 'ten', [...still, -10]),
  ]);
  const names = labelsIn(await evaluate(uid, noon), 'Alerting').map(({ username }) => username);
  assert.deepEqual(names, ['ten']);
});

test('fourteen days must be known: days without a value do not count', async () => {
  const { write, evaluate } = await open();
  const gaps = Array.from({ length: 10 }, () => undefined);
  await write([
    ...daysOf('1', 'thirteen', [...gaps, ...steadyThen(500).slice(-13)]),
    ...daysOf('2', 'fourteen', [...gaps, ...steadyThen(500).slice(-14)]),
    ...daysOf('3', 'first_day', [500]),
  ]);
  const names = labelsIn(await evaluate(uid, noon), 'Alerting').map(({ username }) => username);
  assert.deepEqual(names, ['fourteen']);
});

test('only the newest day counts: an older jump, a newest day without a value and a summary that stopped are none', async () => {
  const { write, evaluate } = await open();
  await write([
    ...daysOf('1', 'before', [...steadyThen(500), 100]),
    ...daysOf('2', 'unknown', [...steadyThen(500), undefined, undefined]),
    ...daysOf('3', 'stopped', steadyThen(500), yesterday - 2 * dayMs),
  ]);
  for (const at of ticks(noon, noon + 3 * dayMs, 6 * hourMs))
    assert.deepEqual(labelsIn(await evaluate(uid, at), 'Alerting'), []);
});

test('a renamed account is measured against all of its days, and one account is not measured against another', async () => {
  const { write, evaluate } = await open();
  const gains = steadyThen(300);
  await write([
    ...daysOf('1', 'old_name', gains.slice(0, 25), yesterday - 6 * dayMs),
    ...daysOf('1', 'new_name', gains.slice(25)),
  ]);
  assert.deepEqual(labelsIn(await evaluate(uid, noon), 'Alerting'), [{ user_id: '1', username: 'new_name' }]);
  const other = await open();
  // Each set has one member, which Grafana would otherwise put together whatever their labels say.
  await other.write([...daysOf('7', 'gone', steadyThen(100), yesterday - 3 * dayMs), ...daysOf('8', 'new', [900])]);
  assert.deepEqual(labelsIn(await other.evaluate(uid, noon), 'Alerting'), []);
});

test('it fires from the summary on for the whole day, through the minutes before the next one, and then ends', async () => {
  const { write, evaluate, watch } = await open();
  await write(daysOf('1', 'up', steadyThen(300)));
  const [summary, next] = [yesterday + dayMs + tenMinutesMs, yesterday + 2 * dayMs + tenMinutesMs];
  for (const at of ticks(summary, next, hourMs)) assert.equal(labelsIn(await evaluate(uid, at), 'Alerting').length, 1);
  assert.equal((await watch(uid, next - 2 * tenMinutesMs, next))[0]?.resolvedAt, undefined);
  await write(daysOf('1', 'up', [100], yesterday + dayMs));
  assert.deepEqual(labelsIn(await evaluate(uid, next), 'Normal').length, 1);
});

test('without any summary there is nothing to say', async () => {
  const { evaluate, watch } = await open();
  assert.deepEqual(labelsIn(await evaluate(uid, noon), 'NoData'), [{}]);
  assert.deepEqual(await watch(uid, noon, noon + hourMs), []);
});
