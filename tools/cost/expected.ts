import type { Config } from '../../functions/config.ts';
import type { MicroUsd } from '../../functions/billing/price.ts';

/** What is to be expected, and what cannot be exceeded. */
export interface Range {
  readonly typical: number;
  readonly max: number;
}

/** Profiles of one account billed on a UTC day: one, however often it is read. */
export function profilesBilled(readsPerDay: number): Range {
  const profiles = Math.min(1, readsPerDay);
  return { typical: profiles, max: profiles };
}

/**
 * Posts of one account billed on a UTC day. Typically the day's first read finds the account's posts of the last days,
 * and the later ones find in addition what was published since; at most each read finds nothing but new posts.
 */
export function postsBilled(
  { tweetsPerUser, tweetDays }: Pick<Config, 'tweetsPerUser' | 'tweetDays'>,
  readsPerDay: number,
  postsPerDay: number,
): Range {
  const max = readsPerDay * tweetsPerUser;
  const first = Math.min(1, readsPerDay) * Math.min(tweetsPerUser, postsPerDay * tweetDays);
  const later = readsPerDay > 1 ? postsPerDay * (1 - 1 / readsPerDay) : 0;
  return { typical: Math.min(max, first + later), max };
}

/** Resources at a price, rounded up to whole micro-dollars. */
export function costOf(resources: Range, price: MicroUsd): Range {
  return mapRange(resources, (count) => Math.max(0, Math.ceil(count * price - roundingError)));
}

/**
 * What the daily budget leaves of a day's costs. Profiles come first: money for those of all accounts, read or not,
 * is kept from posts.
 */
export function cutToBudget(
  costs: { readonly profiles: Range; readonly posts: Range },
  setAside: MicroUsd,
  budget: MicroUsd,
): { readonly profiles: Range; readonly posts: Range } {
  const forPosts = Math.max(0, budget - setAside);
  return {
    profiles: mapRange(costs.profiles, (cost) => Math.min(cost, budget)),
    posts: mapRange(costs.posts, (cost) => Math.min(cost, forPosts)),
  };
}

/** The sum of ranges, end by end. */
export function addRanges(ranges: readonly Range[]): Range {
  return {
    typical: ranges.reduce((sum, { typical }) => sum + typical, 0),
    max: ranges.reduce((sum, { max }) => sum + max, 0),
  };
}

/** A range with both its ends changed alike. */
export function mapRange({ typical, max }: Range, change: (amount: number) => number): Range {
  return { typical: change(typical), max: change(max) };
}

/** Far below a micro-dollar, far above what adding fractions of posts loses. */
const roundingError = 1e-6;
