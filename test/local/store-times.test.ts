import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Pair, startPair } from './store-pair.ts';

const units = ['', 'n', 'ns', 'u', 'us', 'ms', 's', 'm', 'h', 'NS', 'constructor'];

/** Around 1970 and where a fraction ends with zeros; two that differ in the last digit alone. */
const lines = [
  't v=1i -1500000000',
  't v=2i -1000000000',
  't v=3i -1',
  't v=4i 0',
  't v=5i 1500000000',
  't v=6i 1795824000100000000',
  't v=7i 1795824000123456789',
  't v=8i 1795824000123456790',
  't,a=1 v=9i 1795824000123456791',
];

/** The nanosecond at which a range begins or ends. */
const questions = [
  'SELECT v FROM t',
  'SELECT v FROM t WHERE time > 1795824000123456789',
  'SELECT v FROM t WHERE time <= 1795824000123456789',
  'SELECT v FROM t WHERE time = 1795824000123456789',
  "SELECT v FROM t WHERE time >= '2026-11-28T00:00:00.12345679Z'",
  "SELECT v FROM t WHERE time < '2026-11-28 00:00:00.123456790' AND time > '2026-11-28'",
  'SELECT last(v), first(v) FROM t',
  'SELECT last(v) FROM t GROUP BY a',
  'SELECT count(v) FROM t WHERE time >= 1795824000123456788 AND time <= 1795824000123456793 GROUP BY time(2ns)',
];

describe('times are those of InfluxDB 1.6 to the nanosecond', () => {
  let pair: Pair;

  before(async () => {
    pair = await startPair(lines, 'ns');
  });
  after(() => pair.close());

  for (const q of questions) {
    test(`${q} with each epoch`, async () => {
      for (const epoch of units) {
        assert.deepEqual(await pair.store.ask(q, { epoch }), await pair.real.ask(q, { epoch }), epoch);
      }
    });
  }

  for (const precision of units) {
    test(`writes with precision=${precision}`, async () => {
      for (const time of ['123456', '-7', '9223372036854775806', '9223372036854775807', '9223372036854775808']) {
        const line = `p,unit=${precision === '' ? 'none' : precision} v=1i ${time}`;
        assert.deepEqual(await pair.store.write(line, precision), await pair.real.write(line, precision), time);
      }
    });
  }

  test('what was written with each precision is read alike, also without epoch', async () => {
    const q = 'SELECT v FROM p GROUP BY unit';
    const answer = await pair.store.ask(q);
    assert.deepEqual(answer, await pair.real.ask(q));
    assert.match(answer.body, /"1970-01-01T00:00:00\.123456Z"/);
  });
});
