import { drawFraction, hashText } from './hash.ts';
import { makeSnowflake, readSnowflakeMs } from './snowflake.ts';

/** What X would say of an account: its profile, its profile but no posts, that it is suspended, or nothing. */
export type AccountState = 'open' | 'protected' | 'suspended' | 'unknown';

export interface Account {
  readonly id: string;
  /** As X spells it, whatever the spelling asked for. */
  readonly username: string;
  readonly state: AccountState;
  /** Decides everything about the account that time does not. */
  readonly seed: number;
  readonly createdMs: number;
}

/** The accounts that were asked for by name, so that their ids are known again: id -> account. */
export type KnownAccounts = Map<string, Account>;

const OLDEST_ID_MS = Date.parse('2006-03-21T20:50:14Z');
const FIRST_SNOWFLAKE_MS = Date.parse('2010-11-04T22:00:00Z');
const NEWEST_ACCOUNT_MS = Date.parse('2024-12-31T00:00:00Z');
/** The name of an account that was only ever asked for by id: the id in base 36 behind this prefix, 15 characters at most. */
const ID_NAME = /^u_([0-9a-z]{1,13})$/;

/** The account of this name. Every name has one: what its name contains decides what X says of it. */
export function findAccountByName(known: KnownAccounts, name: string): Account {
  const username = name.toLowerCase();
  const encodedId = ID_NAME.exec(username)?.[1];
  const account = encodedId === undefined ? describeAccount(username) : findAccountById(known, decodeId(encodedId));
  known.set(account.id, account);
  return account;
}

export function findAccountById(known: KnownAccounts, id: string): Account {
  const plainId = BigInt(id).toString();
  const found = known.get(plainId);
  if (found !== undefined) return found;
  const username = `u_${BigInt(id).toString(36)}`;
  const account = { ...describeAccount(username), id: plainId, createdMs: readCreatedMs(plainId) };
  known.set(plainId, account);
  return account;
}

function describeAccount(username: string): Account {
  const seed = hashText(username);
  const createdMs = Math.floor(FIRST_SNOWFLAKE_MS + drawFraction(seed, 1) * (NEWEST_ACCOUNT_MS - FIRST_SNOWFLAKE_MS));
  return { id: makeSnowflake(createdMs, seed & 0x3fffff), username, state: readState(username), seed, createdMs };
}

function readState(username: string): AccountState {
  if (username.includes('suspended')) return 'suspended';
  if (username.includes('protected')) return 'protected';
  return /nobody|unknown/.test(username) ? 'unknown' : 'open';
}

function readCreatedMs(id: string): number {
  // Ids below this one were handed out one after another.
  const lastCounter = 4_000_000_000;
  if (Number(id) > lastCounter) return Math.min(readSnowflakeMs(id), NEWEST_ACCOUNT_MS);
  return Math.floor(OLDEST_ID_MS + (Number(id) / lastCounter) * (FIRST_SNOWFLAKE_MS - OLDEST_ID_MS));
}

function decodeId(encodedId: string): string {
  let id = 0n;
  for (const digit of encodedId) id = id * 36n + BigInt(parseInt(digit, 36));
  return id.toString();
}
