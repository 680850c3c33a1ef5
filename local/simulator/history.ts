import type { Account } from './accounts.ts';
import { drawFraction } from './hash.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Before this moment every account stands still. */
const HISTORY_START_MS = Date.parse('2026-07-01T00:00:00Z');
const TICK_MS = 900_000;
const VIRAL_CHANCE_PER_DAY = 0.2;

/** One post, in the time of the simulation. */
export interface PlannedPost {
  readonly day: number;
  readonly slot: number;
  readonly createdMs: number;
  /** Whether it spreads: it reaches many more, and brings followers. */
  readonly viral: boolean;
}

export interface UserCounts {
  followers_count: number;
  following_count: number;
  tweet_count: number;
  listed_count: number;
  like_count: number;
  media_count: number;
}

/** The account's counts at this simulated time, in ms: the same whenever the same account and time are asked for. */
export function countUser(account: Account, atMs: number): UserCounts {
  const days = Math.max(0, atMs - HISTORY_START_MS) / DAY_MS;
  const followers = countFollowers(account, atMs);
  const tweets = 100 + Math.floor(4000 * drawFraction(account.seed, 2)) + countPosts(account, atMs);
  return {
    followers_count: followers,
    following_count: 40 + Math.floor(900 * drawFraction(account.seed, 3) + days / 9),
    tweet_count: tweets,
    listed_count: Math.floor(followers / (150 + 300 * drawFraction(account.seed, 4))),
    like_count: Math.floor(9000 * drawFraction(account.seed, 5) + days * 6),
    media_count: Math.floor(tweets * (0.1 + 0.3 * drawFraction(account.seed, 6))),
  };
}

/** Followers grow with a daily rhythm, a little noise, and a jump after each post that spreads. */
export function countFollowers(account: Account, atMs: number): number {
  const { seed } = account;
  const start = Math.floor(2000 * 100 ** drawFraction(seed, 7));
  const perDay = 250 + start * (0.001 + 0.003 * drawFraction(seed, 8));
  const days = Math.max(0, atMs - HISTORY_START_MS) / DAY_MS;
  const phase = drawFraction(seed, 9);
  const rhythm = (0.7 / (2 * Math.PI)) * (Math.sin(2 * Math.PI * (days - phase)) + Math.sin(2 * Math.PI * phase));
  const noise = perDay * (TICK_MS / DAY_MS) * 0.4 * drawNoise(seed, atMs);
  let jumps = 0;
  for (let day = Math.floor(HISTORY_START_MS / DAY_MS); day * DAY_MS <= atMs; day++) {
    if (isViralDay(seed, day)) jumps += jumpOfDay(account, day, atMs) * perDay;
  }
  return Math.max(0, Math.floor(start + perDay * (days + rhythm) + noise + jumps));
}

/** The posts of one day (days since 1970), the newest first; none before the simulation's history begins. */
export function planPosts(account: Account, day: number): PlannedPost[] {
  if (day * DAY_MS < HISTORY_START_MS) return [];
  const posts = Array.from({ length: countPostsPerDay(account) }, (_, slot) => ({
    day,
    slot,
    createdMs: timeOfPost(account.seed, day, slot),
    viral: slot === 0 && isViralDay(account.seed, day),
  }));
  return posts.sort((a, b) => b.createdMs - a.createdMs);
}

function countPosts(account: Account, atMs: number): number {
  const today = Math.floor(atMs / DAY_MS);
  const wholeDays = Math.max(0, today - Math.floor(HISTORY_START_MS / DAY_MS));
  const publishedToday = planPosts(account, today).filter((post) => post.createdMs <= atMs);
  return countPostsPerDay(account) * wholeDays + publishedToday.length;
}

function countPostsPerDay(account: Account): number {
  return 1 + Math.floor(4 * drawFraction(account.seed, 10));
}

function timeOfPost(seed: number, day: number, slot: number): number {
  return Math.floor(day * DAY_MS + HOUR_MS * (7 + 16 * drawFraction(seed, 20 + slot, day)));
}

function isViralDay(seed: number, day: number): boolean {
  return drawFraction(seed, 11, day) < VIRAL_CHANCE_PER_DAY;
}

/** The followers that the day's spreading post has brought by now, in usual days' worth. */
function jumpOfDay(account: Account, day: number, atMs: number): number {
  const ageHours = (atMs - timeOfPost(account.seed, day, 0)) / HOUR_MS;
  if (ageHours <= 0) return 0;
  return (0.5 + 2.5 * drawFraction(account.seed, 12, day)) * (1 - Math.exp(-ageHours / 4));
}

/** Smooth noise between -1 and 1 that changes over about half an hour. */
function drawNoise(seed: number, atMs: number): number {
  const position = atMs / (2 * TICK_MS);
  const index = Math.floor(position);
  const [before, after] = [drawFraction(seed, 13, index), drawFraction(seed, 13, index + 1)];
  const weight = (1 - Math.cos(Math.PI * (position - index))) / 2;
  return 2 * (before + (after - before) * weight) - 1;
}
