import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { type Book, enterLine, figuresOf, openBook } from '../../../functions/billing/book.ts';
import { sidesOf } from '../../../functions/billing/day.ts';
import type { Want } from '../../../functions/collectors/collector.ts';
import {
  type DatedLine,
  draftLines,
  enterRows,
  ledgerPoint,
  ledgerQuestion,
  openLedgerTimes,
} from '../../../functions/store/ledger.ts';
import { daysLines } from '../billing/days-lines.ts';
import { type StoredRow, termsOf } from '../fixtures.ts';
import { ledgerRow, rfc3339, rowOfLine } from './stored.ts';

const noon = Date.parse('2026-11-23T12:00:00.789Z');
const day = '2026-11-23';
const profiles: Want = { resource: 'user', keys: ['jack', 'jill', 'joe'], max: 3, min: 1, price: 10_000, owned: false };
const posts: Want = { resource: 'tweet', keys: ['jack'], max: 20, min: 5, price: 1000, owned: true };
const terms = termsOf({ accounts: ['a', 'b', 'id:3'] });

function books(rows: readonly StoredRow[], days = [day]): ReadonlyMap<string, Book> {
  const opened = new Map(days.map((each) => [each, openBook(terms)]));
  const lines = rows.map(({ measurement, tags = {}, columns }) => ({ measurement, tags, columns }));
  enterRows(opened, lines, 'default');
  return opened;
}

test('a purchase of profiles is held for those that fit, in the second it was made', () => {
  const [line, ...more] = draftLines(openLedgerTimes(), profiles, 2, sidesOf(noon));
  assert.match(line?.time ?? '', /^1795435200\d{9}$/);
  assert.match(line?.purchase ?? '', /^[0-9a-f-]{36}$/);
  const { time, purchase, ...rest } = line ?? {};
  assert.ok(time !== undefined && purchase !== undefined && more.length === 0);
  const held = { keys: ['jack', 'jill'], ids: [], newResources: 2, cost: 20_000, owned: false };
  assert.deepEqual(rest, { resource: 'user', state: 'reserved', day, ...held });
});

test('a purchase of posts is held for one account, at the owner’s price where it has one', () => {
  const [line] = draftLines(openLedgerTimes(), posts, 7, sidesOf(noon));
  assert.deepEqual([line?.keys, line?.newResources, line?.cost, line?.owned], [['jack'], 7, 7000, true]);
});

test('around midnight a purchase has a line on each side, with one id and the same digits', () => {
  const midnight = Date.parse('2026-11-24T00:00:00Z');
  for (const time of [midnight - 20_000, midnight, midnight + 60_000]) {
    const [own, other] = draftLines(openLedgerTimes(), posts, 7, sidesOf(time));
    assert.ok(own !== undefined && other !== undefined);
    assert.deepEqual({ ...own, time: '', day: '' }, { ...other, time: '', day: '' });
    assert.equal(own.time.slice(-9), other.time.slice(-9));
    assert.deepEqual([own.day, other.day].sort(), ['2026-11-23', '2026-11-24']);
    for (const line of [own, other]) assert.ok(rfc3339(line.time).startsWith(line.day));
  }
});

test('one process never draws the same digits twice', () => {
  const times = openLedgerTimes();
  const digits = (): string => draftLines(times, posts, 5, sidesOf(noon))[0]?.time.slice(-9) ?? '';
  assert.equal(new Set(Array.from({ length: 50_000 }, digits)).size, 50_000);
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  for (let round = 0; round < 200; round += 1) assert.equal(gcd(openLedgerTimes().step, 1_000_000_000), 1);
});

test('two processes that start at the same moment draw different times and purchases', () => {
  const [one, other] = [openLedgerTimes(), openLedgerTimes()].map((times) =>
    Array.from({ length: 100 }, () => draftLines(times, posts, 5, sidesOf(noon))[0]),
  );
  const all = [...(one ?? []), ...(other ?? [])];
  for (const name of ['time', 'purchase'] as const)
    assert.equal(new Set(all.map((line) => line?.[name])).size, 200, name);
});

test('a line is one point, its lists separated by commas, its time that of the purchase', () => {
  const [line] = draftLines(openLedgerTimes(), profiles, 3, sidesOf(noon));
  assert.ok(line !== undefined);
  const settled: DatedLine = {
    ...line,
    state: 'settled',
    keys: ['jack=12', 'joe='],
    ids: ['12', '99'],
    newResources: 2,
    cost: 20_000,
  };
  const counts = { new_resources: 2, cost_microusd: 20_000, owned: 0 };
  assert.deepEqual(ledgerPoint('acme', settled), {
    measurement: 'twitter_ledger',
    tags: { app: 'acme', resource: 'user', state: 'settled' },
    fields: { purchase: line.purchase, keys: 'jack=12,joe=', ids: '12,99', ...counts },
    time: line.time,
  });
  assert.equal(ledgerPoint('acme', { ...line, owned: true }).fields['owned'], 1);
});

test('what is written of any day and read again gives the same book', () => {
  fc.assert(
    fc.property(daysLines, (lines) => {
      const dated = lines.map((line, index): DatedLine => ({ ...line, day, time: `1795435${200 + index}000000100` }));
      const known = openBook(terms);
      for (const line of dated) enterLine(known, line);
      const read = books(dated.map((line) => rowOfLine(ledgerPoint('default', line)))).get(day);
      assert.ok(read !== undefined);
      assert.deepEqual(figuresOf(read), figuresOf(known));
      for (const name of ['paid', 'profiles', 'settled'] as const) assert.deepEqual(read[name], known[name]);
      assert.deepEqual([...read.open.keys()], [...known.open.keys()]);
      assert.deepEqual(
        read.posts.map(({ keys, ids }) => [keys, ids]),
        known.posts.map(({ keys, ids }) => [keys, ids]),
      );
    }),
  );
});

test('a line counts on the day of its time, to the last nanosecond; those of other days are left out', () => {
  const times = ['2026-11-22T23:59:59.999999999Z', '2026-11-23T00:00:00Z', '2026-11-23T23:59:59.999999999Z'];
  const rows = times.map((time, index) => ledgerRow({ time, purchase: `p${index}`, ids: `${index}` }));
  const both = books([...rows, ledgerRow({ time: '2026-11-24T00:00:00Z', ids: '9' })], ['2026-11-22', day]);
  assert.deepEqual([...(both.get('2026-11-22')?.paid.user.keys() ?? [])], ['0']);
  assert.deepEqual([...(both.get(day)?.paid.user.keys() ?? [])], ['1', '2']);
  assert.equal(books([]).get(day)?.spent, 0);
});

test('the ledger of these days and of this app alone is asked for, a page after the other', () => {
  const question = ledgerQuestion('acme', ['2026-11-22', day], 2);
  const [start, end] = [Date.parse('2026-11-22'), Date.parse('2026-11-24')];
  assert.match(
    question,
    /^SELECT "resource"::tag AS "resource", "state"::tag AS "state", "purchase"::field AS "purchase", /,
  );
  assert.ok(
    question.endsWith(
      `FROM "twitter_ledger" WHERE "app" = 'acme' AND time >= ${start}ms AND time < ${end}ms LIMIT 4000 OFFSET 8000`,
    ),
  );
  assert.ok(ledgerQuestion('acme', [day], 0).endsWith('LIMIT 4000 OFFSET 0'));
});
