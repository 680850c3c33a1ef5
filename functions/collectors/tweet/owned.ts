import type { Config } from '../../config.ts';
import type { Account } from '../../config/accounts.ts';
import type { Identity } from '../collector.ts';

/**
 * Whether the account belongs to the owner of the X app, by whatever name or id TWITTER_OWNED_USERS has it: such posts
 * are cheaper and show their private metrics. Without an identity only the same spelling is recognised.
 */
export function isOwned({ ownedUsers }: Config, account: Account, identity: Identity | undefined): boolean {
  const keys = [account.key, ...(identity === undefined ? [] : [identity.username.toLowerCase(), `id:${identity.id}`])];
  return ownedUsers.some(({ key }) => keys.includes(key));
}
