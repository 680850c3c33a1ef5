import { makeSnowflake } from '../../../local/simulator/snowflake.ts';
import { dayMs, hourMs, minuteMs, ticks } from './clock.ts';
import { type Buyer, moneyLines } from './money.ts';

/** How much is filled in. */
export interface Population {
  readonly accounts: number;
  readonly days: number;
}

/** The end of the data. */
export const end = Date.UTC(2026, 10, 1);
const app = 'default';

/** A post of one account: one a day, read every hour for a week. */
interface Post {
  readonly account: number;
  readonly time: number;
  readonly id: string;
}

/** The beginning of the data. */
export function startOf({ days }: Population): number {
  return end - days * dayMs;
}

/** How many lines `linesOfDay` will make for all days, about. */
export function linesIn({ accounts, days }: Population): number {
  return days * (accounts * (96 + 24 * 7 + 2 * 24 + 4) + 3 * 96 + 2 * 24 + 5);
}

/** Line protocol of one UTC day, times in milliseconds: what the function writes when it watches so many accounts. */
export function linesOfDay({ accounts }: Population, day: number): string[] {
  const everyone = Array.from({ length: accounts }, (_, account) => account);
  return [
    ...everyone.flatMap((account) => profileLines(account, day)),
    ...everyone.flatMap((account) => postLines(account, day)),
    ...everyone.flatMap((account) => summaryLines(account, day)),
    ...runLines(accounts, day),
    ...moneyLines(
      app,
      everyone.map((account) => buyerOn(account, day)),
      day,
    ),
  ];
}

function nameOf(account: number): string {
  return `account_${account}`;
}

function idOf(account: number): string {
  return String(1_000_000_000_000 + account);
}

function followersAt(account: number, time: number): number {
  const days = (time - Date.UTC(2025, 0, 1)) / dayMs;
  return Math.floor(1000 * (account + 1) + days * (account + 5) + 20 * Math.sin(days * (1 + account / 7)));
}

function profileLines(account: number, day: number): string[] {
  const key = `twitter_user,user_id=${idOf(account)},username=${nameOf(account)}`;
  return ticks(day, 15 * minuteMs).map((time) => {
    const followers = followersAt(account, time);
    const others = `following_count=${300 + account}i,tweet_count=${Math.floor(time / dayMs)}i,listed_count=${Math.floor(followers / 300)}i`;
    return `${key} followers_count=${followers}i,${others},like_count=${Math.floor(time / hourMs)}i,media_count=90i ${time}`;
  });
}

function postLines(account: number, day: number): string[] {
  const posts = [6, 5, 4, 3, 2, 1, 0].map((age) => postOf(account, day - age * dayMs));
  const read = ticks(day + 7 * minuteMs, hourMs).flatMap((time) =>
    posts.filter((post) => post.time <= time).map((post) => readingLine(post, time)),
  );
  const { id, time } = postOf(account, day);
  const texts = `username="${nameOf(account)}",tweet_id="${id}"`;
  const gained = `followers_before=${followersAt(account, time)}i,followers_gained_1h=3i,followers_gained_24h=40i,followers_gained_7d=200i`;
  return [
    ...read,
    `twitter_tweet_published,user_id=${idOf(account)} ${texts},url="https://x.com/${nameOf(account)}/status/${id}" ${time}`,
    `twitter_tweet_impact,user_id=${idOf(account)} ${texts},${gained},expected_24h=35.5,lift_24h=${(account % 9) - 2.5},overlaps=1i ${time}`,
  ];
}

function postOf(account: number, day: number): Post {
  const time = day + Math.floor((((account * 37 + day / dayMs) % 24) / 24) * dayMs) + account;
  return { account, time, id: makeSnowflake(time, account) };
}

/** What is bought for an account on a day: the day's own post is not out yet at the first tick. */
function buyerOn(account: number, day: number): Buyer {
  const posts = [1, 2, 3, 4, 5, 6].map((age) => postOf(account, day - age * dayMs).id);
  return { name: nameOf(account), id: idOf(account), posts };
}

function readingLine({ account, time, id }: Post, at: number): string {
  const seen = Math.floor(2000 * (account + 1) * (1 - Math.exp((time - at) / (8 * hourMs))));
  const counts = `like_count=${Math.floor(seen / 40)}i,retweet_count=${Math.floor(seen / 300)}i,reply_count=${Math.floor(seen / 500)}i`;
  const others = `quote_count=${Math.floor(seen / 900)}i,bookmark_count=${Math.floor(seen / 700)}i,impression_count=${seen}i`;
  return `twitter_tweet,user_id=${idOf(account)},username=${nameOf(account)},tweet_id=${id} ${counts},${others} ${at}`;
}

function summaryLines(account: number, day: number): string[] {
  const tags = `user_id=${idOf(account)},username=${nameOf(account)}`;
  const [open, close] = [followersAt(account, day), followersAt(account, day + dayMs)];
  const followers = `followers_open=${open}i,followers_close=${close}i,followers_gained=${close - open}i`;
  const posts = `tweets_published=1i,impressions_gained=${2000 * (account + 1)}i,engagements_gained=${60 * (account + 1)}i`;
  const pace = `followers_per_day_28d=${account + 5.25},next_milestone=${close + 1000}i,days_to_milestone=${1000 / (account + 5.25)}`;
  return [
    `twitter_user_daily,${tags} ${followers},${posts},${pace} ${day}`,
    `twitter_correlation,${tags} posts_followers_r=0.31,posts_followers_r_lag1=-0.12,days=30i ${day}`,
  ];
}

function runLines(accounts: number, day: number): string[] {
  const lineOf = (collector: string, time: number): string => {
    const success = time % 7_654_321 < 10_000 ? 0 : 1;
    const counts = `points=${accounts}i,accounts=${accounts}i,accounts_missing=${1 - success}i,requests=1i,resources=${accounts}i`;
    return `twitter_collector_run,app=${app},collector=${collector} success=${success}i,duration_ms=180i,${counts},rate_limit_remaining=299i ${time}`;
  };
  const failure = `twitter_collector_failure,app=${app},collector=user,reason=suspended,account=gone count=1i,detail="X says so"`;
  return [
    ...ticks(day, 15 * minuteMs).flatMap((time) => [lineOf('user', time), `${failure} ${time + 80}`]),
    ...ticks(day + 7 * minuteMs, hourMs).map((time) => lineOf('tweet', time)),
    ...['summarize', 'reconcile'].map((job) => lineOf(job, day + 10 * minuteMs)),
    `twitter_usage,app=${app} posts_x=${7 * accounts}i,posts_ledger=${7 * accounts}i ${day}`,
  ];
}
