import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import type { Deadline } from '../../../functions/deadline.ts';
import { isRetryable, RunError } from '../../../functions/failure.ts';
import type { Point } from '../../../functions/measurement.ts';
import { type InfluxDb, type InfluxReply, queryStore, writeStore } from '../../../functions/store/influxdb.ts';
import { configOf, influxReply, openDeadline, runErrorOf, storeOf, stubInfluxDb } from '../fixtures.ts';
import { untilSettled } from './clock.ts';

const stored: InfluxReply = { status: 204, text: '' };
const busy: InfluxReply = { status: 503, text: '{"error":"busy"}' };
const empty = influxReply({});
const away = new RunError({ reason: 'store_unavailable', detail: 'InfluxDB cannot be reached (ECONNREFUSED)' });
const config = configOf({ INFLUXDB_DATABASE: 'stats' });
/** The clock of a test begins at 0. */
const longDeadline: Deadline = { ...openDeadline(), endsAt: 3_600_000 };

function points(count: number): Point[] {
  return Array.from({ length: count }, (_, time) => {
    return { measurement: 'twitter_user', tags: {}, fields: { followers_count: time }, time };
  });
}

type Reply = InfluxReply | Error | 'never';

/** An InfluxDB that answers in turn, the last reply again and again; `attempts` are the deadlines it was given. */
function answering(replies: readonly Reply[]): InfluxDb & { attempts: Deadline[]; written: (readonly Point[])[] } {
  const attempts: Deadline[] = [];
  const written: (readonly Point[])[] = [];
  const answer = (deadline: Deadline): Promise<InfluxReply> => {
    const reply = replies[Math.min(attempts.push(deadline), replies.length) - 1] ?? stored;
    if (reply === 'never') return new Promise(() => undefined);
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
  };
  return {
    attempts,
    written,
    query: (_statements, _epoch, deadline) => answer(deadline),
    write: (batch, deadline) => {
      written.push(batch);
      return answer(deadline);
    },
  };
}

function enableClock(t: TestContext): void {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
}

function write(influxdb: InfluxDb, count = 1, deadline = longDeadline): Promise<void> {
  return writeStore(storeOf(influxdb, config), points(count), deadline);
}

function ask(influxdb: InfluxDb, deadline = longDeadline): Promise<unknown> {
  return queryStore(storeOf(influxdb, config), ['SELECT 1'], deadline);
}

test('statements are asked in one request, and their rows come back statement by statement', async () => {
  const row = { measurement: 'a', columns: { time: 1 } };
  const influxdb = stubInfluxDb([row, { ...row, measurement: 'b' }, { ...row, measurement: 'b' }]);
  const asked: string[] = [];
  const query: InfluxDb['query'] = (text, epoch, deadline) => {
    asked.push(`${text} ${epoch ?? 'RFC 3339'}`);
    return influxdb.query(text, epoch, deadline);
  };
  const statements = ['SELECT 1 FROM "a"', 'SELECT 1 FROM "b"', 'SELECT 1 FROM "c"'];
  for (const epoch of ['ms', undefined] as const) {
    const answers = await queryStore(storeOf({ ...influxdb, query }), statements, openDeadline(), epoch);
    assert.deepEqual(
      answers.map((rows) => rows.map(({ measurement }) => measurement)),
      [['a'], ['b', 'b'], []],
    );
  }
  assert.deepEqual(asked, [`${statements.join('; ')} ms`, `${statements.join('; ')} RFC 3339`]);
});

test('nothing to write is no request', async () => {
  const influxdb = answering([stored]);
  await write(influxdb, 0);
  assert.equal(influxdb.attempts.length, 0);
});

test('many points are several writes, one after another, all answered before it resolves', async () => {
  const influxdb = answering([stored]);
  let underWay = 0;
  const slow: InfluxDb = {
    ...influxdb,
    async write(batch, deadline) {
      assert.equal((underWay += 1), 1);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return influxdb.write(batch, deadline);
    },
  };
  await write(slow, 20_001);
  assert.deepEqual(
    influxdb.written.map(({ length }) => length),
    [10_000, 10_000, 1],
  );
  assert.deepEqual(influxdb.written.flat(), points(20_001));
});

test('a failure of a later write is a failure, and what was to follow is not sent', async () => {
  const influxdb = answering([stored, { status: 400, text: '' }]);
  const error = await runErrorOf(write(influxdb, 30_000));
  assert.deepEqual([error.failure.reason, influxdb.written.length], ['store_refused', 2]);
});

test('what may pass is tried again with the same points until it is stored', async (t) => {
  enableClock(t);
  const influxdb = answering([busy, away, 'never', { status: 500, text: '<html>' }, stored]);
  await untilSettled(t, write(influxdb));
  assert.equal(influxdb.written.length, 5);
  assert.ok(influxdb.written.every((batch) => batch[0] === influxdb.written[0]?.[0]));
});

test('what may pass is asked again until there is an answer, one that is cut too', async (t) => {
  enableClock(t);
  const cut: InfluxReply = { status: 200, text: '{"results":[]}' };
  const influxdb = answering([
    busy,
    cut,
    influxReply({ partial: true }),
    influxReply({ error: 'shutting down' }),
    empty,
  ]);
  assert.deepEqual(await untilSettled(t, ask(influxdb)), [[]]);
  assert.equal(influxdb.attempts.length, 5);
});

test('what is for good and an error of the program are not tried again', async (t) => {
  enableClock(t);
  for (const reply of [{ status: 401, text: '' }, new TypeError('a bug')]) {
    for (const work of [write, ask]) {
      const influxdb = answering([reply]);
      await assert.rejects(untilSettled(t, work(influxdb), 60_000), reply instanceof Error ? TypeError : RunError);
      assert.equal(influxdb.attempts.length, 1);
    }
  }
});

test('one attempt has five seconds, and never more than is left', async (t) => {
  enableClock(t);
  const influxdb = answering(['never', stored]);
  await untilSettled(t, write(influxdb), 1000);
  assert.deepEqual(influxdb.attempts[0]?.endsAt, 5000);
  assert.equal(influxdb.attempts[0].signal.aborted, true);
  const short = answering([stored]);
  await write(short, 1, { ...longDeadline, endsAt: Date.now() + 150 });
  assert.equal(short.attempts[0]?.endsAt, Date.now() + 150);
});

test('an attempt that was answered leaves no clock running', async (t) => {
  enableClock(t);
  const influxdb = answering([stored]);
  await write(influxdb);
  t.mock.timers.tick(60_000);
  assert.equal(influxdb.attempts[0]?.signal.aborted, false);
});

test('pauses between attempts grow, each a little longer or shorter than the others’', async (t) => {
  enableClock(t);
  const pauses = t.mock.method(globalThis, 'setTimeout');
  const influxdb = answering([...Array<Reply>(7).fill(busy), stored]);
  await untilSettled(t, write(influxdb));
  const longestMs = 2500; // beyond are the deadlines of the attempts
  const waited = pauses.mock.calls.map(({ arguments: [, ms] }) => ms ?? 0).filter((ms) => ms <= longestMs);
  const nominal = [100, 200, 400, 800, 1600, 2000, 2000];
  assert.equal(waited.length, nominal.length);
  for (const [index, ms] of nominal.entries()) {
    const actual = waited[index] ?? 0;
    assert.ok(actual >= ms * 0.75 && actual <= ms * 1.25, `pause ${index} of ${actual} ms`);
  }
  assert.ok(new Set(waited.map((ms, index) => ms / (nominal[index] ?? 1))).size > 1);
});

test('near the deadline the last answer is the error, instead of waiting for it', async (t) => {
  enableClock(t);
  const deadline = { ...longDeadline, endsAt: 400 };
  const influxdb = answering([busy]);
  const error = await runErrorOf(untilSettled(t, write(influxdb, 1, deadline), 10));
  assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_unavailable', true]);
  assert.equal(error.message, 'InfluxDB (http://influxdb:8086, database stats), given 1 points, answered 503 (busy)');
  assert.ok(influxdb.attempts.length >= 2 && influxdb.attempts.length <= 4 && Date.now() < 400);
});

test('a deadline that is aborted ends the pause and the attempt', async (t) => {
  enableClock(t);
  for (const reply of [busy, 'never'] as const) {
    const controller = new AbortController();
    const influxdb = answering([reply]);
    const asking = runErrorOf(ask(influxdb, { ...longDeadline, signal: controller.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    assert.equal((await asking).failure.reason, 'store_unavailable');
    assert.ok(influxdb.attempts.length <= 2);
  }
});

test('a store that never answers says so', async (t) => {
  enableClock(t);
  const error = await runErrorOf(untilSettled(t, ask(answering(['never']), { ...longDeadline, endsAt: 300 })));
  assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_unavailable', true]);
  assert.equal(error.message, 'InfluxDB did not answer in time: is it running, is INFLUXDB_URL right?');
});
