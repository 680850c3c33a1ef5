import { explainOverBudget, formatUsd, profilesPerDay } from '../../functions/billing/price.ts';
import type { CostConfig } from './configuration.ts';
import type { Costs } from './costs.ts';
import type { RequestCount } from './requests.ts';

/** What the numbers mean, and what can be done. */
export interface Advice {
  /** Why the function would refuse to start; nothing if it would not. */
  readonly refusal: string | undefined;
  readonly notes: readonly string[];
}

/** One sentence for each thing that is not as one may wish. */
export function adviseOn(given: CostConfig, costs: Costs, requests: readonly RequestCount[]): Advice {
  const { config, budget } = given;
  const refusal = explainOverBudget(config.accounts.length, config.prices, budget);
  return {
    refusal,
    notes: [
      ...(refusal === undefined ? adviseOnBudget(given, costs) : []),
      ...requests.flatMap(adviseOnRequests),
      ...(given.assumesBearerToken
        ? ['No credentials are configured: the rate limits are those of a bearer token.']
        : []),
      ...(config.x.bearerToken === undefined
        ? ['Without a bearer token reconcile has nothing to do: set TWITTER_BEARER_TOKEN as well.']
        : []),
    ],
  };
}

function adviseOnBudget({ config, budget }: CostConfig, { collectors, together, withinBudget }: Costs): string[] {
  const [wanted, left] = [together.dayMicroUsd, withinBudget.dayMicroUsd];
  if (left.max === wanted.max) return [];
  if (left.typical === wanted.typical)
    return ['The budget is enough for a typical day; on the most expensive one it stops new posts, never profiles.'];
  // Each timeline holds money for a full answer, also for posts that turn out to be bought already.
  const held = config.tweetsPerUser * config.prices.tweet;
  const enough = formatUsd(Math.ceil((wanted.typical + held) / 10_000) * 10_000).slice(1);
  const raise = `For all of them set TWITTER_DAILY_BUDGET_USD=${enough}, or lower TWITTER_TWEETS_PER_USER or TWITTER_TWEET_DAYS.`;
  const posts = collectors.find(({ collector }) => collector === 'tweet')?.dayMicroUsd.typical ?? 0;
  const forPosts = Math.max(0, budget - profilesPerDay(config.accounts.length, config.prices));
  if (forPosts === 0) return [`The profiles take the whole budget: no posts are read. ${raise}`];
  const share = Math.floor((forPosts / posts) * 100);
  return [
    `The budget is enough for ${share} % of the posts of a typical day: whose posts are not read changes from day to day. ${raise}`,
  ];
}

function adviseOnRequests({ schedule, path, perWindow, limitPerWindow, limitIsPer, turns }: RequestCount): string[] {
  const rotation = `${schedule}: the accounts do not fit X's rate limit at once and take turns: each is read at one tick in ${turns}.`;
  const tooMany =
    `${schedule} would ask X for ${path} ${perWindow.toLocaleString('en-US')} times in 15 minutes where ${limitPerWindow.toLocaleString('en-US')} are allowed ` +
    `per ${limitIsPer}: give its tick the key "every" with its period in seconds, or make it rarer.`;
  return [...(turns > 1 ? [rotation] : []), ...(perWindow > limitPerWindow ? [tooMany] : [])];
}
