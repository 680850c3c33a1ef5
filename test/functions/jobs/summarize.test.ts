import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import type { Row, Store } from '../../../functions/app.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import { RunError, statusOf } from '../../../functions/failure.ts';
import type { Outcome } from '../../../functions/run/report.ts';
import { parseJobRequest } from '../../../functions/jobs/request.ts';
import { runJob } from '../../../functions/jobs/dispatch.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { appOf, emptyStore, tickOf } from '../fixtures.ts';

const now = Date.parse('2026-05-20T00:10:00Z');
const dayMs = 86_400_000;

const row = (tags: Row['tags'], columns: Row['columns']): Row => ({ measurement: 'twitter_user', tags, columns });
/** Ten accounts, each read once a day. */
const accounts = Array.from({ length: 10 }, (_, index) =>
  row({ user_id: String(index + 1), username: `name${index}` }, { time: now - dayMs }),
);
const profiles = Array.from({ length: 40 }, (_, index) =>
  row({ username: 'name' }, { time: now - (40 - index) * dayMs, followers_count: 100 * index }),
);

/** Those of the profiles that a statement asks for. */
function profilesIn(statement: string): Row[] {
  const [, from, to] = /time >= (\d+)ms AND time < (\d+)ms/.exec(statement) ?? [];
  return profiles.filter(
    ({ columns }) => Number(columns['time']) >= Number(from) && Number(columns['time']) < Number(to),
  );
}

/** A store that answers as `answer` says when it is asked for followers. */
function storeOf(answer: (statement: string) => Promise<readonly Row[]>): Store {
  return {
    ...emptyStore,
    query: (statement) => {
      if (statement.includes('last("followers_count")')) return Promise.resolve(accounts);
      return statement.includes('SELECT "followers_count"') ? answer(statement) : Promise.resolve([]);
    },
  };
}

interface Summary {
  readonly outcome: Outcome;
  readonly delivered: readonly Measurement[];
}

async function summarizeWith(
  store: Store,
  deliver: (batch: readonly Measurement[]) => Promise<void> = () => Promise.resolve(),
  durationMs = 10_000,
): Promise<Summary> {
  const delivered: Measurement[] = [];
  const app = appOf({ store, env: { RUN_TIMEOUT_SECONDS: '1' } });
  const outcome = await runJob(
    app,
    parseJobRequest({ job: 'summarize' }),
    tickOf({ time: now, deadline: startDeadline(durationMs) }),
    async (batch) => {
      await deliver(batch);
      delivered.push(...batch);
    },
  );
  return { outcome, delivered };
}

test('every account of the store is summarised, X is not asked', async () => {
  const { outcome, delivered } = await summarizeWith(storeOf((statement) => Promise.resolve(profilesIn(statement))));
  assert.deepEqual([outcome.failures, outcome.report.accounts, outcome.report.requests], [[], 10, 0]);
  const days = delivered.filter(({ name }) => name === 'twitter_user_daily');
  assert.equal(days.length, 20);
  assert.equal(outcome.report.points, 20);
  assert.deepEqual(new Set(days.map(({ fields }) => fields['followers_gained'])), new Set([100]));
});

test('when the run must end, what is done is stored and the failure says how far it came', async () => {
  let asked = 0;
  const store = storeOf(async (statement) => {
    asked += 1; // two pages for each account
    if (asked <= 6) return profilesIn(statement);
    await wait(700);
    throw new RunError('store_unavailable', 'InfluxDB did not answer in time', { retryable: true });
  });
  const { outcome, delivered } = await summarizeWith(store, undefined, 800);
  const [failure] = outcome.failures;
  assert.deepEqual([outcome.failures.length, failure?.reason, failure?.collector], [1, 'timeout', 'summarize']);
  assert.match(
    failure?.detail ?? '',
    /^the run had to end after 3 of 10 accounts, whose summaries are stored: ask for fewer days/,
  );
  assert.equal(statusOf(outcome.failures), 503);
  assert.equal(delivered.filter(({ name }) => name === 'twitter_user_daily').length, 6);
});

test('numbers that cannot be counts are another program’s, and no summary is made of them', async () => {
  const odd = [row({ username: 'name' }, { time: now - dayMs, followers_count: 1.5 })];
  const { outcome, delivered } = await summarizeWith(storeOf(() => Promise.resolve(odd)));
  assert.equal(outcome.failures[0]?.reason, 'store_refused');
  assert.match(outcome.failures[0].detail, /InfluxDB has 1\.5 as followers_count of twitter_user/);
  assert.deepEqual(
    delivered.filter(({ name }) => name === 'twitter_user_daily'),
    [],
  );
});

test('nothing more is read once the store refuses the points', async () => {
  let asked = 0;
  const store = storeOf((statement) => {
    asked += 1;
    return Promise.resolve(profilesIn(statement));
  });
  const refuse = (batch: readonly Measurement[]): Promise<void> =>
    batch.some(({ name }) => name === 'twitter_user_daily')
      ? Promise.reject(new RunError('store_refused', 'a field type conflict', { retryable: false }))
      : Promise.resolve();
  const { outcome } = await summarizeWith(store, async (batch) => {
    await refuse(batch);
  });
  assert.deepEqual(
    outcome.failures.map(({ collector, reason }) => [collector, reason]),
    [['tick', 'store_refused']],
  );
  assert.ok(asked <= 6, `${asked} pages were read`);
});
