import { findAccountById } from './accounts.ts';
import { checkPathPart, ID, readList } from './parameters.ts';
import { countPost, findPost, listPosts, type Post } from './posts.ts';
import { InvalidRequest, type Reply, reportMissingPost, reportMissingUser, reportPrivateField } from './problems.ts';
import { reportProtectedUser, type ResourceError } from './problems.ts';
import type { Simulation } from './simulation.ts';
import { isGone } from './users.ts';

/** What only the author may ask for. */
const PRIVATE_FIELDS: Record<string, string[]> = {
  non_public_metrics: ['impression_count', 'url_link_clicks', 'user_profile_clicks', 'engagements'],
  organic_metrics: ['impression_count', 'retweet_count', 'reply_count', 'like_count'],
  promoted_metrics: ['impression_count', 'retweet_count', 'reply_count', 'like_count'],
};

/** The newest posts of an account within the bounds asked for, a page at a time. */
export function answerTimeline(simulation: Simulation, query: URLSearchParams, id: string): Reply {
  checkPathPart('id', id, ID);
  const author = findAccountById(simulation.known, id);
  if (isGone(author)) return { status: 200, body: { errors: [reportMissingUser(author, 'id', id)] } };
  if (author.state === 'protected') return { status: 200, body: { errors: [reportProtectedUser(id)] } };
  const size = Number(query.get('max_results') ?? 10);
  const found: Post[] = [];
  for (const post of listPosts(simulation.clock, author)) {
    if (isOlderThanAsked(post, query) || found.length > size) break;
    if (!isNewerThanAsked(post, query)) found.push(post);
  }
  const page = found.slice(0, size);
  const [newest, oldest] = [page[0], page.at(-1)];
  if (newest === undefined || oldest === undefined) return { status: 200, body: { meta: { result_count: 0 } } };
  recordReads(simulation, page);
  const meta = {
    result_count: page.length,
    newest_id: newest.id,
    oldest_id: oldest.id,
    ...(found.length > size && { next_token: encodeToken(oldest.id) }),
  };
  const errors = reportPrivateFields(page, 'id', query);
  const data = page.map((post) => showPost(simulation, post, query));
  return { status: 200, body: { data, ...(errors.length > 0 && { errors }), meta } };
}

export function answerTweetsById(simulation: Simulation, query: URLSearchParams): Reply {
  const asked = readList(query, 'ids').map((id) => ({ id, post: findPost(simulation.clock, simulation.known, id) }));
  const posts = asked.flatMap(({ post }) => post ?? []);
  recordReads(simulation, posts);
  const missing = asked.filter(({ post }) => post === undefined).map(({ id }) => reportMissingPost(id));
  const errors = [...missing, ...reportPrivateFields(posts, 'ids', query)];
  const data = posts.map((post) => showPost(simulation, post, query));
  return { status: 200, body: { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) } };
}

function showPost(simulation: Simulation, post: Post, query: URLSearchParams): object {
  const newNames = query.has('post.fields');
  const extras: Record<string, () => unknown> = {
    author_id: () => post.author.id,
    conversation_id: () => post.id,
    created_at: () => new Date(post.createdMs).toISOString(),
    lang: () => 'en',
    possibly_sensitive: () => false,
    public_metrics: () => {
      const { retweet_count, ...others } = countPost(simulation.clock, post);
      return newNames ? { repost_count: retweet_count, ...others } : { retweet_count, ...others };
    },
  };
  const shown = askedFields(query).filter((field) => field in extras);
  return {
    id: post.id,
    text: 'A post that only exists in the simulator.',
    [newNames ? 'edit_history_post_ids' : 'edit_history_tweet_ids']: [post.id],
    ...Object.fromEntries(shown.map((field) => [field, extras[field]?.()] as const)),
  };
}

function reportPrivateFields(posts: Post[], parameter: string, query: URLSearchParams): ResourceError[] {
  const fields = askedFields(query).flatMap((name) => (PRIVATE_FIELDS[name] ?? []).map((part) => `${name}.${part}`));
  return posts.flatMap((post) => fields.map((field) => reportPrivateField(post.id, parameter, field)));
}

/** `post.fields` is the new name of `tweet.fields`; the answer speaks the vocabulary it is asked in. */
function askedFields(query: URLSearchParams): string[] {
  return readList(query, query.has('post.fields') ? 'post.fields' : 'tweet.fields');
}

function isOlderThanAsked(post: Post, query: URLSearchParams): boolean {
  const [start, sinceId] = [query.get('start_time'), query.get('since_id')];
  return (
    (start !== null && post.createdMs < Date.parse(start)) || (sinceId !== null && BigInt(post.id) <= BigInt(sinceId))
  );
}

function isNewerThanAsked(post: Post, query: URLSearchParams): boolean {
  const [end, untilId, token] = [query.get('end_time'), query.get('until_id'), query.get('pagination_token')];
  const bounds = [untilId, token === null ? null : decodeToken(token)].flatMap((id) => id ?? []);
  return (
    (end !== null && post.createdMs >= Date.parse(end)) || bounds.some((bound) => BigInt(post.id) >= BigInt(bound))
  );
}

function encodeToken(id: string): string {
  return BigInt(id).toString(36);
}

function decodeToken(token: string): string {
  let id = 0n;
  for (const digit of token) id = id * 36n + BigInt(parseInt(digit, 36) || 0);
  if (encodeToken(id.toString()) === token) return id.toString();
  const message = 'The `pagination_token` query parameter value is not valid';
  throw new InvalidRequest([{ parameters: { pagination_token: [token] }, message }]);
}

function recordReads({ postReads, clock }: Simulation, posts: Post[]): void {
  const today = clock.now().toISOString().slice(0, 10);
  const read = postReads.get(today) ?? new Set<string>();
  postReads.set(today, read);
  for (const post of posts) read.add(post.id);
}
