import type { Point } from '../measurement.ts';
import { correlate, type Pair } from './correlation.ts';
import { factsOfDay } from './daily.ts';
import type { AccountHistory, Facts, SummarySpan } from './history.ts';
import { impactsOf } from './impact.ts';
import { tweetGainsOf } from './tweet-gains.ts';

/** Days needed before the first summarised: the windows before a post of a week ago, and what is usual before those. */
export const daysNeededBefore = 7 + 28 + 8;

/** The points of the summary of one account: its days, the posts whose windows reach into them, the correlations. */
export function summarizeHistory(history: AccountHistory, span: SummarySpan): Point[] {
  const { userId, names } = history;
  const facts = span.days.map((_day, index) => factsOfDay(history, span, index));
  const ofDays = span.days.flatMap(({ start }, index) => {
    if (index < span.first) return [];
    const { username } = names.findLast(({ time }) => time <= start) ?? names[0] ?? { username: '' };
    const place = { tags: { user_id: userId, username }, time: start };
    const daily = { ...facts[index], ...tweetGainsOf(history, span, index) };
    const last30Days = facts.slice(Math.max(0, index - 29), index + 1);
    return [
      ...toPoint({ measurement: 'twitter_user_daily', ...place }, daily),
      ...toPoint({ measurement: 'twitter_correlation', ...place }, correlationsOf(last30Days)),
    ];
  });
  const ofPosts = impactsOf(history, span).flatMap(({ post: { username, tweetId, time }, impact }) => {
    const place = { tags: { user_id: userId }, time };
    return toPoint({ measurement: 'twitter_tweet_impact', ...place }, { username, tweet_id: tweetId, ...impact });
  });
  return [...ofDays, ...ofPosts];
}

/** Posts of a day against the followers gained on it and on the day after, over these days. */
function correlationsOf(days: readonly Facts[]): Facts {
  const pairs = (daysAfter: number) =>
    days.map((day, index): Pair => [day['tweets_published'], days[index + daysAfter]?.['followers_gained']]);
  const [sameDay, nextDay] = [correlate(pairs(0)), correlate(pairs(1))];
  if (sameDay.pairs === 0) return {};
  return { posts_followers_r: sameDay.r, posts_followers_r_lag1: nextDay.r, days: sameDay.pairs };
}

/** The point of what is known there, or none where nothing is. */
function toPoint(place: Omit<Point, 'fields'>, facts: Readonly<Record<string, number | string | undefined>>): Point[] {
  const known = Object.entries(facts).filter((entry): entry is [string, number | string] => entry[1] !== undefined);
  return known.length === 0 ? [] : [{ ...place, fields: Object.fromEntries(known) }];
}
