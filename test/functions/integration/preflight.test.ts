import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectStore } from '../../../functions/adapters/influxdb.ts';
import { type App, freshState } from '../../../functions/app.ts';
import { dayOf, startOfDay } from '../../../functions/billing/day.ts';
import { bookOf, idsBoughtFor, spentOf } from '../../../functions/billing/ledger.ts';
import { readConfig } from '../../../functions/config.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import { toLedgerMeasurement } from '../../../functions/x/bank.ts';
import { readStore } from '../../../functions/store/preflight.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { startInfluxd } from '../../support/influxd.ts';

const accounts = Array.from({ length: 10_000 }, (_, index) => `account_${String(index).padStart(6, '0')}`);
const tweets = 50_000;
const tweetsPerLine = 20;
const mostBytes = 20_000_000;

test('at 10,000 accounts and 50,000 posts bought today the preflight is some megabytes and right', async (t) => {
  const influxd = await startInfluxd();
  t.after(() => influxd.close());
  const app = openApp(influxd);
  const start = startOfDay(Date.now());
  const deadline = startDeadline(60_000);
  await app.store.write([...userLines(start), ...tweetLines(start), ...profiles(start)], deadline);
  const asked: string[] = [];
  const watched: App = {
    ...app,
    store: {
      ...app.store,
      query: (statement, by) => {
        asked.push(statement);
        return app.store.query(statement, by);
      },
    },
  };
  const startedAt = performance.now();
  const known = await readStore(watched, deadline, true);
  const tookMs = Math.round(performance.now() - startedAt);
  assert.ok(!('reason' in known), JSON.stringify(known));
  assert.equal(asked.length, 1);
  const bytes = JSON.stringify(await influxd.query(asked[0] ?? '')).length;
  t.diagnostic(`${tookMs} ms, ${(bytes / 1_000_000).toFixed(1)} MB of JSON`);
  assert.ok(bytes < mostBytes, `${bytes} bytes`);
  const book = bookOf(app.state.ledger, dayOf(start));
  assert.deepEqual([book.settled, book.reserved], [10_000 * 10_000 + tweets * 5000, 0]);
  assert.equal(spentOf(book), book.settled);
  assert.equal(book.bought.size, accounts.length + tweets);
  assert.equal(idsBoughtFor(book, 'tweet', accounts[0] ?? '')?.size, tweetsPerLine);
  assert.ok(accounts.every((account) => idsBoughtFor(book, 'user', account) !== undefined));
  assert.ok(!('reason' in known) && known.identities.size === 2 * accounts.length);
});

function openApp(influxd: { url: string; username: string; password: string }): App {
  const config = readConfig({
    CONFIG_DIR: '/nonexistent',
    TWITTER_USERS: accounts.join('\n'),
    TWITTER_DAILY_BUDGET_USD: '1000',
    TWITTER_BEARER_TOKEN: 'bearer',
    INFLUXDB_URL: influxd.url,
    INFLUXDB_USERNAME: influxd.username,
    INFLUXDB_PASSWORD: influxd.password,
    RUN_TIMEOUT_SECONDS: '60',
  });
  const nobody = (): never => {
    throw new Error('nobody asks X here');
  };
  const store = connectStore(config.store);
  const redact = (text: string): string => text;
  return { version: '0', config, state: freshState(config), askX: nobody, store, log: () => undefined, redact };
}

function idOf(index: number): string {
  return String(1_800_000_000_000_000_000n + BigInt(index) * 4_194_304n);
}

function userLines(start: number): Measurement[] {
  return Array.from({ length: accounts.length / 100 }, (_, batch) => {
    const keys = accounts.slice(batch * 100, batch * 100 + 100);
    const ids = keys.map((_key, index) => idOf(batch * 100 + index));
    const state = 'settled' as const;
    const line = { time: start + 400 + batch, resource: 'user' as const, batch, state, keys, ids };
    return toLedgerMeasurement('default', { ...line, newResources: 100, cost: 1_000_000 });
  });
}

/** A day's hourly runs: each buys some accounts' posts anew, the others' lines bring nothing. */
function tweetLines(start: number): Measurement[] {
  return Array.from({ length: tweets / tweetsPerLine }, (_, index) => {
    const ids = Array.from({ length: tweetsPerLine }, (_unused, post) => idOf(1_000_000 + index * 100 + post));
    const keys = [accounts[index % accounts.length] ?? ''];
    const state = 'settled' as const;
    const line = { time: start + 420_000 + index, resource: 'tweet' as const, batch: index, state, keys, ids };
    return toLedgerMeasurement('default', { ...line, newResources: ids.length, cost: ids.length * 5000 });
  });
}

function profiles(start: number): Measurement[] {
  return accounts.map((username, index) => ({
    name: 'twitter_user',
    tags: { user_id: idOf(index), username },
    fields: { followers_count: 1 },
    time: start,
  }));
}
