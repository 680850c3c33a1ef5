import type { Measurement } from '../measurement.ts';
import { correlate, type Pair } from './correlation.ts';
import { type DayFacts, factsOfDay } from './daily.ts';
import { type Impact, impactsOf, type Post } from './impact.ts';
import type { LocalDay } from './local-day.ts';
import type { Series, UsualIntervals } from './series.ts';
import { type TweetGains, tweetGainsOf, type TweetSample } from './tweet-gains.ts';

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

const dayMs = 86_400_000;
/** Days a summary needs before the first it is made of: the windows before a post of a week ago, and what is usual before those. */
export const daysNeededBefore = 7 + 28 + 8;
const correlatedDays = 30;
/** A post's longest window: it is rewritten until then. */
const longestWindowMs = 7 * dayMs;

/** The points of the summary of one account: its days, the posts whose windows reach into them, and the correlations. */
export function summarizeHistory(history: AccountHistory, span: SummarySpan): Measurement[] {
  const { days, first, followedMs } = span;
  const published = history.posts.map(({ time }) => time);
  const facts = days.map((_day, index) => factsOfDay(days, index, history.followers, published));
  const summarised = days.map((day, index) => ({ day, index })).slice(first);
  const daily = summarised.flatMap(({ day, index }) => {
    const fact = facts[index];
    if (fact === undefined) return [];
    const samplesOf = (of: LocalDay | undefined): readonly TweetSample[] => history.samples.get(of?.date ?? '') ?? [];
    const before = samplesOf(days[index - 1]);
    const gains = tweetGainsOf(day, before, samplesOf(day), history.tweetsUsual, followedMs);
    return [
      ...toPoint('twitter_user_daily', history, day, dailyFields(fact, gains)),
      ...toPoint(
        'twitter_correlation',
        history,
        day,
        correlationFields(facts.slice(Math.max(0, index + 1 - correlatedDays), index + 1)),
      ),
    ];
  });
  return [...daily, ...impactPoints(history, span)];
}

/** The fields of a day that are known. */
function dailyFields(facts: DayFacts, { impressions, engagements }: TweetGains): Record<string, number> {
  return knownOf({
    followers_open: facts.open,
    followers_close: facts.close,
    followers_gained: facts.gained,
    tweets_published: facts.published,
    impressions_gained: impressions,
    engagements_gained: engagements,
    followers_per_day_28d: facts.pace,
    next_milestone: facts.milestone,
    days_to_milestone: facts.daysToMilestone,
  });
}

/** Posts of a day against the followers gained on it and on the day after, over these days. */
function correlationFields(last: readonly DayFacts[]): Record<string, number> {
  const sameDay = correlate(last.map(({ published, gained }): Pair => [published, gained]));
  if (sameDay.pairs === 0) return {};
  const nextDay = correlate(
    last.slice(0, -1).map(({ published }, index): Pair => [published, last[index + 1]?.gained]),
  );
  return knownOf({ posts_followers_r: sameDay.r, posts_followers_r_lag1: nextDay.r, days: sameDay.pairs });
}

function impactPoints(
  { userId, followers, posts }: AccountHistory,
  { days, first, until }: SummarySpan,
): Measurement[] {
  const from = (days[first]?.start ?? 0) - longestWindowMs;
  const end = days.at(-1)?.end ?? 0;
  const concerned = posts.filter(({ time }) => time >= from && time < end);
  const impacts = impactsOf(followers, posts, concerned, until);
  return impacts.map(({ post, impact }) => toImpactPoint(userId, post, impact));
}

function toImpactPoint(userId: string, post: Post, impact: Impact): Measurement {
  const { tweetId, username, time } = post;
  const counts = knownOf({
    followers_before: impact.before,
    followers_gained_1h: impact.gained1h,
    followers_gained_24h: impact.gained24h,
    followers_gained_7d: impact.gained7d,
    expected_24h: impact.expected24h,
    lift_24h: impact.lift24h,
    overlaps: impact.overlaps,
  });
  const fields = { username, tweet_id: tweetId, ...counts };
  return { name: 'twitter_tweet_impact', tags: { user_id: userId }, fields, time };
}

/** A point at the start of a day, or none without fields. */
function toPoint(
  name: 'twitter_user_daily' | 'twitter_correlation',
  { userId, names }: AccountHistory,
  { start }: LocalDay,
  fields: Record<string, number>,
): Measurement[] {
  if (Object.keys(fields).length === 0) return [];
  const { username } = names.findLast(({ time }) => time <= start) ?? names[0] ?? { username: '' };
  return [{ name, tags: { user_id: userId, username }, fields, time: start }];
}

function knownOf(fields: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
