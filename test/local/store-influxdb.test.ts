import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { outside, queries, seedLines, writes } from './store-cases.ts';
import { basic, type Pair, startPair } from './store-pair.ts';

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
  let pair: Pair;

  before(async () => {
    pair = await startPair(seedLines, 'ms');
  });
  after(() => pair.close());

  for (const body of writes) {
    test(`write ${JSON.stringify(body)}`, async () => {
      assert.deepEqual(await pair.store.write(body), await pair.real.write(body));
    });
  }

  for (const query of queries) {
    test(`query ${query}`, async () => {
      const answer = await pair.store.ask(query);
      assert.deepEqual(answer, await pair.real.ask(query));
      assert.equal(answer.status, 200);
    });
  }

  test('what is outside the subset is refused as an error of the query, and says what is inside', async () => {
    for (const query of outside) {
      const { status, body } = await pair.store.ask(query);
      assert.equal(status, 400, query);
      assert.match(body, /^\{"error":"error parsing query: found .* at line 1, char \d+/, query);
    }
    const { body } = await pair.store.ask('SELECT spread("n") FROM "f"');
    assert.match(body, /found spread, expected one of the functions first, last.*SHOW MEASUREMENTS/);
  });

  for (const [what, path, init] of refusedRequests) {
    test(`${what}: same status and message`, async () => {
      const answers = [pair.real, pair.store].map(async (server) => {
        const response = await fetch(`${server.url}${path}`, init(server));
        return { status: response.status, body: await response.text() };
      });
      assert.deepEqual(await answers[1], await answers[0]);
    });
  }
});
