import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countClasses, dueAccounts, type Window } from '../../functions/billing/rotation.ts';
import { user } from '../../functions/collectors/user.ts';
import type { Account } from '../../functions/config/accounts.ts';
import { windowOf } from '../../functions/jobs/collect.ts';
import { configOf } from '../functions/fixtures.ts';
import { seedRandom } from '../week/posting.ts';

const everySeconds = 900;
const ticksPerDay = 96;
const midnight = Date.parse('2026-11-28T00:00:00Z');
const maxUnevenness = 0.05;

const config = configOf();

/** Of the tick with this number since midnight, with the requests X gives an app. */
function windowAt(tick: number): Window {
  return windowOf(config, user, everySeconds, midnight + tick * everySeconds * 1000);
}

function createAccounts(count: number): Account[] {
  return Array.from({ length: count }, (_, index) => {
    const username = `name${index}`;
    return { spelling: username, key: username, username };
  });
}

/** At which ticks of a day each account is read; the list may be another one at each tick. */
function readTicks(listAt: (tick: number) => readonly Account[]): Map<string, number[]> {
  const ticks = new Map<string, number[]>();
  for (let tick = 0; tick < ticksPerDay; tick += 1) {
    for (const { key } of dueAccounts(listAt(tick), windowAt(tick))) {
      const known = ticks.get(key);
      if (known === undefined) ticks.set(key, [tick]);
      else known.push(tick);
    }
  }
  return ticks;
}

test('over a day of 300-request windows every account is read in its turn, and no class is 5 % off', () => {
  const accounts = createAccounts(60_000);
  const window = windowAt(0);
  assert.deepEqual([window.requestsPerWindow, window.accountsPerRequest], [300, 100]);
  const classes = countClasses(accounts.length, window);
  assert.equal(classes, 3);
  const ticks = readTicks(() => accounts);
  assert.equal(ticks.size, accounts.length);
  for (const [key, read] of ticks) {
    assert.equal(read.length, ticksPerDay / classes, key);
    assert.ok(
      read.every((tick, index) => tick === (read[0] ?? NaN) + index * classes),
      key,
    );
  }
  for (let tick = 0; tick < classes; tick += 1) {
    const due = dueAccounts(accounts, windowAt(tick)).length;
    assert.ok(Math.abs(due / (accounts.length / classes) - 1) <= maxUnevenness, `${due} accounts at tick ${tick}`);
    assert.ok(Math.ceil(due / window.accountsPerRequest) <= window.requestsPerWindow);
  }
});

test('none is forgotten when the list changes: each waits two turns at most, whatever comes, goes, or makes turns longer', () => {
  const random = seedRandom(14);
  const all = createAccounts(90_000);
  // A new list every six hours: the first 20,000 stay, of the others some come and some go, and turns grow from 2 ticks to 3.
  const lists = [36_000, 50_000, 65_000, 82_000].map((count) => [
    ...all.slice(0, 20_000),
    ...all.slice(20_000, count).filter(() => random() < 0.9),
  ]);
  const listAt = (tick: number): readonly Account[] => lists[Math.floor((tick / ticksPerDay) * lists.length)] ?? [];
  const turns = Array.from({ length: ticksPerDay }, (_, tick) => countClasses(listAt(tick).length, windowAt(tick)));
  assert.deepEqual(
    [0, 24, 48, 72].map((tick) => turns[tick]),
    [2, 2, 3, 3],
  );
  const ticks = readTicks(listAt);
  for (const { key } of all.slice(0, 20_000)) {
    const read = [0, ...(ticks.get(key) ?? []), ticksPerDay - 1];
    for (const [index, tick] of read.slice(1).entries()) {
      const before = read[index] ?? 0;
      const twoTurns = (turns[before] ?? 0) + (turns[tick] ?? 0);
      assert.ok(tick - before <= twoTurns, `${key} was not read from tick ${before} to ${tick}`);
    }
  }
});

test('an account that is new on the list is read within one turn', () => {
  const accounts = createAccounts(60_000);
  const late = { spelling: 'late', key: 'late', username: 'late' };
  for (let arrival = 0; arrival < 12; arrival += 1) {
    const ticks = [0, 1, 2].map((turn) => dueAccounts([...accounts, late], windowAt(arrival + turn)));
    assert.equal(ticks.filter((due) => due.some(({ key }) => key === 'late')).length, 1, `arrived at ${arrival}`);
  }
});
