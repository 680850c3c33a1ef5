import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { StoreProblem } from '../../local/page/influx.ts';
import { type RangeName, rangeNames } from '../../local/page/page-state.ts';
import { startPage } from '../../local/page/server.ts';
import { readPageData } from '../../local/page/state.ts';
import { startInfluxd } from '../support/influxd.ts';
import { hostileDetail, makeDay, makeHistory, startFixture, writeLines } from './page-fixture.ts';

const nowMs = 1_700_000_000_000;

test('the embedded store and a real InfluxDB give the page the same data, in every range', async (context) => {
  const real = await startInfluxd();
  context.after(() => real.close());
  const history = [...makeHistory(nowMs), ...makeDay(nowMs)];
  await writeLines(real, history);
  const { store } = await startFixture(context, history);
  const embedded = { url: store.url, database: real.database, username: 'reader', password: 'secret' };
  for (const range of rangeNames) {
    const data = await readPageData(real, range, nowMs);
    assert.deepEqual(await readPageData(embedded, range, nowMs), data, range);
    assert.equal(data.accounts.length, 2, range);
    assert.deepEqual([data.posts.length, data.money.length, data.summary?.accounts.length], [12, 1, 3], range);
  }
});

test('a range ends exactly, begins with the count before it, and follows an account through its renaming', async (context) => {
  const { store } = await startFixture(context, makeHistory(nowMs));
  const influx = { url: store.url, database: 'twittergraph', username: 'reader', password: 'secret' };
  const hour = await readPageData(influx, '1h', nowMs + 30_000);
  const [jack] = hour.accounts;
  assert.deepEqual([jack?.userId, jack?.username, jack?.points.length], ['12', 'jack_renamed', 61]);
  assert.ok(jack);
  assert.deepEqual(jack.points[0], [nowMs - 60 * 60_000, 1_000_000 + 25 * 60 * 7]);
  assert.deepEqual(jack.points.at(-1), [nowMs, 1_000_000 + 26 * 60 * 7]);
  const day = await readPageData(influx, '24h', nowMs);
  assert.deepEqual(day.accounts[0]?.points[0], [nowMs - 24 * 3_600_000 - 15 * 60_000, 1_000_000 + 105 * 7]);
  const all = await readPageData(influx, 'all', nowMs);
  // Thinned points are counts that were read, not averages.
  for (const [, followers] of all.accounts.flatMap(({ points }) => points)) assert.ok(Number.isInteger(followers));
  assert.equal(all.fromMs, nowMs - 26 * 3_600_000);
  const points = all.accounts[0]?.points ?? [];
  assert.deepEqual(
    [points[0], points.at(-1)],
    [
      [all.fromMs, 1_000_000],
      [nowMs, 1_000_000 + 26 * 60 * 7],
    ],
  );
});

test('runs and failures come newest first, what is absent is null or empty', async (context) => {
  const { store } = await startFixture(context, makeHistory(nowMs));
  const influx = { url: store.url, database: 'twittergraph', username: 'reader', password: 'secret' };
  const { runs, failures } = await readPageData(influx, '15m', nowMs);
  assert.deepEqual(
    runs.map(({ collector, success, accountsMissing }) => [collector, success, accountsMissing]),
    [
      ['tweet', false, 1],
      ['user', true, 0],
    ],
  );
  assert.deepEqual(
    failures.map(({ account, reason }) => [account, reason]),
    [
      ['ghost', 'unknown_account'],
      ['', 'rate_limited'],
    ],
  );
  assert.equal(failures[0]?.detail, hostileDetail);
});

test('what is wrong with the store is said in a sentence without the password', async (context) => {
  const { store } = await startFixture(context);
  const influx = { url: store.url, database: 'twittergraph', username: 'reader', password: 'pass-word' };
  const cases: [Partial<typeof influx>, RegExp, RangeName?][] = [
    [{}, /refuses the user name or password \(401\)/],
    [{ password: 'secret', database: 'other' }, /“not executed”: is there no database “other”/],
    [{ password: 'secret', database: 'other' }, /has no database “other”/, 'all'],
    [{ url: 'http://127.0.0.1:1' }, /does not answer/],
  ];
  for (const [change, message, range = '1h'] of cases) {
    await assert.rejects(readPageData({ ...influx, ...change }, range, nowMs), (error: unknown) => {
      assert.ok(error instanceof StoreProblem);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /pass-word/);
      return true;
    });
  }
});

test('only a Host of its own is answered, with a policy that lets nothing in from elsewhere', async (context) => {
  const { page } = await startFixture(context);
  const { port } = new URL(page.url);
  for (const path of ['/', '/api/state', '/events']) {
    assert.equal(await statusForHost(port, path, `evil.example:${port}`), 403, path);
  }
  assert.equal(await statusForHost(port, '/', `localhost:${port}`), 200);
  const policy = (await fetch(page.url)).headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
});

test('an unknown range is 400, another method 405, another path 404', async (context) => {
  const { page } = await startFixture(context);
  assert.equal((await fetch(`${page.url}/api/state?range=1y`)).status, 400);
  assert.equal((await fetch(page.url, { method: 'POST' })).status, 405);
  assert.equal((await fetch(`${page.url}/nope`)).status, 404);
});

test('a port in use is an error of the start', async (context) => {
  const { page } = await startFixture(context);
  const influx = { url: page.url, database: 'x', username: 'x', password: 'x' };
  const port = Number(new URL(page.url).port);
  const about = { simulated: false, speed: 1, timezone: 'UTC', functionUrl: '', store: '', schedules: [] };
  await assert.rejects(startPage({ port, influx, about: () => about }), { code: 'EADDRINUSE' });
});

function statusForHost(port: string, path: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject).end();
  });
}
