import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startStore, type Store } from '../../local/store/server.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { outside, queries, seedLines, writes } from './store-cases.ts';

type InitOf = (credential: { username: string; password: string }) => RequestInit;
const signed: InitOf = (credential) => ({ headers: { authorization: basic(credential) } });
const signedPost: InitOf = (credential) => ({ ...signed(credential), method: 'POST', body: 'k ok=1i 1' });
const refusedRequests: [string, string, InitOf][] = [
  ['write without credentials', '/write?db=twittergraph', () => ({ method: 'POST', body: 'k ok=1i 1' })],
  ['write with a wrong password', '/write?db=twittergraph', (of) => signedPost({ ...of, password: 'wrong' })],
  ['query without credentials', '/query?q=SHOW+DATABASES', () => ({})],
  ['query with a wrong user', '/query?q=SHOW+DATABASES', (of) => signed({ ...of, username: 'nobody' })],
  ['query with credentials in the form', '/query', () => ({ method: 'POST', body: new URLSearchParams({ q: 'x' }) })],
  ['write without a database', '/write', signedPost],
  ['query of nothing', '/query?db=twittergraph', signed],
  ['no statement', '/query?db=twittergraph&q=', signed],
  ['ping without credentials', '/ping', () => ({})],
  [
    'write that says gzip and is not',
    '/write?db=twittergraph',
    (of) => ({
      ...signedPost(of),
      headers: { authorization: basic(of), 'content-encoding': 'gzip' },
      body: 'a_longer_measurement ok=1i 1',
    }),
  ],
];

/** The store against a real InfluxDB: equal requests must get equal answers. */
describe('the store answers as InfluxDB 1.6 does', () => {
  let real: Influxd;
  let store: Store;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'twittergraph-store-'));
    real = await startInfluxd();
    const { database, username, password } = real;
    store = await startStore({ port: 0, folder, database, username, password });
    for (const url of [real.url, store.url]) {
      assert.deepEqual(await write(url, seedLines.join('\n')), { status: 204, body: '' });
    }
  });
  after(async () => {
    await store.close();
    await real.close();
    await rm(folder, { recursive: true });
  });

  for (const body of writes) {
    test(`write ${JSON.stringify(body)}`, async () => {
      assert.deepEqual(await write(store.url, body), await write(real.url, body));
    });
  }

  for (const query of queries) {
    for (const epoch of query.includes('LIMIT 2') ? ['', 'ns', 'u', 's', 'm', 'h', 'wrong'] : ['ms']) {
      test(`query ${query} epoch=${epoch}`, async () => {
        const answer = await ask(store.url, query, epoch);
        assert.deepEqual(answer, await ask(real.url, query, epoch));
        assert.equal(answer.status, 200);
      });
    }
  }

  test('what is outside the subset is refused as an error of the query, and says what is inside', async () => {
    for (const query of outside) {
      const { status, body } = await ask(store.url, query, 'ms');
      assert.equal(status, 400, query);
      assert.match(body, /^\{"error":"error parsing query: found .* at line 1, char \d+/, query);
    }
    const { body } = await ask(store.url, 'SELECT spread("n") FROM "f"', 'ms');
    assert.match(body, /found spread, expected one of the functions first, last.*SHOW MEASUREMENTS/);
  });

  for (const [what, path, init] of refusedRequests) {
    test(`${what}: same status and message`, async () => {
      const answers = [real.url, store.url].map(async (url) => {
        const response = await fetch(`${url}${path}`, init(real));
        return { status: response.status, body: await response.text() };
      });
      assert.deepEqual(await answers[1], await answers[0]);
    });
  }

  async function write(url: string, body: string): Promise<{ status: number; body: string }> {
    const path = `${url}/write?db=${real.database}&precision=ms`;
    const response = await fetch(path, { method: 'POST', headers: { authorization: basic(real) }, body });
    return { status: response.status, body: await response.text() };
  }

  async function ask(url: string, q: string, epoch: string): Promise<{ status: number; body: string }> {
    const parameters = new URLSearchParams({ db: real.database, q, ...(epoch === '' ? {} : { epoch }) });
    const response = await fetch(`${url}/query?${parameters.toString()}`, { headers: { authorization: basic(real) } });
    // InfluxDB writes these characters escaped.
    const body = (await response.text()).replace('\\u003c', '<').replace('\\u003e', '>');
    return { status: response.status, body };
  }
});

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
