import type { LocalDay } from './local-day.ts';
import type { Series, UsualIntervals } from './series.ts';

/** Everything that is known of one account around the days to be summarised; times in Unix milliseconds. */
export interface AccountHistory {
  readonly userId: string;
  readonly followers: Series;
  /** The names it had, each with the time it was first seen under it, in their order; one at least. */
  readonly names: readonly { readonly time: number; readonly username: string }[];
  /** Known posts in the order of their publication. */
  readonly posts: readonly Post[];
  /** The last sample of each post in each of the days, by the day's date. */
  readonly samples: ReadonlyMap<string, readonly TweetSample[]>;
  /** How often its posts are read. */
  readonly tweetsUsual: UsualIntervals;
}

/** A post, published at `time`. */
export interface Post {
  readonly tweetId: string;
  readonly username: string;
  readonly time: number;
}

/** A post as read at `time`, with X's counts by field. */
export interface TweetSample {
  readonly tweetId: string;
  readonly publishedAt: number;
  readonly time: number;
  readonly counts: Facts;
}

/** Which days are summarised, and from what. */
export interface SummarySpan {
  /** Consecutive days, those before the summarised ones included. */
  readonly days: readonly LocalDay[];
  /** Index of the first of `days` that is summarised; all after it are. */
  readonly first: number;
  /** What happened later is not known yet. */
  readonly until: number;
  /** For how long after its publication a post is read. */
  readonly followedMs: number;
}

/** Numbers by the field they are stored in; `undefined`, and not stored, where not known. */
export type Facts = Readonly<Record<string, number | undefined>>;
