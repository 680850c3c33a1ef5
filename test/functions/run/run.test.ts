import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openOutbox } from '../../../functions/store/outbox.ts';
import { note, type Run } from '../../../functions/run/run.ts';
import { appOf, tickOf } from '../fixtures.ts';

function emptyRun(): Run {
  const outbox = openOutbox(() => Promise.resolve());
  return { app: appOf(), tick: tickOf(), outbox, failures: [], retryAt: undefined };
}

const finding = { reason: 'upstream_error', detail: 'X is away', retryable: true } as const;

test("a failure has the collector's name, its account and the moment", (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1234 });
  const run = emptyRun();
  note(run, 'user', { ...finding, account: 'jack' });
  note(run, 'tick', finding);
  assert.deepEqual(run.failures, [
    { collector: 'user', account: 'jack', ...finding, time: 1234 },
    { collector: 'tick', ...finding, time: 1234 },
  ]);
});

test('the same failure of a whole collector is noted once, that of accounts for each', () => {
  const run = emptyRun();
  note(run, 'user', finding);
  note(run, 'user', finding);
  note(run, 'user', { ...finding, detail: 'X is still away' });
  note(run, 'tick', finding);
  note(run, 'user', { ...finding, account: 'jack' });
  note(run, 'user', { ...finding, account: 'jill' });
  assert.deepEqual(
    run.failures.map(({ collector, account }) => [collector, account]),
    [
      ['user', undefined],
      ['user', undefined],
      ['tick', undefined],
      ['user', 'jack'],
      ['user', 'jill'],
    ],
  );
});

test('a detail has no secret and no line break', () => {
  const run = emptyRun();
  note(run, 'user', { ...finding, detail: 'said\r\nbearer-marker, password-marker' });
  assert.equal(run.failures[0]?.detail, 'said [secret], [secret]');
});

test('the latest end that X named is that of the run', () => {
  const run = emptyRun();
  for (const retryAt of [undefined, 500, 900, 700]) note(run, 'user', { ...finding, retryAt });
  assert.equal(run.retryAt, 900);
});
