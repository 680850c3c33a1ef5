import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { NotedFailure } from '../../../functions/failure.ts';
import { statusOf } from '../../../functions/http/answer.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import type { XReply } from '../../../functions/x/answer.ts';
import { blameCredentials } from '../../../functions/x/refusals.ts';
import { askingInTurn, collectOnce, instanceOf, replyOf, runErrorOf, stubInfluxDb } from '../fixtures.ts';
import { byName, timelineOf, type Way, wayOf } from './world.ts';

const ok = replyOf({ data: [] });

function refusal(status: number): XReply {
  return replyOf('', { status });
}

/** Asks for the timelines of these accounts in turn; the failures as a run would keep them. */
async function askFor(run: Way, ids: readonly string[], asOwner = false): Promise<NotedFailure[]> {
  const failures: NotedFailure[] = [];
  for (const id of ids) {
    const { failure } = await runErrorOf(run.ask(timelineOf(id, { asOwner })));
    failures.push({ ...failure, collector: 'tweet', time: Number(id) });
  }
  return failures;
}

/** An instance with so many accounts, `n100` and so on, whose ids InfluxDB knows. */
function instanceOfKnown(count: number, askX: Instance['askX']): Instance {
  const ids = Array.from({ length: count }, (_, index) => String(100 + index));
  const columns = { time: new Date().toISOString(), last: 1 };
  const rows = ids.map((id) => ({ measurement: 'twitter_user', tags: { user_id: id, username: `n${id}` }, columns }));
  return instanceOf({ env: { TWITTER_USERS: ids.map((id) => `n${id}`).join() }, influxdb: stubInfluxDb(rows), askX });
}

function summaryOf(failures: readonly NotedFailure[]): unknown[] {
  return failures.map(({ account, reason }) => [account, reason]);
}

for (const [status, reason] of [
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'unknown_account'],
] as const) {
  test(`a ${status} of one account's path is that account's, and the others are asked, before it and after it`, async () => {
    const run = wayOf(askingInTurn([ok, refusal(status), ok, refusal(status), refusal(status), refusal(status), ok]));
    await run.ask(timelineOf('1'));
    const failures = await askFor(run, ['2']);
    await run.ask(timelineOf('3'));
    failures.push(...(await askFor(run, ['4', '5', '6'])));
    await run.ask(byName);
    assert.equal(failures[0]?.suspect, 'bearer');
    assert.deepEqual(
      summaryOf(blameCredentials(run.way, failures)),
      ['2', '4', '5', '6'].map((id) => [`id:${id}`, reason]),
    );
  });

  test(`after three answers of ${status} and nothing else no more is asked with that credential, and it is said once`, async () => {
    const x = askingInTurn([refusal(status), refusal(status), refusal(status), ok]);
    const run = wayOf(x);
    const failures = await askFor(run, ['1', '2', '3']);
    const { failure } = await runErrorOf(run.ask(byName));
    failures.push({ ...failure, collector: 'user', time: 4 });
    await run.ask(timelineOf('4', { asOwner: true }));
    assert.equal(x.asked.length, 4);
    const ofCredential = status === 404 ? 'upstream_error' : reason;
    const { collector, time, suspect } = blameCredentials(run.way, failures).at(-1) ?? {};
    assert.deepEqual([collector, time, suspect], ['tweet', 1, undefined]);
    assert.deepEqual(summaryOf(blameCredentials(run.way, failures)), [
      [undefined, ofCredential],
      [undefined, ofCredential],
    ]);
  });
}

for (const status of [401, 403, 404]) {
  test(`of a run in which X answers ${status} to all of twelve timelines one failure is left, and the run is 422`, async () => {
    const instance = instanceOfKnown(12, () => Promise.resolve(refusal(status)));
    const { failures, report } = await collectOnce(instance, { collectors: ['tweet'] });
    assert.deepEqual([failures.length, statusOf(failures)], [1, 422]);
    const [failure] = report.failures;
    assert.deepEqual([failure?.collector, failure?.account, failure?.retryable], ['tweet', undefined, false]);
    assert.match(failure?.detail ?? '', new RegExp(`^X answered ${status} to GET users/1\\d\\d/tweets`));
  });
}

test('two refusals alike and nothing else go on, and are the credential’s at the end', async () => {
  const run = wayOf(askingInTurn([refusal(401), refusal(401)]));
  const failures = await askFor(run, ['1', '2']);
  assert.deepEqual(summaryOf(failures), [
    ['id:1', 'unauthorized'],
    ['id:2', 'unauthorized'],
  ]);
  assert.deepEqual(summaryOf(blameCredentials(run.way, failures)), [[undefined, 'unauthorized']]);
});

test('refusals of several kinds are the accounts’, however many', async () => {
  const run = wayOf(askingInTurn([401, 403, 401, 401, 404].map(refusal)));
  const failures = await askFor(run, ['1', '2', '3', '4', '5']);
  assert.deepEqual(blameCredentials(run.way, failures), failures);
});

for (const status of [400, 429, 503]) {
  test(`a credential that also got a ${status} got something else than the refusal`, async () => {
    const run = wayOf(askingInTurn([refusal(status), refusal(401), refusal(401), refusal(401), ok]));
    await runErrorOf(run.ask(byName));
    const failures = await askFor(run, ['1', '2', '3']);
    await run.ask({ path: 'users', query: {} });
    assert.deepEqual(blameCredentials(run.way, failures), failures);
  });
}

test('bearer and owner are blamed apart', async () => {
  const run = wayOf(askingInTurn([401, 401, 403, 403].map(refusal)));
  const failures = await askFor(run, ['1', '2'], true);
  failures.push(...(await askFor(run, ['3', '4'])));
  assert.deepEqual(summaryOf(blameCredentials(run.way, failures)), [
    [undefined, 'unauthorized'],
    [undefined, 'forbidden'],
  ]);
  const other = wayOf(askingInTurn([refusal(401), refusal(403), ok]));
  const mixed = [...(await askFor(other, ['1'], true)), ...(await askFor(other, ['2']))];
  await other.ask(timelineOf('3'));
  assert.deepEqual(summaryOf(blameCredentials(other.way, mixed)), [
    ['id:2', 'forbidden'],
    [undefined, 'unauthorized'],
  ]);
});

test('failures that are nobody’s refusal stay as they are, in their order', async () => {
  const run = wayOf(askingInTurn([refusal(401)]));
  const refused = await askFor(run, ['1']);
  const others = (['suspended', 'budget', 'timeout'] as const).map((reason): NotedFailure => ({
    collector: 'user',
    reason,
    detail: '',
    time: 0,
  }));
  assert.deepEqual(blameCredentials(run.way, others), others);
  assert.deepEqual(summaryOf(blameCredentials(run.way, [...refused, ...others])), [
    ...summaryOf(others),
    [undefined, 'unauthorized'],
  ]);
});

test('the first three timelines refused cost the others nothing, when X answers those under way otherwise', async () => {
  const asked: string[] = [];
  const instance = instanceOfKnown(20, async ({ path }) => {
    if (asked.push(path) <= 3) return refusal(403);
    await new Promise((resolve) => setTimeout(resolve, 30));
    return replyOf({ meta: { result_count: 0 } });
  });
  const { failures } = await collectOnce(instance, { collectors: ['tweet'] });
  assert.equal(new Set(asked).size, 20);
  assert.deepEqual(
    failures.map(({ account, reason }) => [
      asked.slice(0, 3).includes(`users/${account?.slice(1) ?? ''}/tweets`),
      reason,
    ]),
    [0, 1, 2].map(() => [true, 'forbidden']),
  );
});
