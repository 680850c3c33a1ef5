import { parseAccounts } from '../../../functions/config/accounts.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectInfluxDb } from '../../../functions/adapters/influxdb.ts';
import { figuresOf, isAnswered, postsPaidFor } from '../../../functions/billing/book.ts';
import { dayOf, startOfDay } from '../../../functions/billing/day.ts';
import type { Point } from '../../../functions/measurement.ts';
import { type InfluxDb, type Store, writeStore } from '../../../functions/store/influxdb.ts';
import { ledgerPoint } from '../../../functions/store/ledger.ts';
import { readKnown } from '../../../functions/store/preflight.ts';
import { startInfluxd } from '../../support/influxd.ts';
import { configOf, ledgerLine, openDeadline, storeOf, termsOf } from '../fixtures.ts';

const accounts = Array.from({ length: 10_000 }, (_, index) => `account_${String(index).padStart(6, '0')}`);
const tweets = 50_000;
const tweetsPerLine = 20;
const maxBytes = 20_000_000;
const runMs = 30_000;

test('at 10,000 accounts and 50,000 posts bought today the preflight is some megabytes and right', async (t) => {
  const influxd = await startInfluxd();
  t.after(() => influxd.close());
  const config = configOf({
    INFLUXDB_URL: influxd.url,
    INFLUXDB_USERNAME: influxd.username,
    INFLUXDB_PASSWORD: influxd.password,
  });
  const influxdb = connectInfluxDb(config.store);
  const start = startOfDay(Date.now());
  await writeStore(
    storeOf(influxdb, config),
    [...userLines(start), ...tweetLines(start), ...profiles(start)],
    openDeadline(),
  );
  const counted = countBytes(influxdb);
  const store: Store = storeOf(counted, config);
  const startedAt = performance.now();
  const terms = termsOf({ accounts, budget: 1_000_000_000 });
  const known = await readKnown(
    store,
    'default',
    terms,
    { runMs, strangers: parseAccounts(accounts.join()).accounts },
    openDeadline(),
  );
  const tookMs = Math.round(performance.now() - startedAt);
  t.diagnostic(`${tookMs} ms, ${(counted.bytes / 1_000_000).toFixed(1)} MB of JSON`);
  assert.equal(counted.requests, 1);
  assert.ok(counted.bytes < maxBytes, `${counted.bytes} bytes`);
  const book = known.books.get(dayOf(start));
  assert.ok(book);
  const spent = accounts.length * 10_000 + tweets * 5000;
  assert.deepEqual(figuresOf(book), {
    spent,
    held: 0,
    setAside: 0,
    left: 1_000_000_000 - spent,
    budget: 1_000_000_000,
  });
  assert.equal(book.paid.user.size + book.paid.tweet.size, accounts.length + tweets);
  assert.equal(postsPaidFor(book, accounts[0] ?? '').size, tweetsPerLine);
  assert.ok(accounts.every((account) => isAnswered(book, account)));
  assert.equal(known.identities.size, 2 * accounts.length);
});

function countBytes(influxdb: InfluxDb): InfluxDb & { requests: number; bytes: number } {
  const counted = {
    ...{ requests: 0, bytes: 0, write: influxdb.write.bind(influxdb) },
    query: async (...asked: Parameters<InfluxDb['query']>): ReturnType<InfluxDb['query']> => {
      const reply = await influxdb.query(...asked);
      counted.requests += 1;
      counted.bytes += reply.text.length;
      return reply;
    },
  };
  return counted;
}

function idOf(index: number): string {
  return String(1_800_000_000_000_000_000n + BigInt(index) * 4_194_304n);
}

/** A time of that day, in Unix nanoseconds. */
function timeOf(start: number, index: number): string {
  return `${start / 1000 + index}${String(index).padStart(9, '0')}`;
}

function userLines(start: number): Point[] {
  return Array.from({ length: accounts.length / 100 }, (_, batch) => {
    const ids = Array.from({ length: 100 }, (_unused, index) => idOf(batch * 100 + index));
    const keys = ids.map((id, index) => `${accounts[batch * 100 + index] ?? ''}=${id}`);
    const line = ledgerLine({ purchase: `u${batch}`, keys, ids });
    return ledgerPoint('default', { ...line, time: timeOf(start, batch), day: dayOf(start) });
  });
}

/** A day's hourly runs: each buys some accounts' posts again. */
function tweetLines(start: number): Point[] {
  return Array.from({ length: tweets / tweetsPerLine }, (_, index) => {
    const ids = Array.from({ length: tweetsPerLine }, (_unused, post) => idOf(1_000_000 + index * 100 + post));
    const keys = [accounts[index % accounts.length] ?? ''];
    const line = ledgerLine({ purchase: `t${index}`, resource: 'tweet', keys, ids, cost: ids.length * 5000 });
    return ledgerPoint('default', { ...line, time: timeOf(start, 420 + index), day: dayOf(start) });
  });
}

function profiles(start: number): Point[] {
  return accounts.map((username, index) => ({
    measurement: 'twitter_user',
    tags: { user_id: idOf(index), username },
    fields: { followers_count: 1 },
    time: start,
  }));
}
