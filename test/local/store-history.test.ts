import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder, select, start, write } from './store-fixture.ts';

const header = '# History of twittergraph, times in nanoseconds\n# DDL\n# DML\n# CONTEXT-DATABASE: test\n';

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

test('the history is line protocol in nanoseconds under a header of comments that says so', async (context) => {
  const store = await start(context, {});
  await write(store, 'm\\ x,b=2,a=1 n=1i,f=0.5 1700000000', 's');
  await write(store, 'bad\nm,a=1 n=2i 1700000000', 's');
  assert.equal(
    await readFile(store.path, 'utf8'),
    `${header}m\\ x,a=1,b=2 n=1i,f=0.5 1700000000000000000\nm,a=1 n=2i 1700000000000000000\n`,
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
  await appendFile(first.path, 'm n=1i 1000\nnonsense\nm n=2i 1001\n');
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
  const lines = (await readFile(store.path, 'utf8')).trimEnd().split('\n').slice(4);
  assert.equal(lines.length, 50);
  for (const line of lines) assert.match(line, /^m,a=(\d+) n=\1i,s="x{5000}" \1(?:0{6})?$/);
});

test('two points of one second are two, also after a restart', async (context) => {
  const folder = await makeFolder(context);
  const first = await start(context, { folder });
  const line = (timeNs: string, id: string): string => `twitter_ledger,app=default purchase="${id}" ${timeNs}`;
  await write(first, `${line('1795824000123456789', 'a')}\n${line('1795824000123456790', 'b')}`, 'ns');
  await write(first, line('1795824000123456789', 'c'), 'ns');
  await first.close();
  const second = await start(context, { folder });
  const rows = await select(second, 'SELECT purchase FROM twitter_ledger', 'ns');
  assert.deepEqual(rows, [
    ['1795824000123456789', 'c'],
    ['1795824000123456790', 'b'],
  ]);
});

test('a history of before, in milliseconds, is set aside and said, and never overwrites another', async (context) => {
  const folder = await makeFolder(context);
  const path = join(folder, 'test.lp');
  const asides = ['test-milliseconds.lp', 'test-milliseconds-2.lp', 'test-milliseconds-3.lp'];
  for (const [at, aside] of asides.entries()) {
    const before = `# DDL\n# DML\n# CONTEXT-DATABASE: test\nm n=${at}i 1000\n`;
    await writeFile(path, before);
    const said: string[] = [];
    const store = await start(context, { folder, warn: (message) => said.push(message) });
    assert.deepEqual(said, [
      `The history in ${path} had times in milliseconds, which this store does not read: ` +
        `it is now ${join(folder, aside)}, and a new one begins.`,
    ]);
    assert.deepEqual(await select(store, 'SELECT n FROM m'), []);
    await store.close();
    assert.equal(await readFile(join(folder, aside), 'utf8'), before);
    assert.equal(await readFile(path, 'utf8'), header);
  }
  assert.match(await readFile(join(folder, 'test-milliseconds.lp'), 'utf8'), /n=0i/);
});

test('a history whose header a kill cut short is no history of before', async (context) => {
  const folder = await makeFolder(context);
  await writeFile(join(folder, 'test.lp'), header.slice(0, 20));
  const store = await start(context, { folder, warn: () => undefined });
  await write(store, 'm n=1i 1000');
  await store.close();
  assert.deepEqual((await readdir(folder)).sort(), ['test.lp', 'test.lp.torn']);
  assert.equal(await readFile(store.path, 'utf8'), `${header}m n=1i 1000000000\n`);
});
