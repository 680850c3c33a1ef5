/** The rule about round numbers, on accounts that have reached one and on accounts that have not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Point } from '../../../functions/measurement.ts';
import { textsOf } from './message.ts';
import { dayMs, hourMs, labelsIn, minuteMs, minutesOf, noon, ticks, useInfluxd } from './world.ts';

const { open } = useInfluxd();
const uid = 'twittergraph-milestone';
const quarterMs = 15 * minuteMs;

/** The newest day of the summary. */
function dayOf(userId: string, username: string, milestone: number, time = noon - dayMs - 12 * hourMs): Point {
  const fields = { followers_close: 1, next_milestone: milestone };
  return { measurement: 'twitter_user_daily', tags: { user_id: userId, username }, fields, time };
}

function profileOf(userId: string, username: string, followers: number, time: number): Point {
  const fields = { followers_count: followers };
  return { measurement: 'twitter_user', tags: { user_id: userId, username }, fields, time };
}

test('milestone: fires for the account that has reached it, with a link to its overview, and for no other', async () => {
  const { write, evaluate } = await open();
  await write([
    dayOf('1', 'there', 15_000),
    profileOf('1', 'there', 15_000, noon),
    dayOf('2', 'almost', 15_000),
    profileOf('2', 'almost', 14_999, noon),
    profileOf('3', 'first_day', 20_000, noon),
  ]);
  const results = await evaluate(uid, noon);
  assert.deepEqual(labelsIn(results, 'Alerting'), [{ user_id: '1', username: 'there' }]);
  const text = textsOf(uid, results.find(({ state }) => state === 'Alerting') ?? assert.fail('one alert'));
  assert.equal(text.summary, '@there has reached 15000 followers');
  assert.equal(text.link, 'https://grafana.example.org/d/twittergraph-overview?var-account=there&from=now-30d&to=now');
});

test('milestone: ends with the summary that names the next one, and an account renamed since is one account', async () => {
  const { write, watch } = await open();
  const summary = noon + 2 * hourMs;
  await write([
    dayOf('1', 'old_name', 15_000),
    ...ticks(noon, noon + 4 * hourMs, quarterMs).map((time) => profileOf('1', 'new_name', 15_100, time)),
    dayOf('1', 'new_name', 20_000, summary),
  ]);
  const alerts = minutesOf(await watch(uid, noon - hourMs, noon + 4 * hourMs));
  assert.deepEqual(alerts, [{ labels: { user_id: '1', username: 'new_name' }, fired: 0, resolved: 120 }]);
});
