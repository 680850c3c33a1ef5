import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectStore } from '../../../functions/adapters/influxdb.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import { startInfluxd } from '../../support/influxd.ts';
import { runErrorOf } from '../fixtures.ts';

test('a real InfluxDB without the database names it, or only says that it did not execute: the error says what to do', async (t) => {
  const influxd = await startInfluxd({ auth: false });
  t.after(() => influxd.close());
  const store = connectStore({ ...influxd, database: 'nope' });
  const statements: Readonly<Record<string, RegExp>> = {
    'SELECT a FROM b': /database not found: nope/,
    'SELECT a FROM b; SELECT c FROM d': /not executed, as it says when the database does not exist: create it/,
  };
  for (const [statement, said] of Object.entries(statements)) {
    const error = await runErrorOf(store.query(statement, startDeadline(20_000)));
    assert.deepEqual([error.reason, error.retryable], ['store_refused', false]);
    assert.match(error.message, said);
  }
});
