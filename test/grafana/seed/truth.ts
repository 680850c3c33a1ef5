import { startClock } from '../../../local/simulator/clock.ts';
import { drawFraction } from '../../../local/simulator/hash.ts';
import { countUser, type UserCounts } from '../../../local/simulator/history.ts';
import { countPost, listPosts, type Post, type PostCounts } from '../../../local/simulator/posts.ts';
import { accounts, apps, dayMs, isShort, killedAt, type SeededAccount } from './plan.ts';
import { seedFrom, seedTo, tweetTicks, userTicks, xAt } from './plan.ts';

/** What X said of an account at a tick. */
export interface Profile {
  readonly time: number;
  readonly counts: UserCounts;
}

/** What X said of a post at a tick. */
export interface Reading {
  readonly time: number;
  readonly counts: PostCounts & Partial<PrivateCounts>;
}

/** What only the owner of an app is told. */
export interface PrivateCounts {
  readonly url_link_clicks: number;
  readonly user_profile_clicks: number;
  readonly engagements: number;
}

/** A post, and all that was read of it. */
export interface SeededPost {
  readonly id: string;
  readonly account: SeededAccount;
  readonly time: number;
  readonly readings: readonly Reading[];
}

/** How many posts of an account are followed, for how long: TWITTER_TWEETS_PER_USER, TWITTER_TWEET_DAYS. */
const followed = { count: 20, days: 7 };

/** Nobody posts every day: what an account gains anyway shows on the others. */
const quietDays = { kind: 41, share: 0.5 };

/** Everything X has said of an account's profile, the oldest first. */
export function profilesOf(account: SeededAccount): readonly Profile[] {
  const ticks = userTicks.filter((time) => time >= account.watchedFrom && isAnswered(account, time));
  return ticks.map((time) => ({ time, counts: countProfile(account, time) }));
}

/** All posts that were followed, with what was read of them, account by account, the oldest first. */
export function postsOf(account: SeededAccount): readonly SeededPost[] {
  if (account.isStill) return [];
  const ticks = tweetTicks.filter((time) => time >= account.watchedFrom && arePostsRead(account, time));
  const posts = publishedBy(account);
  const readings = new Map<string, Reading[]>();
  for (const time of ticks) {
    const read = isShort(account.app, time)
      ? posts.filter(({ id }) => isReadToday(readings.get(id) ?? [], time))
      : followedAt(posts, time);
    for (const post of read) readings.set(post.id, [...(readings.get(post.id) ?? []), readPost(account, post, time)]);
  }
  return posts.flatMap((post) => {
    const read = readings.get(post.id);
    return read === undefined ? [] : [{ id: post.id, account, time: post.createdMs, readings: read }];
  });
}

/** Which posts of an account were read at a tick, the oldest first. */
export type ReadAt = (account: SeededAccount, time: number) => readonly string[];

/** Looks up what was read when. */
export function indexReadings(posts: readonly SeededPost[]): ReadAt {
  const index = new Map<string, string[]>();
  for (const { id, account, readings } of posts)
    for (const { time } of readings) {
      const key = `${account.userId} ${time}`;
      index.set(key, [...(index.get(key) ?? []), id]);
    }
  return ({ userId }, time) => index.get(`${userId} ${time}`) ?? [];
}

function followedAt(posts: readonly Post[], time: number): readonly Post[] {
  const shown = posts.filter(({ createdMs }) => createdMs <= time && createdMs >= time - followed.days * dayMs);
  return shown.slice(-followed.count);
}

/** Whether X gives an account's numbers at a tick. */
export function isAnswered(account: SeededAccount, time: number): boolean {
  return time < account.shownUntil && xAt(account.app, time) === 'answers';
}

/** As `isAnswered`, but for the run that was killed, and for posts that are not read again by their ids. */
export function arePostsRead(account: SeededAccount, time: number): boolean {
  const isLost = account.app === apps[0] && time === killedAt;
  return isAnswered(account, time) && !isLost && !(account.isOwned && isShort(account.app, time));
}

function isReadToday(readings: readonly Reading[], time: number): boolean {
  const midnight = Math.floor(time / dayMs) * dayMs;
  return (readings.at(-1)?.time ?? -Infinity) >= midnight;
}

function publishedBy(account: SeededAccount): readonly Post[] {
  const clock = startClock(1, () => new Date(Math.min(seedTo, account.shownUntil)));
  const posts: Post[] = [];
  for (const post of listPosts(clock, account.simulated)) {
    if (post.createdMs < seedFrom - followed.days * dayMs) break;
    if (drawFraction(account.simulated.seed, quietDays.kind, post.planned.day) > quietDays.share) posts.push(post);
  }
  return posts.reverse();
}

function countProfile(account: SeededAccount, time: number): UserCounts {
  return countUser(account.simulated, account.isStill ? seedFrom : time);
}

function readPost(account: SeededAccount, post: Post, time: number): Reading {
  const counts = countPost(
    startClock(1, () => new Date(time)),
    post,
  );
  if (!account.isOwned) return { time, counts };
  const { impression_count: seen, like_count: liked, retweet_count: shared } = counts;
  const own = { url_link_clicks: Math.floor(seen / 90), user_profile_clicks: Math.floor(seen / 150) };
  return { time, counts: { ...counts, ...own, engagements: liked + shared + own.url_link_clicks } };
}

/** The accounts of each request for profiles: names and ids are asked for apart. */
export function batchesOf(watched: readonly SeededAccount[]): readonly (readonly SeededAccount[])[] {
  const [names, ids] = [false, true].map((byId) => watched.filter(({ key }) => key.startsWith('id:') === byId));
  return [names ?? [], ids ?? []].filter((batch) => batch.length > 0);
}

/** The accounts an app watches at a time. */
export function watchedBy(app: string, time: number): readonly SeededAccount[] {
  return accounts.filter((account) => account.app === app && account.watchedFrom <= time);
}
