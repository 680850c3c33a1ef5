import assert from 'node:assert/strict';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { authorization, post, select, start, write } from './store-fixture.ts';

test('a body may be gzip; too large a body is 413, packed or not', async (context) => {
  const store = await start(context, { maxBodyBytes: 1000 });
  const gzip = { 'content-encoding': 'gzip' };
  assert.equal((await post(store, gzipSync('m n=1i 1000'), gzip)).status, 204);
  assert.equal((await post(store, 'x'.repeat(1001))).status, 413);
  assert.equal((await post(store, gzipSync('x'.repeat(100_000)), gzip)).status, 413);
  assert.deepEqual(await select(store, 'SELECT n FROM m'), [[1000, 1]]);
});

test('an unknown database is 404 for a write, an error in the results of a query', async (context) => {
  const store = await start(context, {});
  const response = await post(store, 'm n=1i', {}, 'db=other');
  assert.deepEqual([response.status, await response.json()], [404, { error: 'database not found: "other"' }]);
  const answer = await fetch(`${store.url}/query?db=other&q=SHOW+MEASUREMENTS`, { headers: { authorization } });
  assert.deepEqual(await answer.json(), { results: [{ statement_id: 0, error: 'database not found: other' }] });
});

test('only a Host of its own is answered', async (context) => {
  const store = await start(context, {});
  const { port } = new URL(store.url);
  const cases: [host: string, status: number][] = [
    [`127.0.0.1:${port}`, 204],
    [`localhost:${port}`, 204],
    [`[::1]:${port}`, 204],
    [`evil.example:${port}`, 403],
    ['127.0.0.1:1', 403],
    ['127.0.0.1', 403],
  ];
  for (const [host, status] of cases) assert.equal(await statusForHost(port, host), status, host);
});

test('a query may be a form, with credentials in the URL', async (context) => {
  const store = await start(context, {});
  await write(store, 'm n=1i 1000');
  const response = await fetch(`${store.url}/query?u=writer&p=p:w`, {
    method: 'POST',
    body: new URLSearchParams({ db: 'test', q: 'SELECT n FROM m', epoch: 's' }),
  });
  const series = [{ name: 'm', columns: ['time', 'n'], values: [[1, 1]] }];
  assert.deepEqual(await response.json(), { results: [{ statement_id: 0, series }] });
});

test('other methods are 405 with Allow, other paths 404', async (context) => {
  const store = await start(context, {});
  const response = await fetch(`${store.url}/write`);
  assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST']);
  assert.equal((await fetch(`${store.url}/nope`)).status, 404);
});

test('a port in use is an error of the start', async (context) => {
  const store = await start(context, {});
  const port = Number(new URL(store.url).port);
  await assert.rejects(start(context, { port }), { code: 'EADDRINUSE' });
});

function statusForHost(port: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/ping', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject).end();
  });
}
