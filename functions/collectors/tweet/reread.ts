import type { Account } from '../../config/accounts.ts';
import { type Failure, RunError } from '../../failure.ts';
import { allEnded, batchesOf } from '../../slots.ts';
import type { Collecting, Want, XRequest } from '../collector.ts';
import { isOwned } from './owned.ts';
import { readTweets, toTweetPoints } from './answer.ts';

/** X's limit: https://docs.x.com/x-api/posts/post-lookup-by-post-ids */
const tweetsPerRequest = 100;

/**
 * Posts paid for earlier today of accounts whose timeline does not fit into the budget any more, read again by id, so
 * that their curves go on: X has charged for them. Posts of the app's owner are not: by id they cost the full price.
 */
export async function reread(collecting: Collecting, accounts: readonly Account[]): Promise<void> {
  for (const { spelling } of accounts) collecting.note(unaffordable(spelling));
  const paid = collecting.paidToday();
  const posts = accounts
    .filter((account) => !isOwned(collecting.config, account, collecting.identityOf(account)))
    .flatMap((account) => [...paid.postsOf(account)].map((id) => ({ id, account })));
  await allEnded(batchesOf(posts, tweetsPerRequest).map((batch) => rereadBatch(collecting, batch)));
}

interface Post {
  readonly id: string;
  readonly account: Account;
}

async function rereadBatch(collecting: Collecting, batch: readonly Post[]): Promise<void> {
  // Midnight may have passed since the batches were made: then they would be paid for once more.
  const paid = collecting.paidToday();
  const stillPaid = new Map(batch.map(({ account }) => [account, paid.postsOf(account)]));
  const posts = batch.filter(({ id, account }) => stillPaid.get(account)?.has(id));
  if (posts.length === 0) return;
  const { tweet: price } = collecting.config.prices;
  const want: Want = { resource: 'tweet', keys: [], max: 0, min: 0, price, owned: false };
  const query = { ids: posts.map(({ id }) => id).join(','), 'tweet.fields': 'public_metrics' };
  const request: XRequest = { path: 'tweets', query };
  try {
    const answer = await collecting.buy(want, () => request, readTweets('look-up', want.keys));
    const { tweets = [], failures = [] } = answer ?? {};
    const accountOf = new Map(posts.map(({ id, account }) => [id, account]));
    const points = tweets.flatMap((each) => {
      const account = accountOf.get(each.id);
      const identity = account === undefined ? undefined : collecting.identityOf(account);
      return identity === undefined ? [] : toTweetPoints(each, identity, collecting.time);
    });
    collecting.deliver({ points, served: 0, resources: tweets.length });
    for (const failure of failures) collecting.note(failure);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    collecting.note(error.failure);
  }
}

function unaffordable(account: string): Failure {
  const detail =
    "its newest posts do not fit into what is left of today's budget: those paid for today are read again, no new ones";
  return { account, reason: 'budget', detail };
}
