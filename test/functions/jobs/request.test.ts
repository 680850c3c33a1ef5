import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tweet } from '../../../functions/collectors/tweet.ts';
import { user } from '../../../functions/collectors/user.ts';
import { BadRequest, type CollectRequest, type JobRequest, parseJobRequest } from '../../../functions/jobs/request.ts';

/** Posts are bought only by those who name them. */
const profiles: CollectRequest = {
  job: 'collect',
  collectors: [user],
  users: undefined,
  everySeconds: undefined,
  probe: false,
};

const good: Readonly<Record<string, readonly [body: unknown, request: JobRequest]>> = {
  'no body': [undefined, profiles],
  null: [null, profiles],
  'an empty object': [{}, profiles],
  'the job alone': [{ job: 'collect' }, profiles],
  'unknown keys': [{ job: 'collect', jobs: 'x', $schema: 1 }, profiles],
  'keys that are null': [{ job: null, collectors: null, users: null, every: null, probe: null }, profiles],
  'every key': [
    { job: 'collect', collectors: ['user'], users: ['@Jack', 'id:12'], every: 900, probe: true },
    { ...profiles, users: ['@Jack', 'id:12'], everySeconds: 900, probe: true },
  ],
  'a collector named twice': [{ collectors: ['user', 'user'] }, profiles],
  'posts alone': [{ collectors: ['tweet'] }, { ...profiles, collectors: [tweet] }],
  'all collectors, in their own order': [{ collectors: ['tweet', 'user'] }, { ...profiles, collectors: [user, tweet] }],
  'a reconciliation': [{ job: 'reconcile', users: 7 }, { job: 'reconcile' }],
  'a summary': [{ job: 'summarize' }, { job: 'summarize', from: undefined, days: undefined, users: undefined }],
  'a summary of the past': [
    { job: 'summarize', from: '2026-01-01', days: 31, users: ['jack'] },
    { job: 'summarize', from: '2026-01-01', days: 31, users: ['jack'] },
  ],
  'a fraction of a second': [{ every: 0.5 }, { ...profiles, everySeconds: 0.5 }],
};

for (const [name, [body, request]] of Object.entries(good)) {
  test(`${name} is understood`, () => {
    assert.deepEqual(parseJobRequest(body), request);
  });
}

const strings = (key: string): string => `"${key}" is not a list of strings with at least one entry`;
const noObject = 'the data is not a JSON object such as {"job":"collect"}';
const every = '"every" is not a number of seconds above 0';
const days = '"days" is not a whole number from 1 to 400';
const from = '"from" is not a day such as "2026-01-31"';
const probe = '"probe" is neither true nor false';

const bad: readonly (readonly [body: unknown, message: string])[] = [
  ['collect', noObject],
  [7, noObject],
  [true, noObject],
  [[{ job: 'collect' }], noObject],
  [{ job: 'colect' }, 'unknown job "colect": this version knows collect, summarize, reconcile'],
  [{ job: 7 }, 'unknown job 7: this version knows collect, summarize, reconcile'],
  [{ job: '' }, 'unknown job "": this version knows collect, summarize, reconcile'],
  [{ job: 'x'.repeat(100) }, `unknown job "${'x'.repeat(59)}: this version knows collect, summarize, reconcile`],
  [{ collectors: ['user', 'users'] }, 'unknown collector "users": this version knows user, tweet'],
  [{ collectors: [] }, strings('collectors')],
  [{ collectors: 'user' }, strings('collectors')],
  [{ collectors: [7] }, strings('collectors')],
  [{ users: [] }, strings('users')],
  [{ users: 'jack' }, strings('users')],
  [{ users: ['jack', null] }, strings('users')],
  [{ every: 0 }, every],
  [{ every: -900 }, every],
  [{ every: '900' }, every],
  [{ every: Infinity }, every],
  [{ probe: 'yes' }, probe],
  [{ probe: 1 }, probe],
  ...[0, -1, 1.5, 401, '2'].map((value) => [{ job: 'summarize', days: value }, days] as const),
  ...['2026-02-30', '2026-2-3', 'yesterday', 5, ''].map((value) => [{ job: 'summarize', from: value }, from] as const),
  [{ job: 'summarize', users: [] }, strings('users')],
];

for (const [body, message] of bad) {
  test(`${JSON.stringify(body).slice(0, 60)} is refused`, () => {
    assert.throws(
      () => parseJobRequest(body),
      (error) => error instanceof BadRequest && (assert.equal(error.message, message), true),
    );
  });
}
