import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PageState } from '../../local/page/page-state.ts';
import { isAlive, makeFolder, spawnLocal, startLocal, waitForPoint, waitUntil } from './local-process.ts';

test('a point is on the page soon, everything stays on this machine, and Ctrl-C ends it all', async (t) => {
  const { child, folder, lines, started } = await startLocal(t);
  await waitForPoint(started.page);

  const ports = Object.values(started.ports);
  assert.equal(ports.length, 4);
  for (const port of ports) {
    assert.equal(await isOpen('127.0.0.1', port), true, `port ${port} answers on loopback`);
    for (const address of foreignAddresses()) assert.equal(await isOpen(address, port), false, `${address}:${port}`);
    const status = await readStatus(port, 'evil.example');
    assert.ok(status === 403 || status === 421, `port ${port} answers a foreign Host with ${status}`);
  }

  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0);
  assert.equal(isAlive(started.functionPid), false, 'the function is gone');
  for (const port of ports) assert.equal(await isOpen('127.0.0.1', port), false, `port ${port} is free again`);
  assert.deepEqual(lines.at(-1), { event: 'stopped', reason: 'SIGINT' });

  const text = await readFile(join(folder, 'twittergraph.lp'), 'utf8');
  assert.ok(text.endsWith('\n'), 'the last line is whole');
  const points = text.split('\n').filter((line) => line.startsWith('twitter_user,'));
  assert.ok(points.length > 0);
  for (const point of points) assert.match(point, /^twitter_user,\S+ \S*followers_count=\d+i\S* \d{19}$/);
});

test('posts with their reach and the day’s money are on the page soon', async (t) => {
  const { started } = await startLocal(t);
  await waitUntil(async () => {
    const { data } = (await (await fetch(new URL('api/state', started.page))).json()) as PageState;
    const isReached = data?.posts.some(({ impressions, engagements }) => impressions !== null && engagements !== null);
    return isReached === true && data?.money.some(({ spent, left }) => (spent ?? 0) > 0 && left !== null) === true;
  });
});

test('a history of before is set aside, and --json says where and why', async (t) => {
  const folder = await makeFolder(t);
  const before = '# DDL\n# DML\n# CONTEXT-DATABASE: twittergraph\nold n=1i 1700000000000\n';
  await writeFile(join(folder, 'twittergraph.lp'), before);
  const { lines } = await startLocal(t, { folder });
  const aside = join(folder, 'twittergraph-milliseconds.lp');
  const [warning] = lines.filter(({ event }) => event === 'warning');
  assert.match(String(warning?.['message']), /had times in milliseconds/);
  assert.ok(String(warning?.['message']).includes(aside));
  assert.equal(await readFile(aside, 'utf8'), before);
});

test('it ends when it is killed as well, and takes the function with it', async (t) => {
  const { child, started } = await startLocal(t);
  child.kill('SIGKILL');
  await once(child, 'close');
  await waitUntil(() => !isAlive(started.functionPid));
});

for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} ends it in order`, async (t) => {
    const { child, lines, started } = await startLocal(t);
    child.kill(signal);
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0);
    assert.equal(isAlive(started.functionPid), false);
    assert.deepEqual(lines.at(-1), { event: 'stopped', reason: signal });
  });
}

test('when the function dies it ends with an error', async (t) => {
  const { child, lines, started } = await startLocal(t);
  process.kill(started.functionPid, 'SIGKILL');
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 1);
  assert.deepEqual(lines.at(-1), { event: 'stopped', reason: 'function ended', code: 1 });
});

const REFUSED: [what: string, env: Record<string, string>, args: string[], message: RegExp][] = [
  ['X credentials without accounts', { TWITTER_BEARER_TOKEN: 'x' }, [], /TWITTER_USERS is missing[^]*simulates X/],
  ['an InfluxDB without credentials', { INFLUXDB_URL: 'http://127.0.0.1:9' }, [], /INFLUXDB_TOKEN[^]*store of its own/],
  ['a bad account', { TWITTER_USERS: 'a-b' }, [], /"a-b" is neither a username nor an id/],
  ['a bad port', {}, ['--port', 'x'], /--port is "x", not a port/],
  ['an unknown option', {}, ['--prot', '1'], /--prot[^]*--help/],
];

for (const [what, env, args, message] of REFUSED) {
  test(`${what}: one message that says what to do, and no stack`, async (t) => {
    const folder = await makeFolder(t);
    const child = spawnLocal(folder, env, args);
    const stderr: Buffer[] = [];
    child.stderr?.on('data', (bytes: Buffer) => stderr.push(bytes));
    const [code] = (await once(child, 'close')) as [number | null];
    const text = Buffer.concat(stderr).toString();
    assert.equal(code, 1);
    assert.match(text, message);
    assert.doesNotMatch(text, /^\s+at /m);
    assert.equal(existsSync(join(folder, 'twittergraph.lp')), false, 'nothing was started');
  });
}

function foreignAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}

function readStatus(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers: { host }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}
