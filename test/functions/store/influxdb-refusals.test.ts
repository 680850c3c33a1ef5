import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRetryable } from '../../../functions/failure.ts';
import { type InfluxReply, queryStore, writeStore } from '../../../functions/store/influxdb.ts';
import { configOf, openDeadline, runErrorOf, storeOf, stubInfluxDb } from '../fixtures.ts';

const config = configOf({ INFLUXDB_DATABASE: 'stats' });
const point = { measurement: 'twitter_user', tags: {}, fields: { followers_count: 1 }, time: 1 } as const;
/** Too short for a second attempt. */
const deadline = { ...openDeadline(), endsAt: Date.now() + 60 };

/** What InfluxDB says, and what the operator is told to do; nothing where it may pass. */
type Row = readonly [status: number, body: string, said: string, advice?: string | undefined];

const unknownDatabase = 'the database or bucket does not exist: create it';
const credentials = 'check INFLUXDB_USERNAME and INFLUXDB_PASSWORD, or INFLUXDB_TOKEN';
const rights = 'the user needs READ and WRITE on the database';
const refused = 'what it names was refused';
const all = 'only 204 says that all is stored, and only 200 comes with rows';

function v1(status: number, error: string, advice?: string): Row {
  return [status, JSON.stringify({ error }), error, advice];
}

function v2(status: number, message: string, advice?: string): Row {
  return [status, JSON.stringify({ code: 'some code', message }), message, advice];
}

/** As measured on InfluxDB 1.6 to 2.9. */
const answers: Readonly<Record<string, Row>> = {
  '1.x: a wrong password': v1(401, 'authorization failed', credentials),
  '2.x: a wrong token': v2(401, 'Unauthorized', credentials),
  '1.x: no grant': v1(403, '"w" user is not authorized', rights),
  '2.x: a token that may only read': v2(403, 'forbidden', rights),
  '1.x: no database': v1(404, 'database not found: "x"', unknownDatabase),
  '2.x: no bucket': v2(404, 'no dbrp mapping found', unknownDatabase),
  '1.x: a partial write': v1(400, 'partial write: field type conflict: x dropped=1', refused),
  '2.x: a partial write': v2(422, 'failure writing points to database: partial write: x', refused),
  '2.x: a malformed line': v2(400, 'unable to parse', refused),
  'a body above the limit': v1(413, 'Request Entity Too Large', refused),
  'a redirect': [307, '', '', 'INFLUXDB_URL leads to a redirect'],
  'stored in part, as a cluster says it': [201, '', '', all],
  'taken, and who knows what of it': [202, '', '', all],
  'an answer without content': [205, '', '', all],
  'too many requests': v2(429, 'slow'),
  'a timeout of a proxy': [408, '', ''],
  '1.x: no retention policy': v1(500, 'retention policy not found: y'),
  'hinted handoff': v1(500, 'write failed: hinted handoff queue not empty'),
  'a proxy without a store': [502, '<html>bad\n gateway</html>', '<html>bad gateway</html>'],
  'a store that starts': [503, '', ''],
  'an error of another shape': [503, '{"error":{"deep":1}}', '{"error":{"deep":1}}'],
  'JSON that is null': [503, 'null', 'null'],
  'a status nobody knows': [599, '', ''],
};

for (const [what, [status, text, said, advice]] of Object.entries(answers)) {
  const reason = advice === undefined ? 'store_unavailable' : 'store_refused';
  test(`${status} (${what}) is ${reason}, written or asked`, async () => {
    const answer = (): Promise<InfluxReply> => Promise.resolve({ status, text });
    const store = storeOf({ ...stubInfluxDb(), write: answer, query: answer }, config);
    for (const [doing, work] of [
      ['given 1 points', writeStore(store, [point], deadline)],
      ['asked', queryStore(store, ['SHOW DATABASES'], deadline)],
    ] as const) {
      const error = await runErrorOf(work);
      assert.deepEqual([error.failure.reason, isRetryable(error.failure)], [reason, advice === undefined]);
      const answered = `InfluxDB (http://influxdb:8086, database stats), ${doing}, answered ${status}`;
      const words = `${said === '' ? '' : ` (${said})`}${advice === undefined ? '' : `: ${advice}`}`;
      assert.equal(error.message, `${answered}${words}`);
    }
  });
}

test('a write that is answered with a page and a query without one are neither stored nor answered', async () => {
  const store = storeOf({
    ...stubInfluxDb(),
    write: () => Promise.resolve({ status: 200, text: '<html>' }),
    query: () => Promise.resolve({ status: 204, text: '' }),
  });
  for (const work of [writeStore(store, [point], deadline), queryStore(store, ['SHOW DATABASES'], deadline)]) {
    assert.equal((await runErrorOf(work)).failure.reason, 'store_refused');
  }
});

test('what InfluxDB says is shown in one line, short and without the password', async () => {
  const text = JSON.stringify({ error: `user\u0007 writer with password-marker\n${'x'.repeat(1000)}` });
  const store = storeOf({ ...stubInfluxDb(), write: () => Promise.resolve({ status: 500, text }) }, config);
  const { message } = await runErrorOf(writeStore(store, [point], deadline));
  assert.match(message, /answered 500 \(user writer with \[secret\] x+…\)$/);
  assert.ok(message.length < 300);
});
