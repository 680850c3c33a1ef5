import type { Config } from '../config.ts';
import type { Account } from '../config/accounts.ts';
import { endsRun, findingOf, RunError } from '../failure.ts';
import type { Collecting, Collector, Identity, XRequest } from './collector.ts';
import { forEachInFlight } from './in-flight.ts';
import { isOwned } from './tweet/owned.ts';
import { parseTweetAnswer, toTweetMeasurements } from './tweet/answer.ts';
import { reread } from './tweet/reread.ts';
import { user } from './user.ts';

const requestsInFlight = 8;
/** The fewest posts a timeline can be asked for, and the fewest when private metrics are: https://docs.x.com/x-api/posts/timelines */
const fewestTweets = 5;
const fewestOwnedTweets = 10;
/** X shows private metrics for 30 days; asked for older posts as well it may answer with none at all. */
const privateDays = 30;
const dayMs = 86_400_000;
const marginMs = 3_600_000;

/** Each account's newest posts: one request and up to TWITTER_TWEETS_PER_USER post resources per account, each billed once per UTC day. */
export const tweet: Collector = {
  name: 'tweet',
  description: "Metrics of each account's newest posts: one post resource per post and UTC day.",
  byDefault: false,
  limits: { accountsPerRequest: 1, perApp: 10_000, perUser: 900 },
  needsIdentities: true,
  plan: planTweets,
  async collect(collecting, accounts) {
    const strangers = accounts.filter((account) => collecting.identityOf(account) === undefined);
    if (strangers.length > 0) await user.collect(collecting, strangers);
    const tooDear: Account[] = [];
    await forEachInFlight(accounts, requestsInFlight, async (account) => {
      const identity = collecting.identityOf(account);
      if (identity === undefined) return; // noted by the look-up of its profile
      if (!(await collectTimeline(collecting, account, identity))) tooDear.push(account);
    });
    await reread(collecting, tooDear);
  },
};

/** Asks for one timeline and delivers its posts; `false` when today's budget does not allow it. */
async function collectTimeline(collecting: Collecting, account: Account, identity: Identity): Promise<boolean> {
  const { config } = collecting;
  const owned = isOwned(config, account, identity);
  const want = {
    resource: 'tweet' as const,
    keys: [account.key],
    most: mostTweets(config, owned),
    least: owned ? fewestOwnedTweets : fewestTweets,
    price: owned ? config.prices.ownedTweet : config.prices.tweet,
  };
  try {
    const purchase = await collecting.buy(want, (granted) => timelineRequest(collecting, identity, granted, owned));
    if (purchase === undefined) return false;
    const { tweets, findings, malformed } = parseTweetAnswer(purchase.answer.body, 'timeline');
    const measurements = tweets.flatMap((entry) => toTweetMeasurements(entry, identity, collecting.time));
    const served = findings.length === 0 ? [account.key] : [];
    collecting.deliver({ measurements, served, resources: tweets.length });
    if (malformed === 0)
      purchase.settle(
        tweets.map(({ id }) => id),
        [account.key],
      );
    for (const finding of findings) collecting.note({ ...finding, account: account.key });
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    collecting.note({ ...findingOf(error), ...(endsRun(error.reason) ? {} : { account: account.key }) });
  }
  return true;
}

function timelineRequest({ config, time }: Collecting, { id }: Identity, most: number, owned: boolean): XRequest {
  const longest = owned ? Math.min(config.tweetDays * dayMs, privateDays * dayMs - marginMs) : config.tweetDays * dayMs;
  const query = {
    max_results: String(most),
    exclude: 'retweets',
    start_time: new Date(time - longest).toISOString().replace('.000', ''),
    'tweet.fields': owned ? 'public_metrics,non_public_metrics' : 'public_metrics',
  };
  return { path: `users/${id}/tweets`, query, ...(owned ? { asOwner: true as const } : {}) };
}

function mostTweets(config: Config, owned: boolean): number {
  return Math.max(config.tweetsPerUser, owned ? fewestOwnedTweets : fewestTweets);
}

function planTweets(config: Config, accounts: readonly Account[]): ReturnType<Collector['plan']> {
  const costs = accounts.map((account) => {
    const owned = isOwned(config, account, undefined);
    return mostTweets(config, owned) * (owned ? config.prices.ownedTweet : config.prices.tweet);
  });
  const most = costs.reduce((sum, cost) => sum + cost, 0);
  return { counts: accounts.length > 0 ? { 'users/:id/tweets': accounts.length } : {}, most };
}
