import assert from 'node:assert/strict';
import { test } from 'node:test';

import { profile } from '../support/x-server.ts';
import { askingInTurn, replyOf } from './fixtures.ts';
import { openSurface } from './http/world.ts';

const noObject = 'the data is not a JSON object such as {"job":"collect"}';
const unknownJob = (name: string): string => `unknown job ${name}: this version knows collect, summarize, reconcile`;
const jack = { data: [profile('12', 'jack')] };

test('what cannot be understood is refused, by hand and as an event; nobody is asked and nothing waits for it', async (t) => {
  const { post, postEvent, influxdb } = await openSurface(t);
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  await post({ job: 'warm-up' });
  const before = timers();
  const rows: readonly (readonly [body: unknown, message: string])[] = [
    ['collect', noObject],
    [7, noObject],
    [true, noObject],
    [[{ job: 'collect' }], noObject],
    [{ job: 'colect' }, unknownJob('"colect"')],
    [{ job: 7 }, unknownJob('7')],
    [{ job: '' }, unknownJob('""')],
    [{ job: { name: 'collect' } }, unknownJob('{"name":"collect"}')],
    [{ job: 'x'.repeat(100) }, unknownJob(`"${'x'.repeat(59)}`)],
    [{ collectors: ['weather'] }, 'unknown collector "weather": this version knows user, tweet'],
    [{ users: ['stranger'] }, '"stranger" is not among the configured accounts'],
    [{ job: 'summarize', users: ['stranger'] }, '"stranger" is not among the configured accounts'],
    [{ every: 0 }, '"every" is not a whole number from 1 to 2678400'],
    [{ every: 1e-300 }, '"every" is not a whole number from 1 to 2678400'],
    [{ every: 899.5 }, '"every" is not a whole number from 1 to 2678400'],
    [{ job: 'summarize', days: 401 }, '"days" is not a whole number from 1 to 400'],
    [{ job: 'summarize', days: 0 }, '"days" is not a whole number from 1 to 400'],
    [{ job: 'summarize', from: '2026-02-30' }, '"from" is not a day such as "2026-01-31"'],
    [{ probe: 'yes' }, '"probe" is neither true nor false'],
  ];
  for (const [body, error] of rows) {
    for (const answer of [
      await post(body),
      await postEvent(body),
      await post(body, '/?plan'),
      await post(body, '/?dry-run'),
    ]) {
      assert.deepEqual([answer.status, JSON.parse(answer.text)], [400, { error }]);
    }
  }
  assert.deepEqual([influxdb.reads, influxdb.writes], [[], []]);
  assert.ok(timers() - before < rows.length, 'a timer for each of them is left');
});

test('no data, null and keys that are null are the least that can be asked for', async (t) => {
  for (const body of [undefined, null, {}, { job: null, collectors: null, users: null, every: null, probe: null }]) {
    const { post, postEvent } = await openSurface(t, { askX: askingInTurn([replyOf(jack), replyOf(jack)]) });
    const { status, text } = await post(body);
    const { job, points, failures } = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual([status, job, points, failures], [200, 'collect', 1, []]);
    assert.deepEqual([(await postEvent(body)).status], [204]);
  }
});

test('an event cannot ask for a plan or a dry run: nobody would see them', async (t) => {
  const { postEvent, influxdb } = await openSurface(t);
  for (const path of ['/?plan', '/?dry-run']) {
    const { status, text } = await postEvent({}, path);
    assert.equal(status, 400);
    assert.match(text, /those answer people/);
  }
  assert.deepEqual([influxdb.reads, influxdb.writes], [[], []]);
});

test('a plan is answered, or says why the store cannot be read; a run is logged by how bad it was', async (t) => {
  const askX = askingInTurn([
    replyOf(jack),
    replyOf(jack),
    replyOf({ errors: [{ value: 'jack', title: 'Not Found Error' }] }),
  ]);
  const { post, influxdb, logged } = await openSurface(t, { env: { RUN_TIMEOUT_SECONDS: '1' }, askX });
  const plan = await post({}, '/?plan');
  assert.deepEqual(
    [plan.status, Object.keys(JSON.parse(plan.text) as object)],
    [200, ['requests', 'worstCaseMicroUsd', 'leftMicroUsd']],
  );
  const dry = await post({}, '/?dry-run');
  assert.deepEqual([dry.status, dry.headers.get('content-type')], [200, 'text/plain; charset=utf-8']);
  assert.match(dry.text, /^twitter_user,user_id=12,username=jack .* \d{10}000000000$/m);
  await post();
  await post();
  influxdb.query = () => Promise.resolve({ status: 401, text: '' });
  await post();
  const refused = await post({}, '/?plan');
  assert.deepEqual([refused.status, (JSON.parse(refused.text) as { error: string }).error], [422, 'store_refused']);
  influxdb.query = () => Promise.resolve({ status: 503, text: '' });
  const away = await post({}, '/?plan');
  assert.deepEqual([away.status, (JSON.parse(away.text) as { error: string }).error], [503, 'store_unavailable']);
  assert.equal(away.headers.get('retry-after'), '10');
  assert.deepEqual(
    logged.map(([level, message]) => [level, message]),
    [
      ['info', 'dry run'],
      ['info', 'run'],
      ['warn', 'run'],
      ['error', 'run'],
      ['error', 'plan'],
      ['error', 'plan'],
    ],
  );
  assert.equal(logged[1]?.[2]['job'], 'collect');
});
