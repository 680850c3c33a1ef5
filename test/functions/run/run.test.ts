import assert from 'node:assert/strict';
import { test } from 'node:test';

import { note } from '../../../functions/run/run.ts';
import { instanceOf } from '../fixtures.ts';
import { collectorOf, collectWith, openJournal } from './world.ts';

const failure = { reason: 'upstream_error', detail: 'X is away' } as const;

test("a failure has the collector's name, its account and the moment", (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1234 });
  const journal = openJournal();
  note(journal, 'user', { ...failure, account: 'jack' });
  note(journal, 'tick', failure);
  assert.deepEqual(journal.failures, [
    { collector: 'user', account: 'jack', ...failure, time: 1234 },
    { collector: 'tick', ...failure, time: 1234 },
  ]);
});

test('the same failure of a whole collector is noted once, that of accounts for each account and reason', () => {
  const journal = openJournal();
  note(journal, 'user', failure);
  note(journal, 'user', failure);
  note(journal, 'user', { ...failure, detail: 'X is still away' });
  note(journal, 'tick', failure);
  for (let round = 1; round <= 2; round += 1) {
    note(journal, 'user', { ...failure, account: 'jack' });
    note(journal, 'user', { ...failure, account: 'jill', detail: `round ${round}` });
    note(journal, 'user', { ...failure, account: 'jack', reason: 'timeout' });
  }
  assert.deepEqual(
    journal.failures.map(({ collector, account, reason }) => [collector, account, reason]),
    [
      ['user', undefined, 'upstream_error'],
      ['user', undefined, 'upstream_error'],
      ['tick', undefined, 'upstream_error'],
      ['user', 'jack', 'upstream_error'],
      ['user', 'jill', 'upstream_error'],
      ['user', 'jack', 'timeout'],
    ],
  );
});

test('a detail has no secret and no line break', () => {
  const journal = openJournal();
  note(journal, 'user', { ...failure, detail: 'said\r\nbearer-marker, password-marker' });
  assert.equal(journal.failures[0]?.detail, 'said [secret], [secret]');
});

test('users narrow the run to those of the configured accounts', async () => {
  const instance = instanceOf({ env: { TWITTER_USERS: 'jack, jill, id:12' } });
  const seen: string[] = [];
  const noting = collectorOf('noting', (_collecting, accounts) => {
    seen.push(...accounts.map(({ key }) => key));
    return Promise.resolve();
  });
  const { report } = await collectWith([noting], { instance, data: { users: ['ID:12', '@Jill'] } });
  assert.deepEqual([seen.sort(), report.accounts], [['id:12', 'jill'], 2]);
});
