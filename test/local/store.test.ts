import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test, type TestContext } from 'node:test';
import { startStore, type Store, type StoreOptions } from '../../local/store/server.ts';

const credential = { username: 'writer', password: 'p:w' };
const authorization = `Basic ${Buffer.from('writer:p:w').toString('base64')}`;

test('what was written is there again after a restart, fields merged', async (context) => {
  const folder = await makeFolder(context);
  const first = await start(context, { folder });
  await write(first, 'm,a=1 n=1i,s="two\nlines" 1000\nm,a=1 n=2i 1000\nm,a=2 n=5i 2000');
  await first.close();
  const second = await start(context, { folder });
  const rows = [
    [1000, '1', 2, 'two\nlines'],
    [2000, '2', 5, null],
  ];
  assert.deepEqual(await select(second, 'SELECT a, n, s FROM m'), rows);
});

test('the history is line protocol in milliseconds under a header of comments', async (context) => {
  const store = await start(context, {});
  await write(store, 'm\\ x,b=2,a=1 n=1i,f=0.5 1700000000', 's');
  await write(store, 'bad\nm,a=1 n=2i 1700000000', 's');
  assert.equal(
    await readFile(store.path, 'utf8'),
    '# DDL\n# DML\n# CONTEXT-DATABASE: test\nm\\ x,a=1,b=2 n=1i,f=0.5 1700000000000\nm,a=1 n=2i 1700000000000\n',
  );
});

test('a last line cut short is set aside, said, and does not spoil the next one', async (context) => {
  const folder = await makeFolder(context);
  const first = await start(context, { folder });
  await write(first, 'm n=1i 1000');
  await first.close();
  await appendFile(first.path, 'm n=2i,s="é\nhalf');
  const said: string[] = [];
  const second = await start(context, { folder, warn: (message) => said.push(message) });
  assert.match(said.join('\n'), /test\.lp: the last line was cut short/);
  await write(second, 'm n=3i 3000');
  await second.close();
  const third = await start(context, { folder, warn: (message) => assert.fail(message) });
  assert.deepEqual(await select(third, 'SELECT n FROM m'), [
    [1000, 1],
    [3000, 3],
  ]);
  assert.equal(await readFile(`${third.path}.torn`, 'utf8'), 'm n=2i,s="é\nhalf\n');
});

test('a spoiled line in the middle is left out and said', async (context) => {
  const folder = await makeFolder(context);
  const first = await start(context, { folder });
  await first.close();
  await appendFile(first.path, 'm n=1i 1000\nnonsense\nm n=2i 2000\n');
  const said: string[] = [];
  const second = await start(context, { folder, warn: (message) => said.push(message) });
  assert.match(said.join('\n'), /1 lines are not line protocol/);
  assert.equal((await select(second, 'SELECT n FROM m')).length, 2);
});

test('writes at the same time all reach the file whole', async (context) => {
  const store = await start(context, {});
  await Promise.all(
    Array.from({ length: 50 }, (_, at) => write(store, `m,a=${at} n=${at}i,s="${'x'.repeat(5000)}" ${at}`)),
  );
  const lines = (await readFile(store.path, 'utf8')).trimEnd().split('\n').slice(3);
  assert.equal(lines.length, 50);
  for (const line of lines) assert.match(line, /^m,a=(\d+) n=\1i,s="x{5000}" \1$/);
});

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

async function makeFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twittergraph-store-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function start(context: TestContext, options: Partial<StoreOptions>): Promise<Store> {
  const folder = options.folder ?? (await makeFolder(context));
  const store = await startStore({ port: 0, database: 'test', ...credential, ...options, folder });
  context.after(() => store.close());
  return store;
}

async function write(store: Store, body: string, precision = 'ms'): Promise<void> {
  await (await post(store, body, {}, `db=test&precision=${precision}`)).text();
}

function post(
  store: Store,
  body: string | Buffer,
  headers = {},
  parameters = 'db=test&precision=ms',
): Promise<Response> {
  const all = { authorization, ...headers };
  return fetch(`${store.url}/write?${parameters}`, {
    method: 'POST',
    headers: all,
    body: new Uint8Array(Buffer.from(body)),
  });
}

async function select(store: Store, q: string): Promise<unknown[]> {
  const parameters = new URLSearchParams({ db: 'test', q, epoch: 'ms' });
  const response = await fetch(`${store.url}/query?${parameters.toString()}`, { headers: { authorization } });
  type Answer = { results: { series?: { values: unknown[] }[] }[] };
  return ((await response.json()) as Answer).results[0]?.series?.[0]?.values ?? [];
}

function statusForHost(port: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/ping', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject).end();
  });
}
