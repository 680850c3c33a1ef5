import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { countClasses, dueAccounts, fairOrder, type Window } from '../../../functions/billing/rotation.ts';
import { type Account, parseAccounts } from '../../../functions/config/accounts.ts';

const windowSeconds = 900;
const start = Date.parse('2026-11-23T00:00:00Z');

function namesOf(prefix: string, count: number): Account[] {
  return Array.from({ length: count }, (_, index) => {
    const username = `${prefix}${index}`;
    return { spelling: username, key: username, username };
  });
}

/** The accounts of each of the consecutive turns that bring everybody round once. */
function roundOf(accounts: readonly Account[], window: Window): (readonly Account[])[] {
  const everyMs = (window.everySeconds ?? windowSeconds) * 1000;
  const turns = Array.from({ length: countClasses(accounts.length, window) }, (_, index) => index);
  return turns.map((turn) => dueAccounts(accounts, { ...window, time: window.time + turn * everyMs }));
}

function requestsOf(accounts: readonly Account[], window: Window): number {
  return Math.ceil(accounts.length / window.accountsPerRequest);
}

const window = fc.record<Window>({
  time: fc.nat(10_000).map((slot) => start + slot * windowSeconds * 1000),
  everySeconds: fc.constantFrom(60, 180, 300, 900, 3600, undefined),
  requestsPerWindow: fc.constantFrom(300, 900),
  accountsPerRequest: fc.constant(100),
});

test('over one round every account has its turn exactly once', () => {
  const anyWindow = fc.record<Window>({
    time: fc.nat(1_000_000_000).map((ms) => start + ms),
    everySeconds: fc.option(fc.integer({ min: 1, max: 7200 }), { nil: undefined }),
    requestsPerWindow: fc.integer({ min: 1, max: 40 }),
    accountsPerRequest: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(fc.nat(3000), fc.stringMatching(/^[a-z]{0,8}$/), anyWindow, (count, prefix, turn) => {
      const accounts = namesOf(prefix, count);
      const seen = roundOf(accounts, turn).flat();
      assert.deepEqual(seen.map(({ key }) => key).sort(), accounts.map(({ key }) => key).sort());
    }),
    { numRuns: 40 },
  );
});

test('no window of 15 minutes needs more requests than X allows', () => {
  // A fixed seed: classes come from a hash, so that a crowd chosen for it could overfill one.
  fc.assert(
    fc.property(fc.nat(8000), fc.stringMatching(/^[a-z]{0,8}$/), window, (count, prefix, turn) => {
      const ticksPerWindow = Math.ceil(windowSeconds / (turn.everySeconds ?? windowSeconds));
      const most = Math.max(...roundOf(namesOf(prefix, count), turn).map((accounts) => requestsOf(accounts, turn)));
      assert.ok(most * ticksPerWindow <= turn.requestsPerWindow, `${most} requests in each of ${ticksPerWindow} ticks`);
    }),
    { seed: 20261123, numRuns: 30 },
  );
});

test('all accounts are read at every tick while they fit', () => {
  const accounts = namesOf('name', 2000);
  const minutely = { time: start, everySeconds: 60, requestsPerWindow: 300, accountsPerRequest: 100 };
  assert.equal(dueAccounts(accounts, minutely), accounts);
  assert.equal(countClasses(2000, minutely), 1);
  assert.equal(countClasses(2001, minutely), 2);
  assert.equal(countClasses(30_000, { ...minutely, everySeconds: 900 }), 1);
  assert.equal(countClasses(30_001, { ...minutely, everySeconds: undefined }), 2);
});

test('an account keeps its turn when it is spelt in another case or others come and go', () => {
  const turn = { time: start, everySeconds: 60, requestsPerWindow: 15, accountsPerRequest: 100 };
  const accounts = namesOf('name', 150);
  const shouted = parseAccounts(accounts.map(({ key }) => key.toUpperCase()).join()).accounts;
  const due = dueAccounts(accounts, turn).map(({ key }) => key);
  assert.deepEqual(
    dueAccounts(shouted, turn).map(({ key }) => key),
    due,
  );
  const fewer = dueAccounts(accounts.slice(0, 140), turn).map(({ key }) => key);
  assert.deepEqual(
    fewer,
    due.filter((key) => Number(key.slice(4)) < 140),
  );
});

test('two ticks in one period have the same accounts, the next period others', () => {
  const turn = { time: start, everySeconds: 60, requestsPerWindow: 15, accountsPerRequest: 100 };
  const accounts = namesOf('name', 150);
  const first = dueAccounts(accounts, turn);
  assert.deepEqual(dueAccounts(accounts, { ...turn, time: start + 59_999 }), first);
  assert.ok(first.length > 0 && first.length < 150);
  const next = dueAccounts(accounts, { ...turn, time: start + 60_000 });
  assert.deepEqual(
    next.filter((account) => first.includes(account)),
    [],
  );
});

test('an order of the day has every account once and is the same all day', () => {
  fc.assert(
    fc.property(accountsOf(0, 60), fc.nat(20_000), (list, number) => {
      const day = new Date(number * 86_400_000).toISOString().slice(0, 10);
      const order = fairOrder(list, day);
      assert.deepEqual(sortedByKey(order), sortedByKey(list));
      assert.deepEqual(fairOrder([...list].reverse(), day), order);
    }),
  );
});

test('every account comes first on some day', () => {
  fc.assert(
    fc.property(accountsOf(1, 10), (list) => {
      const dates = Array.from({ length: 365 }, (_, index) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString());
      const firsts = new Set(dates.map((date) => fairOrder(list, date.slice(0, 10))[0]?.key));
      assert.equal(firsts.size, list.length);
    }),
  );
});

/** Accounts with any names. */
function accountsOf(minLength: number, maxLength: number): fc.Arbitrary<Account[]> {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9_]{1,15}$/), { minLength, maxLength });
  return names.map((list) => list.map((name) => ({ spelling: name, key: name, username: name })));
}

function sortedByKey(accounts: readonly Account[]): Account[] {
  return [...accounts].sort((a, b) => (a.key < b.key ? -1 : 1));
}
