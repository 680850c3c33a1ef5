import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Store } from '../../../functions/app.ts';
import { user } from '../../../functions/collectors/user.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import { RunError, statusOf } from '../../../functions/failure.ts';
import { answerOf, appOf, askingInTurn, emptyStore } from '../fixtures.ts';
import { bring, collectorOf, reasonsOf, runOf, soon } from './collect-world.ts';

const now = Date.parse('2026-11-23T01:40:00Z');
const minuteMs = 60_000;

const bringing = collectorOf('bringing', (collecting) => {
  bring(collecting);
  return Promise.resolve();
});

test('a collector that breaks off costs the others nothing, and its stack is logged', async () => {
  const logged: unknown[] = [];
  const app = appOf({ log: (_level, _message, facts) => logged.push(facts?.['stack']) });
  const broken = collectorOf('broken', () => Promise.reject(new TypeError('a bug with bearer-marker')));
  const { outcome, delivered } = await runOf([broken, bringing], { app });
  assert.deepEqual(reasonsOf(outcome), [['broken', 'bad_answer']]);
  assert.equal(
    outcome.failures[0]?.detail,
    'the collector broke off (TypeError: a bug with [secret]): please report this with the log line beside it',
  );
  assert.match(String(logged[0]), /TypeError/);
  assert.equal(outcome.report.points, 1);
  const runs = delivered.flat().filter(({ name }) => name === 'twitter_collector_run');
  assert.deepEqual(
    runs.map(({ tags, fields }) => [tags['collector'], fields['success'], fields['points']]),
    [
      ['broken', 0, 0],
      ['bringing', 1, 1],
    ],
  );
});

test('a collector that hangs ends with the run, and what it brings later is left', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const later: { bring?: () => void } = {};
  const hanging = collectorOf('hanging', (collecting) => {
    bring(collecting);
    later.bring = () => {
      bring(collecting, '13');
      collecting.note({ reason: 'upstream_error', detail: 'late', retryable: true });
    };
    return new Promise(() => undefined);
  });
  const running = runOf([hanging], { tick: { deadline: startDeadline(30_000) } });
  await soon();
  t.mock.timers.tick(25_000);
  const { outcome, delivered } = await running;
  assert.deepEqual(reasonsOf(outcome), [['hanging', 'timeout']]);
  assert.equal(statusOf(outcome.failures), 503);
  const written = delivered.flat().length;
  later.bring?.();
  t.mock.timers.tick(5000);
  await soon();
  assert.deepEqual([delivered.flat().length, outcome.failures.length, outcome.report.points], [written, 1, 1]);
});

test('a store that would not take the points: X is not asked and nothing is delivered', async () => {
  for (const [reason, retryable, status] of [
    ['store_unavailable', true, 503],
    ['store_refused', false, 422],
  ] as const) {
    const store: Store = { ...emptyStore, query: () => Promise.reject(new RunError(reason, 'no', { retryable })) };
    const { outcome, delivered } = await runOf([collectorOf('asked', () => assert.fail('X was asked'))], {
      app: appOf({ store }),
    });
    assert.deepEqual(reasonsOf(outcome), [['tick', reason]]);
    assert.deepEqual([statusOf(outcome.failures), delivered], [status, []]);
  }
});

for (const [name, age, isEvent, stale] of [
  ['a tick of ten minutes ago', 10 * minuteMs, true, undefined],
  ['a tick of more than ten minutes ago', 10 * minuteMs + 1000, true, '601 s old'],
  ['a tick of two minutes ahead', -2 * minuteMs, true, undefined],
  ['a tick of more than two minutes ahead', -2 * minuteMs - 1000, true, '121 s ahead of the clock'],
  ['a tick of yesterday that a person asks for', 1440 * minuteMs, false, undefined],
] as const) {
  test(`${name} is ${stale === undefined ? '' : 'not '}collected`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now });
    const { outcome, delivered } = await runOf([bringing], { tick: { time: now - age, isEvent } });
    const names = delivered.flat().map((measurement) => measurement.name);
    if (stale === undefined) {
      assert.deepEqual([outcome.failures, names], [[], ['twitter_user', 'twitter_collector_run']]);
      return;
    }
    assert.deepEqual(reasonsOf(outcome), [['tick', 'stale_event']]);
    assert.equal(
      outcome.failures[0]?.detail,
      `the event of ${new Date(now - age).toISOString()} is ${stale}: X was not asked, today's counts are not those of that time`,
    );
    assert.deepEqual([statusOf(outcome.failures), names], [204, ['twitter_collector_failure']]);
    assert.equal(delivered.flat()[0]?.time, now);
  });
}

test('users narrow the run to those of the configured accounts', async () => {
  const app = appOf({ env: { TWITTER_USERS: 'jack, jill, id:12' } });
  const seen: string[] = [];
  const noting = collectorOf('noting', (_collecting, accounts) => {
    seen.push(...accounts.map(({ key }) => key));
    return Promise.resolve();
  });
  const { outcome } = await runOf([noting], { app, request: { users: ['ID:12', '@Jill'] } });
  assert.deepEqual([seen.sort(), outcome.report.accounts], [['id:12', 'jill'], 2]);
  await assert.rejects(runOf([noting], { app, request: { users: ['bob'] } }), {
    message: '"bob" is not among the configured accounts',
  });
});

test('a refused write is a failure of the run, which is written once more', async () => {
  const { outcome, delivered } = await runOf([bringing], {
    refuse: (batch) => {
      if (batch === 1) throw new RunError('store_refused', 'partial write', { retryable: false });
    },
  });
  assert.deepEqual(reasonsOf(outcome), [['tick', 'store_refused']]);
  assert.deepEqual(
    delivered.map((batch) => batch.map(({ name }) => name)),
    [
      ['twitter_user', 'twitter_collector_run'],
      ['twitter_collector_run', 'twitter_collector_failure'],
    ],
  );
  assert.equal(outcome.report.points, 0);
});

test('a store that went away in mid-run is not written to again', async () => {
  const { outcome, delivered } = await runOf([bringing], {
    refuse: () => {
      throw new RunError('store_unavailable', 'away', { retryable: true });
    },
  });
  assert.deepEqual([reasonsOf(outcome), delivered.length], [[['tick', 'store_unavailable']], 1]);
  assert.equal(statusOf(outcome.failures), 503);
});

test('the end that X named is that of the outcome', async () => {
  const retryAt = Date.now() + minuteMs;
  const askX = askingInTurn([new RunError('rate_limited', 'slow', { retryable: true, retryAt })]);
  const { outcome } = await runOf([user], { app: appOf({ askX }) });
  assert.deepEqual([outcome.retryAt, outcome.report.requests], [retryAt, 1]);
});

test('with a rotation one tick reads a part of the accounts', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `name${index}`).join(',');
  const app = appOf({ env: { TWITTER_USERS: names } });
  const counts: number[] = [];
  const counting = collectorOf('counting', (_collecting, accounts) => {
    counts.push(accounts.length);
    return Promise.resolve();
  });
  await runOf([counting], { app });
  await runOf([counting], { app, request: { everySeconds: 3 } });
  assert.equal(counts[0], 250);
  assert.ok((counts[1] ?? 0) > 0 && (counts[1] ?? 0) < 150, `${counts[1] ?? 0} accounts`);
});

test('the rate limit last heard of is in the report and in the run’s point', async () => {
  const rateLimit = { limit: 300, remaining: 17, reset: 0 };
  const askX = askingInTurn([answerOf({}, { rateLimit })]);
  const asking = collectorOf('asking', async (collecting) => {
    await collecting.ask({ path: 'users', query: {} });
  });
  const { outcome, delivered } = await runOf([asking], { app: appOf({ askX }) });
  assert.deepEqual(outcome.report.rateLimit, rateLimit);
  assert.equal(delivered.flat()[0]?.fields['rate_limit_remaining'], 17);
});
