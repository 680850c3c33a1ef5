import { readRows, toCount, toText } from './cells.ts';
import { type Influx, queryInflux, type SeriesAnswer } from './influx.ts';
import type { Post } from './page-state.ts';

const postsShown = 12;
/** The longest that posts may be followed: TWITTER_TWEET_DAYS is at most 30. */
const followedMs = 30 * 86_400_000;
const engagements = ['like_count', 'retweet_count', 'reply_count', 'quote_count', 'bookmark_count'];

/** Asks for the newest posts. */
export function selectPublished(nowMs: number): string {
  return (
    'SELECT "tweet_id","username" FROM "twitter_tweet_published" ' +
    `WHERE time >= ${nowMs - followedMs}ms AND time <= ${nowMs}ms ORDER BY time DESC LIMIT ${postsShown}`
  );
}

/** The posts of that answer with their newest counts. Throws StoreProblem. */
export async function readReach(influx: Influx, published: SeriesAnswer[] | undefined, nowMs: number): Promise<Post[]> {
  const posts = readRows(published, (row) => ({
    timeMs: toCount(row['time']) ?? 0,
    username: toText(row['username']),
    tweetId: toText(row['tweet_id']),
  })).filter(({ tweetId }) => /^\d+$/.test(tweetId));
  if (posts.length === 0) return [];
  const counts = ['impression_count', ...engagements].map((field) => `last("${field}") AS "${field}"`);
  const wanted = posts.map(({ tweetId }) => `"tweet_id" = '${tweetId}'`).join(' OR ');
  const [series] = await queryInflux(influx, [
    `SELECT ${counts.join(',')} FROM "twitter_tweet" WHERE time >= ${posts.at(-1)?.timeMs ?? 0}ms ` +
      `AND time <= ${nowMs}ms AND (${wanted}) GROUP BY "tweet_id"`,
  ]);
  return posts.map(({ timeMs, username, tweetId }) => {
    const row = series?.find(({ tags }) => tags['tweet_id'] === tweetId)?.rows[0] ?? {};
    return { timeMs, username, impressions: toCount(row['impression_count']), engagements: addEngagements(row) };
  });
}

/** The sum of those that are known; null where none is. */
function addEngagements(row: Record<string, unknown>): number | null {
  const known = engagements.map((field) => toCount(row[field])).filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}
