import type { Account } from '../../config/accounts.ts';
import type { XRequest } from '../collector.ts';

/** X's limit for both look-ups: https://docs.x.com/x-api/users/user-lookup-by-usernames */
export const accountsPerRequest = 100;

/** The accounts in batches of one request each: names and ids have endpoints of their own. */
export function batchesOf(accounts: readonly Account[]): (readonly Account[])[] {
  const kinds = [accounts.filter(({ id }) => id === undefined), accounts.filter(({ id }) => id !== undefined)];
  return kinds.flatMap((kind) => {
    const starts = Array.from(
      { length: Math.ceil(kind.length / accountsPerRequest) },
      (_, index) => index * accountsPerRequest,
    );
    return starts.map((start) => kind.slice(start, start + accountsPerRequest));
  });
}

/** The request for a batch. Only fields are asked for, no expansions: those would be billed as resources of their own. */
export function requestFor(batch: readonly Account[]): XRequest {
  const values = batch.map(valueOf).join(',');
  const metrics = { 'user.fields': 'public_metrics' };
  return batch[0]?.id === undefined
    ? { path: 'users/by', query: { usernames: values, ...metrics } }
    : { path: 'users', query: { ids: values, ...metrics } };
}

/** What X is asked for: the id or the name. */
export function valueOf(account: Account): string {
  return account.id ?? account.username;
}
