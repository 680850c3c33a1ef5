import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';

import { profile } from '../../support/x-server.ts';
import { collectOnce, instanceOf, replyOf } from '../fixtures.ts';
import { countedInfluxDb } from './world.ts';

const accounts = 20_000;

test('while InfluxDB is at a write, X brings no more than two writes take and what is under way', async () => {
  const influxdb = countedInfluxDb();
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const isHeld = (index: number): boolean => influxdb.writes[index]?.some(isProfile) === true;
  const slow = {
    ...influxdb,
    async write(...given: Parameters<typeof influxdb.write>) {
      const answer = await influxdb.write(...given);
      if (isHeld(influxdb.writes.length - 1)) await held;
      return answer;
    },
  };
  let asked = 0;
  const instance = instanceOf({
    influxdb: slow,
    env: {
      TWITTER_USERS: Array.from({ length: accounts }, (_, index) => `n${index}`).join('\n'),
      TWITTER_DAILY_BUDGET_USD: '1000',
    },
    askX({ query }) {
      asked += 1;
      const names = query['usernames']?.split(',') ?? [];
      return Promise.resolve(replyOf({ data: names.map((name) => profile(name.replace('n', '1'), name)) }));
    },
  });
  const collecting = collectOnce(instance);
  for (let quiet = 0, last = -1; quiet < 100; last = asked) {
    await nextTurn();
    quiet = asked > 0 && asked === last ? quiet + 1 : 0;
  }
  const askedWhileHeld = asked;
  letGo();
  const { report } = await collecting;
  assert.ok(askedWhileHeld <= 110, `${askedWhileHeld} of 200 requests`);
  assert.deepEqual([asked, report.points >= accounts], [accounts / 100, true]);
});

function isProfile({ measurement }: { readonly measurement: string }): boolean {
  return measurement === 'twitter_user';
}
