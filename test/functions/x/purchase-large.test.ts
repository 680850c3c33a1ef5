import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Point } from '../../../functions/measurement.ts';
import { putResults } from '../../../functions/store/writer.ts';
import { replyOf, stubInfluxDb } from '../fixtures.ts';
import { nextTurn, posts, timelineOf, wayOf } from './world.ts';

const counted: Point = { measurement: 'twitter_user', tags: { user_id: '1' }, fields: { followers_count: 1 }, time: 1 };

/** What each of four answers that come at once, each good for a point, finds waiting to be written when it is read. */
async function waitingAtEach(bytes: number): Promise<readonly number[]> {
  const slow: ReturnType<typeof stubInfluxDb> = stubInfluxDb();
  const write = slow.write.bind(slow);
  slow.write = async (points, deadline) => {
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    return write(points, deadline);
  };
  const { buy, way, written } = wayOf(() => Promise.resolve(replyOf({ data: [], padding: ' '.repeat(bytes) })), {
    influxdb: slow,
  });
  const stored = (): number => slow.written.filter(({ measurement }) => measurement === 'twitter_user').length;
  let read = 0;
  const found: number[] = [];
  await Promise.all(
    ['1', '2', '3', '4'].map((id) =>
      buy(posts(`id:${id}`), timelineOf(id), () => {
        found.push(read - stored());
        read += 1;
        putResults(way.budget.writer, 'tweet', [counted]);
        return { value: [], ids: [], answered: [], unreadable: 0 };
      }),
    ),
  );
  await written();
  assert.equal(stored(), 4);
  return found;
}

test('large answers are read one after the other, each when the points of those before it are stored', async () => {
  assert.deepEqual(await waitingAtEach(600_000), [0, 0, 0, 0]);
});

test('other answers are read as they come', async () => {
  assert.deepEqual(await waitingAtEach(60_000), [0, 1, 2, 3]);
});
