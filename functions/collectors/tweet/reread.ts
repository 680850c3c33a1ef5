import type { Account } from '../../config/accounts.ts';
import { type Finding, findingOf, RunError } from '../../failure.ts';
import type { Collecting, XRequest } from '../collector.ts';
import { forEachInFlight } from '../in-flight.ts';
import { isOwned } from './owned.ts';
import { parseTweetAnswer, toTweetMeasurements } from './answer.ts';

/** X's limit: https://docs.x.com/x-api/posts/post-lookup-by-post-ids */
const tweetsPerRequest = 100;
const requestsInFlight = 4;

/**
 * Posts bought earlier today of accounts whose timeline does not fit into the budget any more, read again by id, so
 * that their curves go on: X has charged for them. Posts of the app's owner are not: by id they cost the full price.
 */
export async function reread(collecting: Collecting, accounts: readonly Account[]): Promise<void> {
  for (const { key } of accounts) collecting.note(unaffordable(key));
  const posts = accounts
    .filter((account) => !isOwned(collecting.config, account, collecting.identityOf(account)))
    .flatMap((account) => postsOf(collecting, account));
  const starts = Array.from(
    { length: Math.ceil(posts.length / tweetsPerRequest) },
    (_, index) => index * tweetsPerRequest,
  );
  await forEachInFlight(starts, requestsInFlight, (start) =>
    rereadBatch(collecting, posts.slice(start, start + tweetsPerRequest)),
  );
}

interface Post {
  readonly id: string;
  readonly account: Account;
}

function postsOf(collecting: Collecting, account: Account): Post[] {
  return [...(collecting.boughtToday('tweet', account.key) ?? [])].map((id) => ({ id, account }));
}

async function rereadBatch(collecting: Collecting, batch: readonly Post[]): Promise<void> {
  // Midnight may have passed since the batches were made: then they would be bought anew.
  const posts = batch.filter(({ id, account }) => collecting.boughtToday('tweet', account.key)?.has(id) === true);
  if (posts.length === 0) return;
  try {
    const { body } = await collecting.ask(lookUpRequest(posts));
    const accountOf = new Map(posts.map(({ id, account }) => [id, account]));
    const { tweets } = parseTweetAnswer(body, 'look-up');
    const measurements = tweets.flatMap((entry) => {
      const account = accountOf.get(entry.id);
      const identity = account === undefined ? undefined : collecting.identityOf(account);
      return identity === undefined ? [] : toTweetMeasurements(entry, identity, collecting.time);
    });
    collecting.deliver({ measurements, served: [], resources: tweets.length });
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    collecting.note(findingOf(error));
  }
}

function lookUpRequest(posts: readonly Post[]): XRequest {
  return { path: 'tweets', query: { ids: posts.map(({ id }) => id).join(','), 'tweet.fields': 'public_metrics' } };
}

function unaffordable(account: string): Finding {
  const detail =
    "its newest posts do not fit into what is left of today's budget: those bought today are read again, no new ones";
  return { account, reason: 'budget', detail, retryable: false };
}
