import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectStore } from '../../../functions/adapters/influxdb.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import type { Reason } from '../../../functions/failure.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { openDeadline, runErrorOf } from '../fixtures.ts';
import { startRecordingStore } from './recording-store.ts';

const point: Measurement = { name: 'twitter_user', tags: {}, fields: { followers_count: 1 }, time: 1 };

type Row = readonly [status: number, body: unknown, reason: Reason, said: string];

const unknownDatabase = 'the database or bucket does not exist: create it';
const credentials = 'check INFLUXDB_USERNAME and INFLUXDB_PASSWORD, or INFLUXDB_TOKEN';
const rights = 'the user needs READ and WRITE on the database';
const notStored = 'the points named were not stored';

/** As measured on InfluxDB 1.6 to 2.9. */
const writes: Readonly<Record<string, Row>> = {
  '1.x: a wrong password': [
    401,
    { error: 'authorization failed' },
    'store_refused',
    `(authorization failed): ${credentials}`,
  ],
  '2.x: a wrong token': [
    401,
    { code: 'unauthorized', message: 'Unauthorized' },
    'store_refused',
    `(Unauthorized): ${credentials}`,
  ],
  '1.x: no grant': [
    403,
    { error: '"w" user is not authorized' },
    'store_refused',
    `("w" user is not authorized): ${rights}`,
  ],
  '2.x: a token that may only read': [
    403,
    { code: 'forbidden', message: 'forbidden' },
    'store_refused',
    `(forbidden): ${rights}`,
  ],
  '1.x: no database': [
    404,
    { error: 'database not found: "x"' },
    'store_refused',
    `(database not found: "x"): ${unknownDatabase}`,
  ],
  '2.x: no bucket': [
    404,
    { code: 'not found', message: 'no dbrp mapping found' },
    'store_refused',
    `(no dbrp mapping found): ${unknownDatabase}`,
  ],
  '1.x: a partial write': [
    400,
    { error: 'partial write: field type conflict: x dropped=1' },
    'store_refused',
    `(partial write: field type conflict: x dropped=1): ${notStored}`,
  ],
  '2.x: a partial write': [
    422,
    { code: 'unprocessable entity', message: 'failure writing points to database: partial write: x' },
    'store_refused',
    `(failure writing points to database: partial write: x): ${notStored}`,
  ],
  '2.x: a malformed line': [
    400,
    { code: 'invalid', message: 'unable to parse' },
    'store_refused',
    `(unable to parse): ${notStored}`,
  ],
  'a body above the limit': [
    413,
    { error: 'Request Entity Too Large' },
    'store_refused',
    `(Request Entity Too Large): ${notStored}`,
  ],
  'a redirect': [307, undefined, 'store_refused', ': INFLUXDB_URL leads to a redirect'],
  'a page with status 200': [200, '<html>', 'store_refused', `: ${notStored}`],
  'too many requests': [429, { code: 'too many requests', message: 'slow' }, 'store_unavailable', '(slow)'],
  'a timeout of a proxy': [408, undefined, 'store_unavailable', ''],
  '1.x: no retention policy': [
    500,
    { error: 'retention policy not found: y' },
    'store_unavailable',
    '(retention policy not found: y)',
  ],
  'hinted handoff': [
    500,
    { error: 'write failed: hinted handoff queue not empty' },
    'store_unavailable',
    '(write failed: hinted handoff queue not empty)',
  ],
  'a proxy without a store': [502, '<html>bad gateway</html>', 'store_unavailable', '(<html>bad gateway</html>)'],
  'a store that starts': [503, undefined, 'store_unavailable', ''],
};

for (const [name, [status, body, reason, said]] of Object.entries(writes)) {
  test(`a write is answered ${status} (${name}): ${reason}`, async (t) => {
    const { access } = await startRecordingStore(t, () => ({ status, body }));
    const error = await runErrorOf(
      connectStore(access).write([point], startDeadline(reason === 'store_refused' ? 20_000 : 60)),
    );
    assert.deepEqual([error.reason, error.retryable, error.status], [reason, reason === 'store_unavailable', status]);
    const expected = `InfluxDB (${access.url}, database stats & more), given 1 points, answered ${status} ${said}`;
    assert.equal(error.message, expected.replace(' : ', ': ').trim());
    assert.doesNotMatch(error.message, /marker/);
  });
}

for (const status of [201, 202, 205]) {
  test(`a write answered ${status} is not stored in full`, async (t) => {
    const { access, seen } = await startRecordingStore(t, () => ({ status }));
    const error = await runErrorOf(connectStore(access).write([point], startDeadline(20_000)));
    assert.deepEqual([error.reason, error.retryable, seen.length], ['store_refused', false, 1]);
    assert.match(error.message, new RegExp(`answered ${status}`));
  });
}

const queries: Readonly<Record<string, Row>> = {
  'a wrong password': [
    401,
    { error: 'authorization failed' },
    'store_refused',
    `, asked, answered 401 (authorization failed): ${credentials}`,
  ],
  'a user without rights': [
    403,
    { error: 'not authorized' },
    'store_refused',
    `, asked, answered 403 (not authorized): ${rights}`,
  ],
  'a store that starts': [503, undefined, 'store_unavailable', ', asked, answered 503'],
};

for (const [name, [status, body, reason, said]] of Object.entries(queries)) {
  test(`a query is answered ${status} (${name}): ${reason}`, async (t) => {
    const { access } = await startRecordingStore(t, () => ({ status, body }));
    const error = await runErrorOf(
      connectStore(access).query('SHOW DATABASES', startDeadline(reason === 'store_refused' ? 20_000 : 60)),
    );
    assert.deepEqual([error.reason, error.status], [reason, status]);
    assert.equal(error.message, `InfluxDB (${access.url}, database stats & more)${said}`);
  });
}

for (const body of [
  { results: [{ statement_id: 0, error: 'database not found: x\nsecond line' }] },
  { results: [{}, { error: 'database not found: x\nsecond line' }] },
  { error: 'database not found: x\nsecond line' },
]) {
  test(`an error inside a 200 answer is one: ${JSON.stringify(body)}`, async (t) => {
    const { access } = await startRecordingStore(t, () => ({ status: 200, body }));
    const error = await runErrorOf(connectStore(access).query('SHOW DATABASES', startDeadline(20_000)));
    assert.deepEqual([error.reason, error.retryable], ['store_refused', false]);
    assert.equal(error.message, 'InfluxDB refused the query: database not found: x second line');
  });
}

for (const [name, body] of Object.entries({
  'a page': '<html>',
  'no body': undefined,
  null: null,
  'an object without results': {},
  'results that are no list': { results: {} },
  'a result that is no object': { results: [1] },
  'series that are no list': { results: [{ series: {} }] },
  'a series without columns': { results: [{ series: [{ values: [[1]] }] }] },
  'a row that is no list': { results: [{ series: [{ columns: ['time'], values: [1] }] }] },
})) {
  test(`an answer to a query that is ${name} is not InfluxDB's`, async (t) => {
    const { access } = await startRecordingStore(t, () => ({ status: 200, body }));
    const error = await runErrorOf(connectStore(access).query('SHOW DATABASES', startDeadline(60)));
    assert.deepEqual([error.reason, error.retryable], ['store_unavailable', true]);
    assert.equal(error.message, 'the answer to a query is not what InfluxDB sends: check INFLUXDB_URL and any proxy');
  });
}

test('a query is one GET with Basic credentials, answered in milliseconds', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => ({
    status: 200,
    body: { results: [{ statement_id: 0 }] },
  }));
  assert.deepEqual(await connectStore(access).query('SHOW MEASUREMENTS LIMIT 1 & x', openDeadline()), []);
  const [request] = seen;
  assert.deepEqual([request?.method, request?.path], ['GET', '/query']);
  assert.deepEqual(request?.query, { db: 'stats & more', epoch: 'ms', q: 'SHOW MEASUREMENTS LIMIT 1 & x' });
  assert.equal(request.headers['authorization'], `Basic ${Buffer.from('wri ter:pä:ss-marker').toString('base64')}`);
});

test('rows come with their measurement, their columns by name and the tags of their series', async (t) => {
  const series = [
    {
      name: 'a',
      tags: { user_id: '12' },
      columns: ['time', 'last'],
      values: [
        [1, 5],
        [2, null],
      ],
    },
    { name: 'b', columns: ['time'], values: [[3]] },
  ];
  const { access } = await startRecordingStore(t, () => ({ status: 200, body: { results: [{ series }, {}] } }));
  assert.deepEqual(await connectStore(access).query('SELECT 1', openDeadline()), [
    { measurement: 'a', tags: { user_id: '12' }, columns: { time: 1, last: 5 } },
    { measurement: 'a', tags: { user_id: '12' }, columns: { time: 2, last: null } },
    { measurement: 'b', tags: {}, columns: { time: 3 } },
  ]);
});
