import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import type { Reason } from '../../functions/failure.ts';
import { sharedPath } from '../support/shared.ts';
import { runCase } from './run-case.ts';

interface Recording {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What must come of a recorded answer when it answers a look-up of these accounts. */
interface Expected {
  readonly accounts: string;
  /** `username: followers` of each point. */
  readonly points?: readonly string[];
  readonly failures?: readonly (readonly [account: string | undefined, reason: Reason])[];
  readonly status: 204 | 422 | 503;
}

/** A look-up answered with something that is no look-up's answer. */
const wrongShape: Expected = { accounts: 'jack', failures: [[undefined, 'bad_answer']], status: 503 };

const responses: Readonly<Record<string, Expected>> = {
  'users_by_ids_metrics_a.json': {
    accounts: 'id:1085578910853746688, id:2758518175, id:34739420',
    points: ['LaraWolfers: 363', 'adrishaw: 3433', 'waqasejazch: 112'],
    status: 204,
  },
  'users_by_partial_notfound.json': {
    accounts: 'icahdq, POTUS, hadleywickhaM, _R_Foundation, adljfhjsd',
    failures: [
      ['icahdq', 'no_numbers'],
      ['POTUS', 'no_numbers'],
      ['hadleywickhaM', 'no_numbers'],
      ['_R_Foundation', 'no_numbers'],
      ['adljfhjsd', 'unknown_account'],
    ],
    status: 204,
  },
  'users_400_invalid_ids.json': { accounts: 'id:12', failures: [['id:12', 'upstream_error']], status: 422 },
  'mentions_suspended_errors_only.json': {
    accounts: 'id:45648666',
    failures: [['id:45648666', 'suspended']],
    status: 204,
  },
  'search_401.json': { accounts: 'jack', failures: [[undefined, 'unauthorized']], status: 422 },
  'unknown_path_404_html.json': { accounts: 'jack', failures: [[undefined, 'upstream_error']], status: 422 },
  'user_single_wire.json': wrongShape,
  'post_single_new_vocabulary.json': wrongShape,
  'usage.json': wrongShape,
  'timeline_ok.json': wrongShape,
  'tweets_partial_notfound_small.json': wrongShape,
};

const errors: Readonly<Record<string, Expected>> = {
  '200_field_authorization_error.json': { accounts: 'jack', failures: [['jack', 'upstream_error']], status: 503 },
  '200_user_suspended_errors_only.json': {
    accounts: 'id:481186914',
    failures: [['id:481186914', 'suspended']],
    status: 204,
  },
  '402_credits_depleted_v1.json': { accounts: 'jack', failures: [[undefined, 'credits_depleted']], status: 422 },
  '402_credits_depleted_v2.json': { accounts: 'jack', failures: [[undefined, 'credits_depleted']], status: 422 },
  '403_client_not_enrolled.json': { accounts: 'jack', failures: [[undefined, 'forbidden']], status: 422 },
  '403_spend_cap_reached.json': { accounts: 'jack', failures: [[undefined, 'spend_cap']], status: 422 },
  '429_rate_limit.json': { accounts: 'jack', failures: [[undefined, 'rate_limited']], status: 503 },
  '429_usage_cap_exceeded.json': { accounts: 'jack', failures: [[undefined, 'usage_cap']], status: 422 },
};

for (const [kind, table] of Object.entries({ responses, errors })) {
  const folder = sharedPath(`x-api/${kind}`);
  const files = folder === undefined ? [] : readdirSync(folder);

  test(`the table of recorded ${kind} has every file that there is`, { skip: folder === undefined }, () => {
    assert.deepEqual(files.sort(), Object.keys(table).sort());
  });

  for (const [file, expected] of Object.entries(table)) {
    test(`recorded ${kind}/${file} leads to ${expected.status}`, { skip: folder === undefined }, async () => {
      const recording = JSON.parse(readFileSync(`${folder ?? ''}/${file}`, 'utf8')) as Recording;
      const answer = { status: recording.status, headers: headersOf(recording), body: recording.body };
      const path = expected.accounts.startsWith('id:') ? '/2/users' : '/2/users/by';
      const { results, outcome, status, unserved } = await runCase({
        collector: 'user',
        accounts: expected.accounts,
        // Of X's clock, where it was recorded: another day is a failure of its own.
        time: new Date(recording.headers?.['date'] ?? '2026-11-23T01:40:00Z').toISOString(),
        answers: [{ path, ...answer }],
      });
      assert.deepEqual(unserved, []);
      const points = results.filter(({ measurement }) => measurement === 'twitter_user');
      assert.deepEqual(
        points.map(({ tags, fields }) => `${tags['username'] ?? ''}: ${fields['followers_count'] ?? ''}`).sort(),
        expected.points ?? [],
      );
      assert.deepEqual(
        outcome.failures.map(({ account, reason }) => [account, reason]).sort(),
        [...(expected.failures ?? [])].sort(),
      );
      assert.equal(status, expected.status);
    });
  }
}

/** The length is that of the body before texts were taken out of it. */
function headersOf(recording: Recording): Record<string, string> {
  return Object.fromEntries(Object.entries(recording.headers ?? {}).filter(([name]) => name !== 'content-length'));
}
