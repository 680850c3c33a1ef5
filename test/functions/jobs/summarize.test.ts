import assert from 'node:assert/strict';
import { test } from 'node:test';

import { statusOf } from '../../../functions/http/answer.ts';
import { summarize } from '../../../functions/jobs/summarize.ts';
import type { Outcome } from '../../../functions/run/report.ts';
import { instanceOf, openDeadline, type StoredRow } from '../fixtures.ts';
import { type CountedInfluxDb, countedInfluxDb, partialWrite, pointsIn, reasonsOf, runOf, soon } from '../run/world.ts';

const now = Date.parse('2026-05-20T00:10:00Z');
const dayMs = 86_400_000;

const row = (tags: StoredRow['tags'], columns: StoredRow['columns']): object => ({
  ...{ name: 'twitter_user', tags, columns: Object.keys(columns), values: [Object.values(columns)] },
});
/** Ten accounts, each read once a day. */
const accounts = Array.from({ length: 10 }, (_, index) =>
  row({ user_id: String(index + 1), username: `Name${index}` }, { time: now - dayMs }),
);
const profiles = Array.from({ length: 40 }, (_, index) => ({
  time: now - (40 - index) * dayMs,
  followers_count: 100 * index,
}));

/** Those of the profiles that a statement asks for. */
function profilesIn(statement: string): object[] {
  const [, from, to] = /time >= (\d+)ms AND time < (\d+)ms/.exec(statement) ?? [];
  const inRange = profiles.filter(({ time }) => time >= Number(from) && time < Number(to));
  return inRange.map((columns) => row({ username: 'name' }, columns));
}

/** An InfluxDB of those accounts, whose followers are what `answer` says. */
function storing(answer: (statement: string) => readonly object[] = profilesIn): CountedInfluxDb {
  const influxdb = countedInfluxDb();
  influxdb.query = (text) => {
    influxdb.reads.push(text);
    const documents = text.split('; ').map((statement, index) => {
      const isPage = statement.includes('SELECT "followers_count"');
      const series = statement.includes('last("followers_count")') ? accounts : isPage ? answer(statement) : [];
      return { results: [{ statement_id: index, series }] };
    });
    return Promise.resolve({ status: 200, text: documents.map((each) => `${JSON.stringify(each)}\n`).join('') });
  };
  return influxdb;
}

function summarizeWith(influxdb: CountedInfluxDb, data: object = {}, deadline = openDeadline()): Promise<Outcome> {
  const instance = instanceOf({ influxdb, env: { TWITTER_USERS: 'name0, NAME3, id:7, nobody' } });
  return runOf(summarize, { instance, data: { ...data }, tick: { time: now }, deadline });
}

test('every account of the store is summarised, X is not asked', async () => {
  const influxdb = storing();
  const { failures, report } = await summarizeWith(influxdb);
  assert.deepEqual([failures, report.accounts, report.requests, report.points], [[], 10, 0, 20]);
  const days = pointsIn(influxdb, 'twitter_user_daily');
  assert.deepEqual(days.length, 20);
  assert.deepEqual(new Set(days.map(({ fields }) => fields['followers_gained'])), new Set([100]));
  const [run] = pointsIn(influxdb, 'twitter_collector_run');
  const { success, points, accounts: about, accounts_missing: missing } = run?.fields ?? {};
  assert.deepEqual([run?.tags['collector'], success, points, about, missing], ['summarize', 1, 20, 10, 0]);
});

test('some accounts can be named, by the name they had last or their id; one of which nothing is stored is said', async () => {
  const influxdb = storing();
  const outcome = await summarizeWith(influxdb, { users: ['@Name0', 'name3', 'id:7', 'nobody'], days: 1 });
  assert.deepEqual(reasonsOf(outcome), [['summarize', 'no_numbers']]);
  assert.deepEqual([outcome.failures[0]?.account, outcome.report.accounts, outcome.report.points], ['nobody', 3, 3]);
  const ids = pointsIn(influxdb, 'twitter_user_daily').map(({ tags }) => tags['user_id']);
  assert.deepEqual(ids.sort(), ['1', '4', '7']);
});

test('days that are not over are not summarised, which the report says', async () => {
  const { report, failures } = await summarizeWith(storing(), { from: '2026-05-20' });
  assert.deepEqual([failures, report.points], [[], 0]);
  assert.equal(report.note, 'nothing was summarised: none of the days is over in UTC');
});

for (const [data, next] of [
  [{ from: '2025-01-01' }, '2026-02-05'],
  [{ from: '2025-04-14' }, '2026-05-19'],
  [{ from: '2025-04-15' }, undefined],
  [{ from: '2025-01-01', days: 3 }, undefined],
  [{ from: '2025-01-01', days: 400 }, undefined],
  [{}, undefined],
] as const) {
  test(`asked for ${JSON.stringify(data)} the report says to go on with ${next ?? 'no other day'}`, async () => {
    const { report, failures } = await summarizeWith(storing(), data);
    const note = `only 400 days were summarised, the most that one request takes: go on with "from":"${next ?? ''}"`;
    assert.deepEqual([failures, report.note], [[], next === undefined ? undefined : note]);
  });
}

test('when the run must end, what is done is stored and the failure says how far it came', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const deadline = openDeadline();
  const influxdb = storing();
  const query = influxdb.query.bind(influxdb);
  influxdb.query = (text, ...given) => {
    if (!/"user_id" = '([4-9]|10)'/.test(text)) return query(text, ...given);
    t.mock.timers.setTime(deadline.endsAt);
    return Promise.resolve({ status: 503, text: 'busy' });
  };
  const outcome = await summarizeWith(influxdb, {}, deadline);
  const [failure] = outcome.failures;
  assert.deepEqual([reasonsOf(outcome), statusOf(outcome.failures)], [[['summarize', 'timeout']], 503]);
  assert.match(
    failure?.detail ?? '',
    /^the run had to end after 3 of 10 accounts, whose summaries are stored: ask for fewer days/,
  );
  assert.equal(pointsIn(influxdb, 'twitter_user_daily').length, 6);
});

test('numbers that cannot be counts are another program’s, and no summary is made of them', async () => {
  const influxdb = storing(() => [row({ username: 'name' }, { time: now - dayMs, followers_count: 1.5 })]);
  const outcome = await summarizeWith(influxdb);
  assert.deepEqual([reasonsOf(outcome), statusOf(outcome.failures)], [[['summarize', 'store_refused']], 422]);
  assert.match(outcome.failures[0]?.detail ?? '', /InfluxDB has 1\.5 as followers_count of twitter_user/);
  assert.deepEqual(pointsIn(influxdb, 'twitter_user_daily'), []);
});

test('an account with such numbers costs the others nothing, and no account is read after the run has ended', async () => {
  const influxdb = storing((statement) =>
    statement.includes(`"user_id" = '2'`)
      ? [row({ username: 'name' }, { time: now, followers_count: 1.5 })]
      : profilesIn(statement),
  );
  const outcome = await summarizeWith(influxdb);
  const reads = influxdb.reads.length;
  assert.deepEqual([reasonsOf(outcome), outcome.report.points], [[['summarize', 'store_refused']], 18]);
  await soon();
  assert.equal(influxdb.reads.length, reads);
});

test('nothing more is read once the store refuses the points', async () => {
  const influxdb = storing();
  influxdb.answer = (points) =>
    points.some(({ measurement }) => measurement === 'twitter_user_daily') ? partialWrite : undefined;
  const outcome = await summarizeWith(influxdb);
  assert.deepEqual(reasonsOf(outcome), [['tick', 'store_refused']]);
  const pages = influxdb.reads.filter((text) => text.includes('SELECT "followers_count"'));
  assert.ok(pages.length <= 6, `${pages.length} pages were read`);
  const last = pointsIn(influxdb, 'twitter_collector_run').at(-1);
  assert.deepEqual([last?.fields['success'], last?.fields['points']], [0, 0]);
});
