import { type Finding, oneLine, RunError } from '../../failure.ts';
import { isRecord } from '../../json.ts';
import type { Measurement } from '../../measurement.ts';
import type { Identity } from '../collector.ts';
import { countsIn, type FieldSources } from '../counts.ts';
import { toFinding } from '../user/answer.ts';

/** A post as X sends it, cut down to what is used. Its text is not. */
export interface XTweet {
  readonly id: string;
  /** Public and private metrics in one, still unchecked. */
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** A checked answer of a timeline or a look-up of posts. */
export interface TweetAnswer {
  readonly tweets: readonly XTweet[];
  /** What X says of the whole timeline, or of fields it does not show. */
  readonly findings: readonly Finding[];
  readonly malformed: number;
}

/** X renamed `retweet_count` in August 2026; the newer name wins where both are there. */
const fieldSources: FieldSources = {
  like_count: ['like_count'],
  retweet_count: ['repost_count', 'retweet_count'],
  reply_count: ['reply_count'],
  quote_count: ['quote_count'],
  bookmark_count: ['bookmark_count'],
  impression_count: ['impression_count'],
  url_link_clicks: ['url_link_clicks'],
  user_profile_clicks: ['user_profile_clicks'],
  engagements: ['engagements'],
};
/** The first 41 of an id's 63 bits are milliseconds since then: https://docs.x.com/x-api/fundamentals/x-ids */
const snowflakeEpochMs = 1_288_834_974_657;

/**
 * Checks the shape of `GET /2/users/:id/tweets` and `/2/tweets`. An empty timeline has neither data nor errors, but a
 * meta. Throws a `RunError` (`bad_answer`) for another shape.
 */
export function parseTweetAnswer(body: unknown, kind: 'timeline' | 'look-up'): TweetAnswer {
  if (!isRecord(body)) throw badAnswer('something that is no JSON object');
  const { data, errors, meta } = body;
  if (data === undefined && errors === undefined && !(kind === 'timeline' && isRecord(meta))) {
    throw badAnswer('neither data nor errors');
  }
  if ((data !== undefined && !Array.isArray(data)) || (errors !== undefined && !Array.isArray(errors))) {
    throw badAnswer('data or errors that are no list');
  }
  const tweets = (data ?? []).map(toXTweet);
  const malformed = tweets.filter((entry) => entry === undefined).length;
  return {
    tweets: tweets.filter((entry) => entry !== undefined),
    findings: [
      ...findingsOf(errors ?? [], data === undefined),
      ...(malformed > 0 ? [malformedFinding(malformed)] : []),
    ],
    malformed,
  };
}

/** A post as points: its metrics at the time of the tick, and its publication at its own time. */
export function toTweetMeasurements(
  { id, metrics }: XTweet,
  { id: userId, username }: Identity,
  time: number,
): Measurement[] {
  const fields = countsIn(metrics, fieldSources);
  const published: Measurement = {
    name: 'twitter_tweet_published',
    tags: { user_id: userId },
    fields: { username, tweet_id: id, url: `https://x.com/${username}/status/${id}` },
    time: publishedAt(id),
  };
  if (Object.keys(fields).length === 0) return [published];
  return [{ name: 'twitter_tweet', tags: { user_id: userId, username, tweet_id: id }, fields, time }, published];
}

/** When a post was published, in Unix milliseconds, from its id. */
export function publishedAt(id: string): number {
  return Number(BigInt(id) >> 22n) + snowflakeEpochMs;
}

function toXTweet(entry: unknown): XTweet | undefined {
  if (!isRecord(entry) || typeof entry['id'] !== 'string' || !/^[0-9]{1,19}$/.test(entry['id'])) return undefined;
  const { public_metrics: open, non_public_metrics: closed } = entry;
  return { id: entry['id'], metrics: { ...(isRecord(closed) ? closed : {}), ...(isRecord(open) ? open : {}) } };
}

/** Fields not shown are said once for each post and field; one sentence is enough. Posts that are gone are no failure. */
function findingsOf(errors: readonly unknown[], wholeTimeline: boolean): Finding[] {
  const records = errors.filter(isRecord);
  const hidden = records.find(({ title }) => title === 'Field Authorization Error');
  const findings = wholeTimeline && hidden === undefined ? records.slice(0, 1).map(toFinding) : [];
  if (hidden === undefined) return findings;
  const detail = oneLine(
    `X does not show the private metrics (${String(hidden['detail'])}): is the account the owner of the X app?`,
  );
  return [{ reason: 'forbidden', detail, retryable: false }];
}

function malformedFinding(count: number): Finding {
  const detail = `X answered 200 with ${count} entries that are no post: they were left out`;
  return { reason: 'bad_answer', detail, retryable: true };
}

function badAnswer(what: string): RunError {
  return new RunError('bad_answer', `X answered 200 with ${what} where posts were expected`, { retryable: true });
}
