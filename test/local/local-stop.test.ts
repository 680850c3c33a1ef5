import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { profile, startXServer } from '../support/x-server.ts';
import { isAlive, type Local, startLocal, waitForPoint, waitUntil } from './local-process.ts';

/** One line of the ledger: its UTC day, what it is about, and the ids it names. */
interface Line {
  readonly day: string;
  readonly kind: string;
  readonly ids: readonly string[];
}

async function readLedger(folder: string): Promise<Line[]> {
  const text = await readFile(join(folder, 'twittergraph.lp'), 'utf8');
  return text.split('\n').flatMap((line) => {
    const [, resource = '', state = '', ids = '', time = ''] =
      /^twitter_ledger,app=default,resource=(\w+),state=(\w+) .*ids="([^"]*)".* (\d+)$/.exec(line) ?? [];
    if (resource === '') return [];
    const day = new Date(Number(time.slice(0, 13))).toISOString().slice(0, 10);
    return { day, kind: `${resource} ${state}`, ids: ids.split(',').filter((id) => id !== '') };
  });
}

async function stop({ child, started }: Local): Promise<void> {
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0);
  assert.equal(isAlive(started.functionPid), false);
}

test('stopped in mid-run it waits for the answer that was paid for, and the purchase is settled', async (t) => {
  const answer = { status: 200, body: { data: [profile('12', 'jack')] }, afterMs: 1500 };
  const x = await startXServer(() => answer);
  t.after(() => x.close());
  const env = { TWITTER_API_URL: x.url, TWITTER_BEARER_TOKEN: 'bearer-marker', TWITTER_USERS: 'jack' };
  const local = await startLocal(t, { env });
  await waitUntil(() => x.seen.some(({ path }) => path.endsWith('/users/by')));
  await stop(local);
  const lines = (await readLedger(local.folder)).filter(({ kind }) => kind.startsWith('user'));
  assert.deepEqual(
    lines.map(({ kind, ids }) => [kind, ids]),
    [
      ['user reserved', []],
      ['user settled', ['12']],
    ],
  );
});

test('a second start on the same data goes on where the first ended: nothing is bought twice on a day', async (t) => {
  const first = await startLocal(t);
  await waitForPoint(first.started.page);
  await stop(first);
  const before = (await readLedger(first.folder)).length;
  assert.ok(before > 0);
  const second = await startLocal(t, { folder: first.folder });
  await waitUntil(() => second.lines.filter(({ event }) => event === 'answered').length >= 4);
  await stop(second);
  const bought = (await readLedger(first.folder)).flatMap(({ day, kind, ids }) =>
    ids.map((id) => `${day} ${kind} ${id}`),
  );
  assert.ok(bought.length > 0);
  assert.deepEqual(
    bought.filter((resource, index) => bought.indexOf(resource) !== index),
    [],
  );
});
