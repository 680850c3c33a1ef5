import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profile, suspendedName, unknownName } from '../../support/x-server.ts';
import { answerEveryone, readPoints, startPipeline } from './pipeline.ts';

const eventTime = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace('.000Z', '.173696115Z');
const pointTime = eventTime.replace('.173696115Z', 'Z');
const structured = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };

test('a PingSource event becomes one point per account at the event’s time, and again the same points', async (t) => {
  const { fn, influxd } = await startPipeline(t, { users: 'jack, Ada\n@grace' });
  for (let round = 1; round <= 2; round += 1) {
    const response = await fn.postEvent({ job: 'collect', collectors: ['user'], every: 900 }, { 'ce-time': eventTime });
    assert.deepEqual([response.status, await response.text()], [204, '']);
  }
  const points = await readPoints(influxd, 'twitter_user');
  assert.deepEqual(points.map(({ username, time }) => [username, time]).sort(), [
    ['Ada', pointTime],
    ['grace', pointTime],
    ['jack', pointTime],
  ]);
  assert.equal((await readPoints(influxd, 'twitter_collector_run')).length, 1);
  for (const line of fn.output().trim().split('\n')) assert.equal(typeof JSON.parse(line), 'object', line);
});

test('the same event in structured mode gives the same points', async (t) => {
  const { fn, influxd } = await startPipeline(t);
  const event = { id: '1', source: '/s', specversion: '1.0', type: 'dev.knative.sources.ping', time: eventTime };
  const body = JSON.stringify({ ...event, datacontenttype: 'application/json', data: { job: 'collect' } });
  const response = await fetch(fn.url, { method: 'POST', headers: structured, body });
  assert.equal(response.status, 204);
  assert.equal((await fn.postEvent({ job: 'collect' }, { 'ce-time': eventTime })).status, 204);
  const points = await readPoints(influxd, 'twitter_user');
  assert.deepEqual(
    points.map(({ time }) => time),
    [pointTime],
  );
});

test('of three accounts one is suspended and one unknown: one point, two failures, 204', async (t) => {
  const { fn, influxd, x } = await startPipeline(t, { users: 'jack, gone, nobody' });
  x.reply = () => ({
    status: 200,
    body: { data: [profile('12', 'jack', 7)], errors: [suspendedName('gone'), unknownName('nobody')] },
  });
  assert.equal((await fn.postEvent({})).status, 204);
  assert.deepEqual(
    (await readPoints(influxd, 'twitter_user')).map((point) => point['followers_count']),
    [7],
  );
  const failures = await readPoints(influxd, 'twitter_collector_failure');
  assert.deepEqual(failures.map(({ account, reason, count }) => [account, reason, count]).sort(), [
    ['gone', 'suspended', 1],
    ['nobody', 'unknown_account', 1],
  ]);
  const [run] = await readPoints(influxd, 'twitter_collector_run');
  assert.deepEqual([run?.['success'], run?.['accounts'], run?.['accounts_missing']], [1, 3, 2]);
});

test('by hand: the report, the lines of a dry run, the plan; only the first writes', async (t) => {
  const { fn, influxd, x } = await startPipeline(t, { users: 'jack, ada, id:783214' });
  const plan: unknown = await (await fn.post('/?plan')).json();
  assert.deepEqual(plan, {
    requests: [
      { collector: 'user', method: 'GET', path: '/2/users/by', count: 1 },
      { collector: 'user', method: 'GET', path: '/2/users', count: 1 },
    ],
    worstCaseMicroUsd: 30_000,
    leftMicroUsd: 970_000,
  });
  assert.equal(x.seen.length, 0);
  x.reply = (request) =>
    request.path === '/2/users' ? { status: 200, body: { data: [profile('783214', 'X')] } } : answerEveryone(request);
  const dry = await fn.post('/?dry-run', { users: ['@ADA', 'id:783214'] });
  assert.match(dry.headers.get('content-type') ?? '', /^text\/plain/);
  const lines = (await dry.text()).split('\n').filter((line) => line.startsWith('twitter_user,'));
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /^twitter_user,user_id=\d+,username=ada followers_count=100i,.* \d{10}000000000$/);
  assert.deepEqual(await readPoints(influxd, 'twitter_user'), []);
  const asCurlSends = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(fn.url, { method: 'POST', headers: asCurlSends, body: '{"users":["jack"]}' });
  const report = (await response.json()) as Record<string, unknown>;
  assert.deepEqual(
    [response.status, report['job'], report['points'], report['accounts'], report['failures'], report['requests']],
    [200, 'collect', 1, 1, [], 1],
  );
  const figures = { spentTodayMicroUsd: 30_000, heldTodayMicroUsd: 0, setAsideMicroUsd: 0, leftMicroUsd: 970_000 };
  assert.deepEqual(report['cost'], { newResources: 1, microUsd: 10_000, ...figures, budgetMicroUsd: 1_000_000 });
  const { budget } = (await (await fetch(fn.url)).json()) as { budget: unknown };
  assert.deepEqual(budget, { ...figures, budgetMicroUsd: 1_000_000, profilesMicroUsd: 30_000 });
  const stored = (await readPoints(influxd, 'twitter_budget')).at(-1) ?? {};
  const names = ['spent', 'held', 'set_aside', 'left', 'budget'].map((name) => stored[`${name}_microusd`]);
  assert.deepEqual(names, [30_000, 0, 0, 970_000, 1_000_000]);
});

test('an event without data, or with data but no content type, is understood', async (t) => {
  const { fn, influxd } = await startPipeline(t, { users: 'jack, ada' });
  const noType = { 'content-type': '' };
  const withoutData = await fn.postEvent(undefined, { ...noType, 'ce-time': eventTime });
  assert.equal(withoutData.status, 204);
  assert.equal((await readPoints(influxd, 'twitter_user')).length, 2);
  const body = new Blob([JSON.stringify({ users: ['nobody_configured'] })]);
  const headers = { 'ce-id': '1', 'ce-source': '/s', 'ce-specversion': '1.0', 'ce-type': 'dev.knative.sources.ping' };
  const response = await fetch(fn.url, { method: 'POST', headers, body });
  assert.equal(response.status, 400, 'the data was read, so its wrong account is refused');
});

test('a stale event is recorded and not collected', async (t) => {
  const { fn, influxd, x } = await startPipeline(t);
  for (const time of [Date.now() - 601_000, Date.now() + 125_000]) {
    assert.equal((await fn.postEvent({}, { 'ce-time': new Date(time).toISOString() })).status, 204);
  }
  assert.equal(x.seen.length, 0);
  const failures = await readPoints(influxd, 'twitter_collector_failure');
  assert.deepEqual(
    failures.map(({ collector, reason }) => [collector, reason]),
    [
      ['tick', 'stale_event'],
      ['tick', 'stale_event'],
    ],
  );
});

test('1,234 accounts go out in thirteen requests and come back as 1,234 points', async (t) => {
  const names = Array.from({ length: 1234 }, (_, index) => `user_${String(index).padStart(4, '0')}`);
  const { fn, influxd, x } = await startPipeline(t, {
    users: names.join('\n'),
    env: { TWITTER_DAILY_BUDGET_USD: '13' },
  });
  assert.equal((await fn.postEvent({})).status, 204);
  assert.equal(x.seen.length, 13);
  assert.equal((await readPoints(influxd, 'twitter_user')).length, 1234);
});
