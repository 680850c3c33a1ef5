import assert from 'node:assert/strict';
import { test } from 'node:test';

import { writeLines } from '../../support/write-lines.ts';
import type { XReply } from '../../support/x-server.ts';
import { answerEveryone, markerToken, rateLimit, readPoints, startPipeline } from './pipeline.ts';

const dayMs = 86_400_000;
/** Midnight UTC `ago` days before today's. */
const midnight = (ago: number): number => (Math.floor(Date.now() / dayMs) - ago) * dayMs;
const dayOf = (ago: number): string => new Date(midnight(ago)).toISOString().slice(0, 10);
const oauth = {
  TWITTER_BEARER_TOKEN: '',
  TWITTER_API_KEY: 'key-marker',
  TWITTER_API_SECRET: 'secret-marker',
  TWITTER_ACCESS_TOKEN: 'token-marker',
  TWITTER_ACCESS_SECRET: 'secret-marker',
};

test('X’s count stands beside the ledger’s, a difference on the dashboard, and the event is answered with 204', async (t) => {
  const { fn, influxd, x } = await startPipeline(t, { env: { TWITTER_APP: 'acme' } });
  x.reply = () => usage({ [dayOf(1)]: 1240, [dayOf(2)]: 20 });
  await writeLines(influxd, [
    purchase(1, 700),
    purchase(1, 500),
    purchase(1, 100, { state: 'reserved' }),
    purchase(1, 50, { resource: 'user' }),
    purchase(1, 50, { app: 'other' }),
    purchase(2, 20),
    purchase(3, 30),
    purchase(0, 40),
    purchase(8, 50),
  ]);
  const response = await fn.postEvent({ job: 'reconcile' });
  assert.deepEqual([response.status, await response.text()], [204, '']);
  const [request] = x.seen;
  assert.deepEqual([x.seen.length, request?.path], [1, '/2/usage/tweets']);
  assert.equal(request?.headers.authorization, `Bearer ${markerToken}`);
  const points = await readPoints(influxd, 'twitter_usage');
  assert.deepEqual(
    points.slice(-4).map((point) => [point['time'], point['app'], point['posts_x'], point['posts_ledger']]),
    [
      [`${dayOf(4)}T00:00:00Z`, 'acme', null, 0],
      [`${dayOf(3)}T00:00:00Z`, 'acme', null, 30],
      [`${dayOf(2)}T00:00:00Z`, 'acme', 20, 20],
      [`${dayOf(1)}T00:00:00Z`, 'acme', 1240, 1200],
    ],
  );
  assert.equal(points.length, 7);
  const failures = await readPoints(influxd, 'twitter_collector_failure');
  assert.deepEqual(
    failures.map(({ collector, reason, count }) => [collector, reason, count]),
    [['reconcile', 'budget', 1]],
  );
  assert.match(String(failures[0]?.['detail']), /X counts 1,240 posts, the ledger 1,200: 3\.3 % apart/);
  const [run] = await readPoints(influxd, 'twitter_collector_run');
  assert.deepEqual([run?.['collector'], run?.['success'], run?.['points']], ['reconcile', 1, 7]);
});

test('by hand: a report, a plan and a dry run; without a bearer token a note in report and log', async (t) => {
  const { fn, influxd, x } = await startPipeline(t);
  x.reply = () => usage({});
  const plan = (await (await fn.post('/?plan', { job: 'reconcile' })).json()) as Record<string, unknown>;
  assert.deepEqual(plan['requests'], [{ collector: 'reconcile', method: 'GET', path: '/2/usage/tweets', count: 1 }]);
  const dry = await fn.post('/?dry-run', { job: 'reconcile' });
  assert.match(await dry.text(), new RegExp(`^twitter_usage,app=default posts_ledger=0i ${midnight(1)}000000$`, 'm'));
  assert.deepEqual(await readPoints(influxd, 'twitter_usage'), []);
  const byHand = await fn.post('/', { job: 'reconcile' });
  const report = (await byHand.json()) as Record<string, unknown>;
  assert.deepEqual(
    [byHand.status, report['job'], report['points'], report['requests'], report['failures'], report['note']],
    [200, 'reconcile', 7, 1, [], undefined],
  );
});

test('without a bearer token nothing is asked: 204, a note in the report and in the log', async (t) => {
  const { fn, x } = await startPipeline(t, { env: oauth });
  assert.equal((await fn.postEvent({ job: 'reconcile' })).status, 204);
  const { note, failures } = (await (await fn.post('/', { job: 'reconcile' })).json()) as Record<string, unknown>;
  assert.match(String(note), /only to a bearer token: set TWITTER_BEARER_TOKEN/);
  assert.deepEqual([failures, x.seen.length], [[], 0]);
  assert.match(fn.output(), /"job":"reconcile","note":"nothing was compared/);
});

test('a job that X fails is worth another try, a latch set by posts is left to them', async (t) => {
  const { fn, x } = await startPipeline(t);
  x.reply = () => ({ status: 503, headers: { 'content-type': 'text/html' }, body: '<html>Over capacity</html>' });
  const away = await fn.postEvent({ job: 'reconcile' });
  assert.deepEqual([away.status, away.headers.has('retry-after')], [503, true]);
  x.reply = () => ({ status: 402, body: { title: 'CreditsDepleted', detail: 'no credits' } });
  assert.equal((await fn.postEvent({ job: 'collect' })).status, 422);
  x.reply = ({ path }) =>
    path === '/2/usage/tweets' ? usage({}) : { status: 402, body: { title: 'CreditsDepleted' } };
  const asked = x.seen.length;
  assert.equal((await fn.postEvent({ job: 'reconcile' })).status, 422);
  assert.equal(x.seen.length, asked);
  x.reply = (request) => (request.path === '/2/usage/tweets' ? usage({}) : answerEveryone(request));
  assert.equal((await fn.postEvent({ job: 'collect', probe: true })).status, 204);
  assert.equal((await fn.postEvent({ job: 'reconcile' })).status, 204);
});

function usage(posts: Readonly<Record<string, number>>): XReply {
  const days = Object.entries(posts).map(([date, count]) => ({ date: `${date}T00:00:00.000Z`, usage: String(count) }));
  return {
    status: 200,
    headers: rateLimit(49),
    body: { data: { project_cap: '3000000', daily_project_usage: { project_id: '1', usage: days } } },
  };
}

interface PurchaseParts {
  readonly app?: string;
  readonly resource?: string;
  readonly state?: string;
}

let purchases = 0;

/** A ledger line of noon that day, at a millisecond of its own. */
function purchase(ago: number, posts: number, parts: PurchaseParts = {}): string {
  const { app = 'acme', resource = 'tweet', state = 'settled' } = parts;
  purchases += 1;
  const ids = Array.from({ length: state === 'settled' ? posts : 0 }, (_, index) => purchases * 1000 + index).join();
  const lists = `purchase="p${purchases}",keys="jack",ids="${ids}"`;
  const counts = `new_resources=${posts}i,cost_microusd=${posts * 5000}i,owned=0i`;
  return `twitter_ledger,app=${app},resource=${resource},state=${state} ${lists},${counts} ${midnight(ago) + dayMs / 2 + purchases}`;
}
