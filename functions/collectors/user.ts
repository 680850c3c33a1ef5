import type { Account } from '../config/accounts.ts';
import { RunError } from '../failure.ts';
import { allEnded, batchesOf } from '../slots.ts';
import type { Collecting, Collector, Want, XRequest } from './collector.ts';
import { takeUsers } from './user/answer.ts';
import { collectAfterRefusal } from './user/refused.ts';

/** X's limit for both look-ups: https://docs.x.com/x-api/users/user-lookup-by-usernames */
const accountsPerRequest = 100;
/** Enough to halve a full batch down to the one value X does not like. */
const extraRequests = 14;

/** Profile counts of every account: one request for up to 100 accounts, one user resource each, billed once per UTC day. */
export const user: Collector = {
  name: 'user',
  description: 'Follower, following, post, list, like and media counts: one user resource per account and UTC day.',
  byDefault: true,
  limits: { accountsPerRequest, perApp: 300, perUser: 900 },
  needsIdentities: false,
  plan(config, accounts) {
    const counts: Record<string, number> = {};
    for (const { path } of requestBatches(accounts).map(requestFor)) counts[path] = (counts[path] ?? 0) + 1;
    return { counts, max: accounts.length * config.prices.user };
  },
  async collect(collecting, accounts) {
    const spare = { requests: extraRequests };
    await allEnded(requestBatches(accounts).map((batch) => collectBatch(collecting, batch, spare)));
  },
};

/**
 * Asks for one batch, buying what is not paid for today, and delivers its points. `spare` requests may look for a value
 * that X does not like. Whether X answered.
 */
export async function collectBatch(
  collecting: Collecting,
  batch: readonly Account[],
  spare: { requests: number },
): Promise<boolean> {
  const paid = collecting.paidToday();
  const isAnswered = batch.map((account) => paid.isAnswered(account));
  const answered = batch.filter((_, index) => isAnswered[index]);
  const fresh = batch.filter((_, index) => !isAnswered[index]);
  const keys = fresh.map(({ key }) => key);
  const min = answered.length > 0 ? 0 : 1;
  const { user: price } = collecting.config.prices;
  const want: Want = { resource: 'user', keys, max: keys.length, min, price, owned: false };
  const askedFor = (granted: number): readonly Account[] => [...answered, ...fresh.slice(0, granted)];
  const request = (granted: number): XRequest => requestFor(askedFor(granted));
  try {
    const asked = await collecting.buy(want, request, (answer, granted) => {
      const value = askedFor(granted);
      return { ...takeUsers(collecting, paid, value, answer), value };
    });
    const left = asked?.length === batch.length ? [] : batch.filter((account) => asked?.includes(account) !== true);
    for (const { spelling } of left) collecting.note({ account: spelling, ...unaffordable });
    return asked !== undefined;
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    if (error.status !== 400) collecting.note(error.failure);
    else await collectAfterRefusal(collecting, batch, error, spare, (part) => collectBatch(collecting, part, spare));
    return error.status === 400;
  }
}

/** The accounts in batches of one request each: names and ids have endpoints of their own. */
function requestBatches(accounts: readonly Account[]): (readonly Account[])[] {
  const kinds = [accounts.filter(({ id }) => id === undefined), accounts.filter(({ id }) => id !== undefined)];
  return kinds.flatMap((kind) => (kind.length > 0 ? batchesOf(kind, accountsPerRequest) : []));
}

/** The request for a batch. Only fields are asked for, no expansions: those would be billed as resources of their own. */
function requestFor(batch: readonly Account[]): XRequest {
  const values = batch.map(({ id, username }) => id ?? username).join(',');
  const metrics = { 'user.fields': 'public_metrics' };
  return batch[0]?.id === undefined
    ? { path: 'users/by', query: { usernames: values, ...metrics } }
    : { path: 'users', query: { ids: values, ...metrics } };
}

const unaffordable = {
  reason: 'budget',
  detail:
    "the profile does not fit into what is left of today's budget: raise TWITTER_DAILY_BUDGET_USD or wait for 00:00 UTC",
} as const;
