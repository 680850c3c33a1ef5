import { dayOf } from '../billing/day.ts';
import { fairOrder } from '../billing/rotation.ts';
import type { Config } from '../config.ts';
import type { Account } from '../config/accounts.ts';
import { RunError } from '../failure.ts';
import { allEnded } from '../slots.ts';
import type { Answer, Collecting, Collector, Identity, Received, Want, XRequest } from './collector.ts';
import { parseTweetAnswer, toTweetPoints, type TweetAnswer } from './tweet/answer.ts';
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
const dayMs = 86_400_000;
const marginMs = 3_600_000;

/** Each account's newest posts: one request and up to TWITTER_TWEETS_PER_USER post resources per account, each billed once per UTC day. */
export const tweet: Collector = {
  name: 'tweet',
  description: "Metrics of each account's newest posts: one post resource per post and UTC day.",
  byDefault: false,
  limits: { accountsPerRequest: 1, perApp: 10_000, perUser: 900 },
  needsIdentities: true,
  plan(config, accounts) {
    const costs = accounts.map((account) => {
      const isOwn = isOwned(config, account, undefined);
      return wantedTweets(config, isOwn) * priceOf(config, isOwn);
    });
    const max = costs.reduce((sum, cost) => sum + cost, 0);
    return { counts: accounts.length > 0 ? { 'users/:id/tweets': accounts.length } : {}, max };
  },
  async collect(collecting, accounts) {
    const strangers = accounts.filter((account) => collecting.identityOf(account) === undefined);
    if (strangers.length > 0) await user.collect(collecting, strangers);
    if (!(await isXAnswering(collecting, accounts))) return;
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
  const min = isOwn ? minOwnedTweets : minTweets;
  let missing = wantedTweets(collecting.config, isOwn);
  let token: string | undefined;
  try {
    for (let page = 0; page < maxPages && missing > 0; page += 1) {
      const pageToken = token;
      const want: Want = {
        ...{ resource: 'tweet', keys: [account.key], max: Math.max(missing, min), min, owned: isOwn },
        price: priceOf(collecting.config, isOwn),
      };
      const request = (granted: number): XRequest => timelineRequest(collecting, account, identity, granted, pageToken);
      const answer = await collecting.buy(want, request, (each) => take(account, each));
      if (answer === undefined) return false;
      deliver(collecting, account, identity, answer);
      missing -= answer.tweets.length;
      token = answer.nextToken;
      if (token === undefined) break;
    }
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    collecting.note(aboutAccount(error) ? { account: account.spelling, ...error.failure } : error.failure);
  }
  return true;
}

function take(account: Account, answer: Answer): Received<TweetAnswer> {
  const value = parseTweetAnswer(answer, 'timeline');
  return { value, ids: value.tweets.map(({ id }) => id), answered: [account.key], unreadable: value.unreadable };
}

function deliver(collecting: Collecting, account: Account, identity: Identity, answer: TweetAnswer): void {
  const { tweets, failures } = answer;
  const points = tweets.flatMap((each) => toTweetPoints(each, identity, collecting.time));
  collecting.deliver({ points, served: failures.length === 0 ? [account.key] : [], resources: tweets.length });
  for (const failure of failures) collecting.note({ ...failure, account: account.spelling });
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

function wantedTweets({ tweetsPerUser }: Config, isOwn: boolean): number {
  return Math.max(tweetsPerUser, isOwn ? minOwnedTweets : minTweets);
}

function priceOf({ prices }: Config, isOwn: boolean): number {
  return isOwn ? prices.ownedTweet : prices.tweet;
}
