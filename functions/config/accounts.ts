import { readFileSync } from 'node:fs';
import { errorCode } from './settings.ts';

/** An account to watch: by username, which its owner may change, or by numeric id, which stays. */
export type Account =
  | { readonly key: string; readonly username: string; readonly id?: undefined }
  | { readonly key: string; readonly id: string; readonly username?: undefined };

/** Accounts read from a list, and one sentence for each entry that is none. */
export interface AccountList {
  readonly accounts: readonly Account[];
  readonly problems: readonly string[];
}

/** X refuses a whole batch for one malformed name: https://docs.x.com/x-api/users/user-lookup-by-usernames */
const usernamePattern = /^[A-Za-z0-9_]{1,15}$/;
/** https://docs.x.com/x-api/users/users-lookup-by-ids */
const idPattern = /^[0-9]{1,19}$/;

/**
 * Accounts of a list separated by commas or line breaks, `#` starting a comment. `jack`, `@jack` and `id:12` are
 * entries; a repeated one (in any case) counts once, spelt as it came first.
 */
export function parseAccounts(text: string): AccountList {
  const accounts = new Map<string, Account>();
  const problems: string[] = [];
  for (const entry of entriesOf(text)) {
    const account = parseAccount(entry);
    if (account === undefined) problems.push(`"${entry.slice(0, 40)}" is neither a username nor an id`);
    else if (!accounts.has(account.key.toLowerCase())) accounts.set(account.key.toLowerCase(), account);
  }
  return { accounts: [...accounts.values()], problems };
}

/** One entry as an account, or `undefined` when it is neither a username nor `id:` with digits. */
export function parseAccount(entry: string): Account | undefined {
  const id = /^id:\s*(.*)$/i.exec(entry)?.[1];
  if (id !== undefined) return idPattern.test(id) ? { key: `id:${id}`, id } : undefined;
  const username = entry.replace(/^@/, '');
  return usernamePattern.test(username) ? { key: username, username } : undefined;
}

/** The text of a mounted list, read again because the owner may have changed it. Throws a sentence when it is gone. */
export function readAccountsFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`the list of accounts ${file} cannot be read (${errorCode(error)})`);
  }
}

function entriesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*$/, ''));
  return lines
    .flatMap((line) => line.split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
