import type { Account, KnownAccounts } from './accounts.ts';
import { type Clock, toRealMs, toSimulatedMs } from './clock.ts';
import { drawFraction } from './hash.ts';
import { countFollowers, DAY_MS, type PlannedPost, planPosts } from './history.ts';
import { makeSnowflake, readSnowflakeLow, readSnowflakeMs } from './snowflake.ts';

/** A post as it is published: its id and its time are real, so that it lies where the clock on the wall says. */
export interface Post {
  readonly id: string;
  readonly author: Account;
  readonly createdMs: number;
  readonly planned: PlannedPost;
}

export interface PostCounts {
  retweet_count: number;
  reply_count: number;
  like_count: number;
  quote_count: number;
  bookmark_count: number;
  impression_count: number;
}

/** X gives the newest 3,200 posts of an account and no more. */
const TIMELINE_LENGTH = 3200;
const SLOT_BITS = 4;

/** What the account has published by now, newest first, lazily. */
export function* listPosts(clock: Clock, author: Account): Generator<Post> {
  const nowMs = toSimulatedMs(clock, clock.now().getTime());
  let listed = 0;
  for (let day = Math.floor(nowMs / DAY_MS); listed < TIMELINE_LENGTH; day--) {
    const posts = planPosts(author, day);
    if (posts.length === 0) return;
    for (const planned of posts.filter((post) => post.createdMs <= nowMs)) {
      listed++;
      yield publishPost(clock, author, planned);
    }
  }
}

/** The post of this id by one of the known accounts, undefined where none of them has published it. */
export function findPost(clock: Clock, known: KnownAccounts, id: string): Post | undefined {
  const createdMs = toSimulatedMs(clock, readSnowflakeMs(id));
  if (createdMs > toSimulatedMs(clock, clock.now().getTime())) return undefined;
  const day = Math.floor(createdMs / DAY_MS);
  const authors = [...known.values()].filter(
    (account) => account.state === 'open' && tagOf(account) === readSnowflakeLow(id) >> SLOT_BITS,
  );
  // Real milliseconds are rounded, so a post near midnight may belong to the day before.
  const posts = authors.flatMap((author) =>
    [day - 1, day].flatMap((each) => planPosts(author, each).map((planned) => publishPost(clock, author, planned))),
  );
  return posts.find((post) => post.id === BigInt(id).toString());
}

/** The post's counts now: they rise steeply at first and level off within a day or two. */
export function countPost(clock: Clock, post: Post): PostCounts {
  const { author, planned } = post;
  const nowMs = toSimulatedMs(clock, clock.now().getTime());
  const ageHours = Math.max(0, nowMs - planned.createdMs) / 3_600_000;
  const draw = (kind: number): number => drawFraction(author.seed, kind + planned.slot * 16, planned.day);
  const reach = countFollowers(author, planned.createdMs) * (0.04 + 0.2 * draw(100)) * (planned.viral ? 8 : 1);
  const impressions = reach * (1 - Math.exp(-ageHours / (3 + 9 * draw(101))));
  return {
    retweet_count: Math.floor(impressions * (0.001 + 0.006 * draw(102))),
    reply_count: Math.floor(impressions * (0.0005 + 0.003 * draw(103))),
    like_count: Math.floor(impressions * (0.01 + 0.03 * draw(104))),
    quote_count: Math.floor(impressions * (0.0002 + 0.001 * draw(105))),
    bookmark_count: Math.floor(impressions * (0.0005 + 0.004 * draw(106))),
    impression_count: Math.floor(impressions),
  };
}

function publishPost(clock: Clock, author: Account, planned: PlannedPost): Post {
  const createdMs = toRealMs(clock, planned.createdMs);
  return { id: makeSnowflake(createdMs, (tagOf(author) << SLOT_BITS) | planned.slot), author, createdMs, planned };
}

function tagOf(author: Account): number {
  return author.seed & 0x3ffff;
}
