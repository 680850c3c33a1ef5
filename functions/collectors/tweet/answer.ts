import { isXId } from '../../config/accounts.ts';
import { type Failure, RunError } from '../../failure.ts';
import type { Point } from '../../measurement.ts';
import { countsIn, toFailure } from '../answer.ts';
import type { Answer, Identity, Problem, Read } from '../collector.ts';

/** A post as X sends it, cut down to what is used. Its text is not. */
export interface XTweet {
  /** The id X returned, which is the one it bills. */
  readonly id: string;
  /** The id it was first published under: an edit gives a post another one. */
  readonly firstId: string;
  /** Public and private metrics in one, still unchecked. */
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** A checked answer of a timeline or a look-up of posts. */
export interface TweetAnswer {
  readonly tweets: readonly XTweet[];
  /** What X says of the whole timeline, or of fields it does not show. */
  readonly failures: readonly Failure[];
  /** Entries that are not posts. */
  readonly unreadable: number;
  /** Where the timeline goes on, if it does. */
  readonly nextToken: string | undefined;
}

/** The first 41 of an id's 63 bits are milliseconds since then: https://docs.x.com/x-api/fundamentals/x-ids */
const snowflakeEpochMs = 1_288_834_974_657;

/**
 * Checks the shape of `GET /2/users/:id/tweets` and `/2/tweets`. An empty timeline has neither data nor errors, but a
 * meta. Throws a `RunError` (`bad_answer`) for another shape.
 */
export function parseTweetAnswer({ body, problems }: Answer, kind: 'timeline' | 'look-up'): TweetAnswer {
  const { data, errors, meta } = body;
  const isEmpty = data === undefined && errors === undefined && !(kind === 'timeline' && meta !== undefined);
  if (isEmpty || (data !== undefined && !Array.isArray(data))) {
    const detail = `X answered 200 with ${isEmpty ? 'neither data nor errors' : 'data that is not a list'} where posts were expected`;
    throw new RunError({ reason: 'bad_answer', detail }, { status: 200 });
  }
  const entries: unknown[] = data ?? [];
  const tweets = entries.map(toXTweet).filter((tweet) => tweet !== undefined);
  const unreadable = entries.length - tweets.length;
  const failures = failuresIn(problems, kind === 'timeline' && data === undefined);
  const detail = `X answered 200 with ${unreadable} entries that are not posts: they were left out`;
  if (unreadable > 0) failures.push({ reason: 'bad_answer', detail });
  const token = ((meta ?? {}) as Readonly<Record<string, unknown>>)['next_token'];
  return { tweets, failures, unreadable, nextToken: typeof token === 'string' && token !== '' ? token : undefined };
}

/** Takes posts out of an answer to a request for the accounts with these keys. */
export function readTweets(kind: 'timeline' | 'look-up', keys: readonly string[]): Read<TweetAnswer> {
  return (answer) => {
    const value = parseTweetAnswer(answer, kind);
    return { value, ids: value.tweets.map(({ id }) => id), answered: keys, unreadable: value.unreadable };
  };
}

/** A post as points: its metrics at the time of the tick, and its publication at its own time. */
export function toTweetPoints({ firstId, metrics }: XTweet, { id: userId, username }: Identity, time: number): Point[] {
  const fields = countsIn(metrics, 'twitter_tweet');
  const published: Point = {
    measurement: 'twitter_tweet_published',
    tags: { user_id: userId },
    fields: { username, tweet_id: firstId, url: `https://x.com/${username}/status/${firstId}` },
    time: publishedAt(firstId),
  };
  if (Object.keys(fields).length === 0) return [published];
  const tags = { user_id: userId, username, tweet_id: firstId };
  return [{ measurement: 'twitter_tweet', tags, fields, time }, published];
}

/** When a post was published, in Unix milliseconds, from its id. */
export function publishedAt(id: string): number {
  return Number(BigInt(id) >> 22n) + snowflakeEpochMs;
}

function toXTweet(entry: unknown): XTweet | undefined {
  const post = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const { id, public_metrics: open, non_public_metrics: closed } = post;
  if (!isXId(id)) return undefined;
  // The first of its ids is the oldest; X names the list by the newer word or the older.
  const history = post['edit_history_post_ids'] ?? post['edit_history_tweet_ids'];
  const first: unknown = Array.isArray(history) ? history[0] : undefined;
  const metrics = { ...(closed as XTweet['metrics'] | undefined), ...(open as XTweet['metrics'] | undefined) };
  return { id, firstId: isXId(first) ? first : id, metrics };
}

/** Fields not shown are said once for each post and field; one sentence is enough. Posts that are gone are no failure. */
function failuresIn(problems: readonly Problem[], isWholeTimeline: boolean): Failure[] {
  const hidden = problems.find(({ title }) => title === 'Field Authorization Error');
  if (hidden === undefined) return isWholeTimeline ? problems.slice(0, 1).map(toFailure) : [];
  const detail = `X does not show the private metrics (${hidden.detail}): is the account the owner of the X app?`;
  return [{ reason: 'forbidden', detail }];
}
