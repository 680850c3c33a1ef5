import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DeadlineError } from '../../../functions/deadline.ts';
import { BadRequest } from '../../../functions/failure.ts';
import { statusOf } from '../../../functions/http/answer.ts';
import { cutShort } from '../../../functions/run/frame.ts';
import { note } from '../../../functions/run/run.ts';
import { instanceOf, openDeadline, tickOf } from '../fixtures.ts';
import { countedInfluxDb, jobOf, openPromise, reasonsOf, runOf, soon } from './world.ts';

const now = Date.parse('2026-11-23T01:40:00Z');

/** A job that writes down when it begins and ends, and waits for a promise in between. */
function loggedJob(log: string[], name: string, waits: Promise<void> = Promise.resolve()): ReturnType<typeof jobOf> {
  return jobOf(async () => {
    log.push(`${name} begins`);
    await waits;
    log.push(`${name} ends`);
  });
}

test('runs follow one another in the order they came', async () => {
  const instance = instanceOf();
  const log: string[] = [];
  const first = openPromise();
  const runs = ['a', 'b', 'c'].map((name) =>
    runOf(loggedJob(log, name, name === 'a' ? first.promise : undefined), { instance }),
  );
  await soon();
  assert.deepEqual(log, ['a begins']);
  first.resolve();
  await Promise.all(runs);
  assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('the next run reads the ledger after the last write of the one before', async () => {
  const influxdb = countedInfluxDb();
  const instance = instanceOf({ influxdb });
  const readsAtWrites: number[] = [];
  influxdb.answer = () => void readsAtWrites.push(influxdb.reads.length);
  const job = jobOf(() => Promise.resolve());
  await Promise.all([runOf(job, { instance }), runOf(job, { instance })]);
  assert.deepEqual([readsAtWrites, influxdb.reads.length], [[1, 2], 2]);
});

test('a run that breaks off does not hold up the next', async () => {
  const instance = instanceOf();
  const failing = runOf(
    jobOf(() => Promise.reject(new RangeError('mine'))),
    { instance },
  );
  const next = runOf(
    jobOf(() => Promise.resolve()),
    { instance },
  );
  await assert.rejects(failing, RangeError);
  assert.deepEqual((await next).failures, []);
});

test('waiting counts: a run whose deadline passed before its turn never begins', async () => {
  const influxdb = countedInfluxDb();
  const instance = instanceOf({ influxdb });
  const log: string[] = [];
  const first = openPromise();
  const running = runOf(loggedJob(log, 'first', first.promise), { instance });
  const controller = new AbortController();
  const deadline = { endsAt: Date.now(), signal: controller.signal };
  const waiting = assert.rejects(runOf(loggedJob(log, 'second'), { instance, deadline }), DeadlineError);
  await soon();
  controller.abort();
  first.resolve();
  await running;
  await waiting;
  assert.deepEqual(log, ['first begins', 'first ends']);
  assert.equal(influxdb.reads.length, 1);
});

test('what is wrong with a request is said before its turn, and asks nobody', async () => {
  const influxdb = countedInfluxDb();
  const instance = instanceOf({ influxdb });
  const first = openPromise();
  const running = runOf(
    jobOf(() => first.promise),
    { instance },
  );
  const wrong = { ...jobOf(() => assert.fail('the work began')), parse: refuse };
  await assert.rejects(async () => runOf(wrong, { instance }), BadRequest);
  first.resolve();
  await running;
  assert.equal(influxdb.reads.length, 1);
});

function refuse(): never {
  throw new BadRequest('no');
}

for (const [reply, reason, status] of [
  [{ status: 503, text: '' }, 'store_unavailable', 503],
  [{ status: 401, text: '{"error":"authorization failed"}' }, 'store_refused', 422],
  [{ status: 200, text: '{"results":[]}' }, 'store_unavailable', 503],
  [{ status: 200, text: '{"results":[{"statement_id":0,"error":"database not found: x"}]}' }, 'store_refused', 422],
] as const) {
  test(`a preflight answered with ${reply.status} ${reply.text}: the work never begins, nothing is written`, async () => {
    const influxdb = countedInfluxDb();
    influxdb.query = () => Promise.resolve(reply);
    const instance = instanceOf({ influxdb });
    const deadline = { ...openDeadline(), endsAt: Date.now() + 150 };
    for (let round = 1; round <= 2; round += 1) {
      const { failures, report } = await runOf(
        jobOf(() => assert.fail('the work began')),
        { instance, deadline },
      );
      assert.deepEqual(
        failures.map((failure) => [failure.collector, failure.reason, statusOf(failures)]),
        [['tick', reason, status]],
      );
      assert.deepEqual([report.points, report.requests, report.accounts], [0, 0, 1]);
      assert.deepEqual(Object.keys(report.cost), ['newResources', 'microUsd', 'budgetMicroUsd']);
    }
    assert.deepEqual(influxdb.writes, []);
  });
}

test('a run cut short has a report with what cut it, and leaves no figure that it does not know', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: now + 500 });
  const tick = tickOf({ time: now, startedAt: now });
  const { report, failures, retryAt } = cutShort(instanceOf(), 'reconcile', tick);
  const detail = 'the run did not end by its deadline, RUN_TIMEOUT_SECONDS';
  const cut = { collector: 'tick', reason: 'timeout', detail };
  assert.deepEqual([failures, retryAt], [[{ ...cut, time: now + 500 }], undefined]);
  assert.deepEqual(report, {
    job: 'reconcile',
    time: '2026-11-23T01:40:00Z',
    points: 0,
    accounts: 0,
    failures: [{ ...cut, retryable: true }],
    requests: 0,
    cost: { newResources: 0, microUsd: 0, budgetMicroUsd: 1_000_000_000 },
    durationMs: 500,
  });
});

test('what one run had to say is not said again by the next', async () => {
  const instance = instanceOf();
  for (const reason of ['upstream_error', 'timeout', 'upstream_error'] as const) {
    const job = jobOf((run) => {
      note(run, 'user', { reason, detail: 'X is away' });
      return Promise.resolve();
    });
    assert.deepEqual(reasonsOf(await runOf(job, { instance })), [['user', reason]]);
  }
});
