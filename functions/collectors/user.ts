import type { Config } from '../config.ts';
import type { Account } from '../config/accounts.ts';
import type { Measurement } from '../measurement.ts';
import type { Collector } from './collector.ts';
import { countsIn } from './counts.ts';
import { forEachInFlight } from './in-flight.ts';
import { collectBatch } from './user/batch.ts';
import { accountsPerRequest, batchesOf, requestFor } from './user/request.ts';
import type { XUser } from './user/answer.ts';

/** With X answering in 50 ms, this takes 1,000 accounts in a seventh of the time of one request after another. */
const requestsInFlight = 8;
/** Enough to halve a full batch down to the one value X does not like. */
const extraRequests = 14;

/** X renamed `tweet_count` in August 2026 and answers with either; the newer name wins where both are there. */
const fieldSources: Readonly<Record<string, readonly string[]>> = {
  followers_count: ['followers_count'],
  following_count: ['following_count'],
  tweet_count: ['post_count', 'tweet_count'],
  listed_count: ['listed_count'],
  like_count: ['like_count'],
  media_count: ['media_count'],
};

/** Profile counts of every account: one request for up to 100 accounts, one user resource each, billed once per UTC day. */
export const user: Collector = {
  name: 'user',
  description: 'Follower, following, post, list, like and media counts: one user resource per account and UTC day.',
  byDefault: true,
  limits: { accountsPerRequest, perApp: 300, perUser: 900 },
  needsIdentities: false,
  plan: planUsers,
  async collect(collecting, accounts) {
    const spare = { requests: extraRequests };
    await forEachInFlight(batchesOf(accounts), requestsInFlight, (batch) =>
      collectBatch(collecting, batch, { spare, toMeasurement: toUserMeasurement }),
    );
  },
};

/** The counts of one profile as a point; `undefined` when X gave no number at all. */
export function toUserMeasurement(profile: XUser, time: number): Measurement | undefined {
  const fields = countsIn(profile.metrics, fieldSources);
  if (Object.keys(fields).length === 0) return undefined;
  return { name: 'twitter_user', tags: { user_id: profile.id, username: profile.username }, fields, time };
}

function planUsers(config: Config, accounts: readonly Account[]): ReturnType<Collector['plan']> {
  const paths = batchesOf(accounts).map((batch) => requestFor(batch).path);
  const counts: Record<string, number> = {};
  for (const path of paths) counts[path] = (counts[path] ?? 0) + 1;
  return { counts, most: accounts.length * config.prices.user };
}
