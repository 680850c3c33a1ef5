import type { Identity, XRequest } from '../../../../functions/collectors/collector.ts';
import { tweet } from '../../../../functions/collectors/tweet.ts';
import type { Failure } from '../../../../functions/failure.ts';
import { accountsOf, type Collected, type Known, openCollecting } from '../world.ts';

/** Two accounts that were seen before. */
export const seen: Readonly<Record<string, Identity>> = {
  jack: { id: '12', username: 'jack' },
  jill: { id: '13', username: 'Jill' },
};

/** The user context of the owner of the X app. */
export const ownersEnv = {
  TWITTER_API_KEY: 'key',
  TWITTER_API_SECRET: 'secret',
  TWITTER_ACCESS_TOKEN: 'token',
  TWITTER_ACCESS_SECRET: 'secret',
};

type Body = Readonly<Record<string, unknown>>;

/** Posts with these ids as X sends them. */
export function postsOf(ids: readonly string[]): object[] {
  return ids.map((id) => ({ id, edit_history_tweet_ids: [id], public_metrics: { like_count: 1 } }));
}

/** So many ids of posts, from one on. */
export function idsFrom(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(1_800_000_000_000_000_000n + BigInt(first + index)));
}

/** A page of a timeline; with a token where it goes on. */
export function pageOf(ids: readonly string[], nextToken?: string): Body {
  const meta = { result_count: ids.length, ...(nextToken === undefined ? {} : { next_token: nextToken }) };
  return ids.length === 0 ? { meta } : { data: postsOf(ids), meta };
}

/** The work of the collector of posts for these accounts; jack and jill were seen before. */
export async function collectTweets(
  list: string,
  ask: (request: XRequest) => Body,
  known: Known = {},
): Promise<Collected> {
  const { collecting, collected } = openCollecting(ask, { seen, ...known });
  await tweet.collect(collecting, accountsOf(list));
  return collected;
}

/** An X that answers with these pages in turn; an error among them is thrown. */
export function pagesInTurn(pages: readonly (Body | Error)[]): (request: XRequest) => Body {
  const rest = [...pages];
  return () => {
    const next = rest.shift() ?? new Error('X was asked once too often');
    if (next instanceof Error) throw next;
    return next;
  };
}

/** Whose failures they are, and why. */
export function reasonsOf(failures: readonly Failure[]): unknown[] {
  return failures.map(({ account, reason }) => [account, reason]);
}
