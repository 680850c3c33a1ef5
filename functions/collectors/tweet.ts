import { dayMs, dayOf } from '../billing/day.ts';
import { fairOrder } from '../billing/rotation.ts';
import type { Config } from '../config.ts';
import type { Account } from '../config/accounts.ts';
import { RunError } from '../failure.ts';
import { allEnded } from '../slots.ts';
import type { Collecting, Collector, Identity, Want, XRequest } from './collector.ts';
import { readTweets, toTweetPoints } from './tweet/answer.ts';
import { isOwned } from './tweet/owned.ts';
import { reread } from './tweet/reread.ts';
import { collectBatch, user } from './user.ts';

/** The fewest posts a timeline can be asked for, and the fewest when private metrics are: https://docs.x.com/x-api/posts/timelines */
const minTweets = 5;
const minOwnedTweets = 10;
/** X takes reposts out of a page after it has counted them: a page can be almost empty, and the next one not. */
const maxPages = 5;
/** X shows private metrics for 30 days; asked for older posts as well it may answer with none at all. */
const privateDays = 30;
const marginMs = 3_600_000;

/**
 * Each account's newest posts: one request an account, up to five where X sends fewer than TWITTER_TWEETS_PER_USER. A post
 * is billed once per UTC day. The last request can bring four posts more than are wanted, nine of the owner's.
 */
export const tweet: Collector = {
  name: 'tweet',
  description: "Metrics of each account's newest posts: one post resource per post and UTC day.",
  byDefault: false,
  limits: { accountsPerRequest: 1, perApp: 10_000, perUser: 900 },
  needsIdentities: true,
  plan(config, accounts, strangers) {
    const lookUps = user.plan(config, strangers, strangers);
    const costs = accounts.map((account) => {
      const { wanted, min, price } = termsOf(config, isOwned(config, account, undefined));
      return (wanted - 1 + min) * price;
    });
    const timelines = accounts.length > 0 ? { 'users/:id/tweets': accounts.length } : {};
    return { counts: { ...lookUps.counts, ...timelines }, max: costs.reduce((sum, cost) => sum + cost, lookUps.max) };
  },
  async collect(collecting, accounts) {
    const deliverProfiles: Collecting['deliver'] = (delivery) => {
      collecting.deliver({ ...delivery, served: 0 }); // posts were asked for
    };
    const lookingUp = { ...collecting, deliver: deliverProfiles };
    const strangers = accounts.filter((account) => collecting.identityOf(account) === undefined);
    if (strangers.length > 0) await user.collect(lookingUp, strangers);
    if (!(await isXAnswering(lookingUp, accounts))) return;
    const unaffordable: Account[] = [];
    // When the money does not last for all, other accounts come first tomorrow.
    const work = fairOrder(accounts, dayOf(collecting.time)).map(async (account) => {
      const identity = collecting.identityOf(account);
      if (identity === undefined) return; // noted by the look-up of its profile
      if (!(await collectTimeline(collecting, account, identity))) unaffordable.push(account);
    });
    await allEnded(work);
    await reread(collecting, unaffordable);
  },
};

/** After posts that were paid for and never came, a profile is asked for first: it costs nothing, or what is set aside for it. */
async function isXAnswering(collecting: Collecting, accounts: readonly Account[]): Promise<boolean> {
  const paid = collecting.paidToday();
  const account = accounts.find((candidate) => paid.isAnswered(candidate)) ?? accounts[0];
  if (account === undefined || !collecting.isInDoubt()) return true;
  return collectBatch(collecting, [account], { requests: 0 });
}

/** Asks for one timeline, page by page, and delivers its posts; `false` when today's budget does not allow all of it. */
async function collectTimeline(collecting: Collecting, account: Account, identity: Identity): Promise<boolean> {
  const isOwn = isOwned(collecting.config, account, identity);
  const { wanted, min, price } = termsOf(collecting.config, isOwn);
  let [missing, isWhole] = [wanted, true];
  let token: string | undefined;
  try {
    for (let page = 0; page < maxPages && missing > 0; page += 1) {
      const pageToken = token;
      const max = Math.max(missing, min);
      const want: Want = { resource: 'tweet', keys: [account.key], max, min, price, owned: isOwn };
      const request = (granted: number): XRequest => timelineRequest(collecting, account, identity, granted, pageToken);
      const answer = await collecting.buy(want, request, readTweets('timeline', want.keys));
      if (answer === undefined) return false;
      const { tweets, failures } = answer;
      const points = tweets.flatMap((each) => toTweetPoints(each, identity, collecting.time));
      collecting.deliver({ points, served: 0, resources: tweets.length });
      for (const failure of failures) collecting.note({ ...failure, account: account.spelling });
      isWhole &&= failures.length === 0;
      missing -= tweets.length;
      token = answer.nextToken;
      if (token === undefined) break;
    }
    if (isWhole) collecting.deliver({ points: [], served: 1, resources: 0 });
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    collecting.note(aboutAccount(error) ? { account: account.spelling, ...error.failure } : error.failure);
  }
  return true;
}

/** Whether an error is about the account whose posts were asked for, and not about X, the credential or the store. */
function aboutAccount({ failure, status, mayCost }: RunError): boolean {
  return (status !== undefined || mayCost) && ['upstream_error', 'bad_answer', 'timeout'].includes(failure.reason);
}

function timelineRequest(
  { config, time }: Collecting,
  account: Account,
  identity: Identity,
  count: number,
  token: string | undefined,
): XRequest {
  const asOwner = isOwned(config, account, identity);
  const maxAge = Math.min(config.tweetDays * dayMs, asOwner ? privateDays * dayMs - marginMs : Infinity);
  const query = {
    max_results: String(count),
    exclude: 'retweets',
    start_time: new Date(time - maxAge).toISOString().replace('.000', ''),
    'tweet.fields': asOwner ? 'public_metrics,non_public_metrics' : 'public_metrics',
    ...(token === undefined ? {} : { pagination_token: token }),
  };
  return { path: `users/${identity.id}/tweets`, query, asOwner, account: account.spelling };
}

/** How many posts are wanted of an account, the fewest it can be asked for, and the price of each. */
function termsOf({ tweetsPerUser, prices }: Config, isOwn: boolean) {
  const [min, price] = isOwn ? [minOwnedTweets, prices.ownedTweet] : [minTweets, prices.tweet];
  return { wanted: Math.max(tweetsPerUser, min), min, price };
}
