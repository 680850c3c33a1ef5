import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tweet } from '../../../functions/collectors/tweet.ts';
import { user } from '../../../functions/collectors/user.ts';
import { parseAccounts } from '../../../functions/config/accounts.ts';
import { BadRequest } from '../../../functions/failure.ts';
import { collect } from '../../../functions/jobs/collect.ts';
import { JOBS } from '../../../functions/jobs/index.ts';
import { reconcile } from '../../../functions/jobs/reconcile.ts';
import { maxDays, summarize } from '../../../functions/jobs/summarize.ts';
import { isDay, type Job, type JobData } from '../../../functions/run/job.ts';

const watched = parseAccounts('Jack, jill, id:12').accounts;
const [jack, , twelve] = watched;

/** Posts are bought only by those who name them. */
const profiles = {
  collectors: [user],
  selected: watched,
  everySeconds: undefined,
  probe: false,
  needsIdentities: false,
};
const posts = { ...profiles, collectors: [tweet], needsIdentities: true };
const summary = { from: undefined, days: undefined, wanted: undefined };

const good: Readonly<Record<string, readonly [job: Job, data: JobData, request: object]>> = {
  'an empty object': [collect, {}, profiles],
  'unknown keys': [collect, { jobs: 'x', $schema: 1 }, profiles],
  'keys that are null': [collect, { collectors: null, users: null, every: null, probe: null }, profiles],
  'every key': [
    collect,
    { collectors: ['user'], users: ['@JACK', ' id:12 '], every: 900, probe: true },
    { ...profiles, selected: [jack, twelve], everySeconds: 900, probe: true },
  ],
  'an account named twice': [collect, { users: ['jack', 'Jack', '@jack'] }, { ...profiles, selected: [jack] }],
  'the shortest and the longest period': [collect, { every: 1 }, { ...profiles, everySeconds: 1 }],
  'a month': [collect, { every: 2_678_400 }, { ...profiles, everySeconds: 2_678_400 }],
  'a collector named twice': [collect, { collectors: ['user', 'user'] }, profiles],
  'posts alone': [collect, { collectors: ['tweet'] }, posts],
  'all collectors, in their own order': [
    collect,
    { collectors: ['tweet', 'user'] },
    { ...posts, collectors: [user, tweet] },
  ],
  'a reconciliation': [reconcile, { users: 7 }, { selected: [] }],
  'a summary': [summarize, {}, summary],
  'a summary with keys that are null': [summarize, { from: null, days: null, users: null }, summary],
  'a summary of the past': [
    summarize,
    { from: '2024-02-29', days: 31, users: ['jack'] },
    { from: '2024-02-29', days: 31, wanted: [jack] },
  ],
  'a summary of the first year InfluxDB knows whole': [
    summarize,
    { from: '1678-01-01' },
    { ...summary, from: '1678-01-01' },
  ],
  'the longest summary': [summarize, { days: 400 }, { ...summary, days: 400 }],
};

for (const [name, [job, data, request]] of Object.entries(good)) {
  test(`${name} is understood`, () => {
    assert.deepEqual(job.parse(data, watched), request);
  });
}

const strings = (key: string): string => `"${key}" is not a list of strings with at least one entry`;
const unwatched = (quoted: string): string => `${quoted} is not among the configured accounts`;
const every = '"every" is not a whole number from 1 to 2678400';
const days = '"days" is not a whole number from 1 to 400';
const from = '"from" is not a day such as "2026-01-31"';
const probe = '"probe" is neither true nor false';
const [x60, x40] = ['x'.repeat(60), `"${'x'.repeat(40)}…"`];

const bad: readonly (readonly [job: Job, key: string, values: readonly unknown[], message: string])[] = [
  [collect, 'collectors', [[], 'user', [7], [null], {}], strings('collectors')],
  [collect, 'collectors', [['user', 'users']], 'unknown collector "users": this version knows user, tweet'],
  [collect, 'collectors', [[x60]], `unknown collector ${x40}: this version knows user, tweet`],
  [collect, 'users', [[], 'jack', ['jack', null], [7]], strings('users')],
  [collect, 'users', [['jill', 'bob']], unwatched('"bob"')],
  [collect, 'users', [['id:13']], unwatched('"id:13"')],
  [collect, 'users', [['12']], unwatched('"12"')],
  [collect, 'users', [['']], unwatched('""')],
  [collect, 'users', [['"; DROP']], unwatched('"\\"; DROP"')],
  [collect, 'users', [[x60]], unwatched(x40)],
  [collect, 'every', [0, -1, -900, 0.5, 1e-300, 899.5, 2_678_401, 1e300, '900', Infinity, NaN, true, [900]], every],
  [collect, 'probe', ['yes', 1, 'true', []], probe],
  [summarize, 'days', [0, -1, 1.5, 401, '2', 1e-300, false], days],
  [
    summarize,
    'from',
    ['2026-02-30', '2025-02-29', '2026-13-01', '2026-2-3', '2026-01-01T00:00:00Z', 'yesterday', 5, ''],
    from,
  ],
  [summarize, 'from', ['0000-01-01', '0999-12-31', '1677-12-31', '2262-01-01', '9999-12-31'], from],
  [summarize, 'users', [[]], strings('users')],
  [summarize, 'users', [['nobody']], unwatched('"nobody"')],
];

for (const [job, key, values, message] of bad) {
  test(`${job.name} with ${key} that ${message.slice(0, 60)} is refused`, () => {
    for (const value of values) {
      assert.throws(
        () => job.parse({ [key]: value }, watched),
        (error) => error instanceof BadRequest && (assert.equal(error.message, message), true),
        JSON.stringify(value),
      );
    }
  });
}

test('the jobs have names of their own, and the one meant without a name collects', () => {
  assert.deepEqual(
    JOBS.map(({ name }) => name),
    ['collect', 'summarize', 'reconcile'],
  );
  assert.equal(maxDays, 400);
});

test('a day is one of the calendar', () => {
  assert.deepEqual(['2024-02-29', '2026-12-31', '1678-01-01'].map(isDay), [true, true, true]);
  assert.deepEqual(
    ['2026-02-29', '2026-04-31', '2026-00-10', '26-01-01', '2026-01-01 '].map(isDay),
    Array(5).fill(false),
  );
});
