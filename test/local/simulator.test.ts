import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startSimulator } from '../../local/simulator/server.ts';

const START_MS = Date.parse('2026-11-23T12:00:00Z');
const TICK_MS = 15_000;
const BEARER = 'Bearer some-token';

interface User {
  id: string;
  username: string;
  public_metrics: Record<string, number>;
}
interface Post {
  id: string;
  created_at: string;
  public_metrics: Record<string, number>;
}
interface Answer<Data> {
  status: number;
  headers: Headers;
  text: string;
  body: { data?: Data; errors?: Record<string, unknown>[]; meta?: Record<string, unknown>; [key: string]: unknown };
}
/** A simulator at a time that only `wait` moves. */
interface World {
  readonly ask: <Data = User[]>(path: string, authorization?: string) => Promise<Answer<Data>>;
  readonly wait: (ms: number) => void;
}

test('followers grow with nearly every tick, by the same numbers for everyone who asks', async (t) => {
  const [one, other] = [await startWorld(t), await startWorld(t)];
  const series: number[][] = [];
  for (let tick = 0; tick < 96; tick++) {
    const path = 'users/by?usernames=harbour_lights,quietpixel&user.fields=public_metrics';
    const [{ body }, again] = [await one.ask(path), await other.ask(path)];
    assert.deepEqual(body, again.body);
    series.push(body.data?.map((user) => user.public_metrics['followers_count'] ?? NaN) ?? []);
    one.wait(TICK_MS);
    other.wait(TICK_MS);
  }
  for (const account of [0, 1]) {
    const steps = series.slice(1).map((counts, index) => (counts[account] ?? NaN) - (series[index]?.[account] ?? NaN));
    assert.ok(steps.filter((step) => step > 0).length > 80, `account ${account} moves: ${steps.join(' ')}`);
    assert.ok(Math.min(...steps) >= -2, 'it hardly ever falls');
    assert.ok(new Set(steps).size > 3, 'it is no straight line');
  }
});

test('a name is found in any spelling and answered in one, with an id that finds it again', async (t) => {
  const { ask } = await startWorld(t);
  const byName = await ask('users/by?usernames=Harbour_LIGHTS');
  const [user] = byName.body.data ?? [];
  assert.ok(user);
  assert.match(user.id, /^[0-9]{1,19}$/);
  assert.deepEqual(Object.keys(user), ['id', 'name', 'username']);
  assert.equal(user.username, 'harbour_lights');
  assert.deepEqual((await ask(`users?ids=${user.id}`)).body, byName.body);
  assert.deepEqual((await ask<User>(`users/${user.id}`)).body.data, user);
  assert.deepEqual((await ask<User>('users/by/username/HARBOUR_lights')).body.data, user);
});

test('an account that was only asked for by id has a name, and the name the same id', async (t) => {
  const { ask } = await startWorld(t);
  for (const id of ['12', '9223372036854775807']) {
    const user = (await ask<User>(`users/${id}`)).body.data;
    assert.equal(user?.id, id);
    assert.match(user.username, /^[A-Za-z0-9_]{1,15}$/);
    assert.equal((await ask<User>(`users/by/username/${user.username}`)).body.data?.id, id);
  }
});

test('what X does not give comes as errors beside the others, and without data where nothing is left', async (t) => {
  const { ask } = await startWorld(t);
  const suspended = {
    value: 'suspended_sam',
    detail: 'User has been suspended: [suspended_sam].',
    title: 'Forbidden',
    resource_type: 'user',
    parameter: 'usernames',
    resource_id: 'suspended_sam',
    type: 'https://api.twitter.com/2/problems/resource-not-found',
  };
  const unknown = {
    ...suspended,
    value: 'nobody_at_all',
    detail: 'Could not find user with usernames: [nobody_at_all].',
    title: 'Not Found Error',
    resource_id: 'nobody_at_all',
  };
  const partial = await ask('users/by?usernames=suspended_sam,quietpixel,nobody_at_all');
  assert.equal(partial.status, 200);
  assert.deepEqual(partial.body.errors, [suspended, unknown]);
  assert.equal(partial.body.data?.length, 1);
  const none = await ask('users/by?usernames=suspended_sam');
  assert.equal(none.status, 200);
  assert.deepEqual(none.body, { errors: [suspended] });
});

test('a protected account shows its profile and hides its posts', async (t) => {
  const { ask } = await startWorld(t);
  const [user] = (await ask('users/by?usernames=protected_pat&user.fields=protected,public_metrics')).body.data ?? [];
  assert.equal((user as { protected?: boolean } | undefined)?.protected, true);
  const id = user?.id ?? '';
  const { status, body } = await ask(`users/${id}/tweets`);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ['errors']);
  const [error] = body.errors ?? [];
  assert.equal(error?.['title'], 'Authorization Error');
  assert.equal(error['detail'], `Sorry, you are not authorized to see the user with id: [${id}].`);
});

test('a timeline pages backwards without a gap, and its posts are found again by id', async (t) => {
  const { ask, wait } = await startWorld(t);
  wait(TICK_MS * 400);
  const id = (await ask<User>('users/by/username/harbour_lights')).body.data?.id ?? '';
  const path = `users/${id}/tweets?tweet.fields=created_at,public_metrics&start_time=2026-10-01T00:00:00Z`;
  const whole = (await ask<Post[]>(`${path}&max_results=20`)).body;
  const first = (await ask<Post[]>(`${path}&max_results=10`)).body;
  const second = (await ask<Post[]>(`${path}&max_results=10&pagination_token=${String(first.meta?.['next_token'])}`))
    .body;
  assert.deepEqual([...(first.data ?? []), ...(second.data ?? [])], whole.data);
  const posts = whole.data ?? [];
  assert.equal(posts.length, 20);
  assert.deepEqual(
    posts.map((post) => post.created_at),
    posts.map((post) => new Date(Number(BigInt(post.id) >> 22n) + 1288834974657).toISOString()),
  );
  assert.deepEqual(
    posts,
    [...posts].sort((a, b) => b.created_at.localeCompare(a.created_at)),
  );
  assert.ok(posts.every((post) => Date.parse(post.created_at) <= START_MS + TICK_MS * 400));
  assert.ok(
    posts.some((post) => Date.parse(post.created_at) > START_MS),
    'something was published meanwhile',
  );
  const ids = posts.map((post) => post.id).join(',');
  const byId = await ask<Post[]>(`tweets?ids=${ids},20&tweet.fields=created_at,public_metrics`);
  assert.deepEqual(byId.body.data, posts);
  assert.equal(byId.body.errors?.[0]?.['detail'], 'Could not find tweet with ids: [20].');
});

test('a timeline in which nothing matches has a meta and no data', async (t) => {
  const { ask } = await startWorld(t);
  const { status, body } = await ask(
    'users/12/tweets?start_time=2026-11-23T11:59:59Z&end_time=2026-11-23T11:59:59.500Z',
  );
  assert.equal(status, 200);
  assert.deepEqual(body, { meta: { result_count: 0 } });
});

test('the answer speaks the vocabulary it is asked in, and gives metrics only when asked', async (t) => {
  const { ask } = await startWorld(t);
  const countsOf = async (query: string): Promise<string[]> => {
    const [post] = (await ask<Partial<Post>[]>(`users/12/tweets?max_results=5${query}`)).body.data ?? [];
    return Object.keys(post?.public_metrics ?? post ?? {});
  };
  const others = ['reply_count', 'like_count', 'quote_count', 'bookmark_count', 'impression_count'];
  assert.deepEqual(await countsOf('&tweet.fields=public_metrics'), ['retweet_count', ...others]);
  assert.deepEqual(await countsOf('&post.fields=public_metrics'), ['repost_count', ...others]);
  assert.deepEqual(await countsOf(''), ['id', 'text', 'edit_history_tweet_ids']);
});

test('private metrics are refused field by field', async (t) => {
  const { ask } = await startWorld(t);
  const { body } = await ask<Post[]>('users/12/tweets?max_results=5&tweet.fields=non_public_metrics');
  const id = body.data?.[0]?.id ?? '';
  assert.equal(body.errors?.length, 20);
  assert.deepEqual(body.errors[0], {
    value: id,
    detail: `Sorry, you are not authorized to access 'non_public_metrics.impression_count' on the Tweet with id : [${id}].`,
    title: 'Field Authorization Error',
    section: 'data',
    field: 'non_public_metrics.impression_count',
    resource_type: 'tweet',
    parameter: 'id',
    resource_id: id,
    type: 'https://api.twitter.com/2/problems/not-authorized-for-field',
  });
});

test('usage counts each post once a day, in strings', async (t) => {
  const { ask, wait } = await startWorld(t);
  await ask('users/12/tweets?max_results=5');
  await ask('users/12/tweets?max_results=5');
  wait(86_400_000);
  const { body } = await ask<Record<string, unknown>>('usage/tweets?days=2&usage.fields=daily_project_usage');
  assert.equal(body.data?.['project_usage'], '5');
  assert.deepEqual((body.data['daily_project_usage'] as { usage: unknown }).usage, [
    { date: '2026-11-23T00:00:00.000Z', usage: '5' },
    { date: '2026-11-24T00:00:00.000Z', usage: '0' },
  ]);
  assert.equal((await ask('usage/tweets', 'OAuth oauth_consumer_key="k"')).status, 403);
});

async function startWorld(t: TestContext): Promise<World> {
  let nowMs = START_MS;
  const simulator = await startSimulator({ port: 0, speed: 60, now: () => new Date(nowMs) });
  t.after(() => simulator.close());
  return {
    wait: (ms) => {
      nowMs += ms;
    },
    ask: async <Data>(path: string, authorization = BEARER): Promise<Answer<Data>> => {
      const response = await fetch(`${simulator.url}${path}`, { headers: { authorization } });
      const text = await response.text();
      const body = text.startsWith('{') ? (JSON.parse(text) as Answer<Data>['body']) : {};
      return { status: response.status, headers: response.headers, text, body };
    },
  };
}
