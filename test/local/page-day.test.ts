import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { PageData } from '../../local/page/page-state.ts';
import { readPageData } from '../../local/page/state.ts';
import { makeDay, startFixture } from './page-fixture.ts';

const dayMs = 86_400_000;
const nowMs = 1_700_000_000_000;
const midnightMs = nowMs - (nowMs % dayMs);

async function read(context: TestContext, lines: string[], atMs = nowMs): Promise<PageData> {
  const { store } = await startFixture(context, lines);
  return readPageData({ url: store.url, database: 'twittergraph', username: 'reader', password: 'secret' }, '1h', atMs);
}

test('the newest twelve posts come with their newest counts, through a renaming; what is unknown is null', async (context) => {
  const { posts } = await read(context, makeDay(nowMs));
  assert.equal(posts.length, 12);
  const unknown = { impressions: null, engagements: null };
  assert.deepEqual(posts.slice(0, 5), [
    { timeMs: nowMs - 600_000, username: 'jack_renamed', ...unknown },
    { timeMs: nowMs - 1_200_000, username: 'jack_renamed', impressions: 12_345, engagements: 67 },
    { timeMs: nowMs - 1_800_000, username: 'jack_renamed', impressions: 8, engagements: null },
    { timeMs: nowMs - 2_400_000, username: 'jack_renamed', impressions: null, engagements: 0 },
    { timeMs: nowMs - 3_000_000, username: 'jack_renamed', ...unknown },
  ]);
});

test('money is the newest of the UTC day: before the first run of a day there is none', async (context) => {
  const lines = makeDay(nowMs);
  const known = { spent: 345_000, held: 20_000, setAside: 0, left: 635_000, budget: 1_000_000 };
  assert.deepEqual((await read(context, lines)).money, [{ app: 'default', ...known }]);
  assert.deepEqual((await read(context, lines, midnightMs + dayMs)).money, []);
  const unknown = { held: null, setAside: null, left: null, budget: null };
  assert.deepEqual((await read(context, lines, midnightMs - 1)).money, [{ app: 'other', spent: 900_000, ...unknown }]);
});

test('the summary is that of the newest day, the largest gain first; without one it is absent', async (context) => {
  const lines = makeDay(nowMs);
  assert.deepEqual((await read(context, lines)).summary, {
    startMs: midnightMs - dayMs,
    accounts: [
      { username: 'jack_renamed', followersGained: 88, posts: 2, impressionsGained: 4321 },
      { username: 'shop', followersGained: -3, posts: null, impressionsGained: null },
      { username: 'young', followersGained: null, posts: null, impressionsGained: null },
    ],
  });
  const without = lines.filter((line) => !line.startsWith('twitter_user_daily'));
  assert.equal('summary' in (await read(context, without)), false);
});
