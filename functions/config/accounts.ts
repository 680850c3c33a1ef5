import { readFileSync } from 'node:fs';
import { explainOverBudget } from '../billing/price.ts';
import type { Config } from '../config.ts';
import { BadRequest, type Failure } from '../failure.ts';
import { errorCode, quote } from './settings.ts';

/** An account to watch: by username, which its owner may change, or by numeric id, which stays. */
export type Account = {
  /** As configured, without `@`. */
  readonly spelling: string;
  /** What it is known by everywhere: the name in lower case, or `id:…`. */
  readonly key: string;
} & ({ readonly username: string; readonly id?: undefined } | { readonly id: string; readonly username?: undefined });

/** X refuses a whole batch for one malformed name: https://docs.x.com/x-api/users/user-lookup-by-usernames */
const usernamePattern = /^[A-Za-z0-9_]{1,15}$/;
/** https://docs.x.com/x-api/users/users-lookup-by-ids */
const idPattern = /^[0-9]{1,19}$/;

/**
 * Accounts of a list separated by commas or line breaks, `#` starting a comment, and a sentence for each entry that is
 * none. `jack`, `@jack` and `id:12` are entries; a repeated one (in any case) counts once, spelt as it came first.
 */
export function parseAccounts(text: string): { readonly accounts: readonly Account[]; readonly problems: string[] } {
  const accounts = new Map<string, Account>();
  const problems: string[] = [];
  const entries = text.replace(/#.*$/gm, '').split(/[,\n]/);
  for (const entry of entries.map((each) => each.trim()).filter((each) => each !== '')) {
    const account = parseAccount(entry);
    if (account === undefined) problems.push(`"${entry.slice(0, 40)}" is neither a username nor an id`);
    else if (!accounts.has(account.key)) accounts.set(account.key, account);
  }
  return { accounts: [...accounts.values()], problems };
}

/** One entry as an account, or `undefined` when it is neither a username nor `id:` with digits. */
export function parseAccount(entry: string): Account | undefined {
  const id = /^id:\s*(.*)$/i.exec(entry)?.[1];
  if (id !== undefined) return isXId(id) ? { spelling: `id:${id}`, key: `id:${id}`, id } : undefined;
  const username = entry.replace(/^@/, '');
  return usernamePattern.test(username) ? { spelling: username, key: username.toLowerCase(), username } : undefined;
}

/** Whether a text is an id as X makes them: digits alone, so it may stand in a path or a query. */
export function isXId(text: unknown): text is string {
  return typeof text === 'string' && idPattern.test(text);
}

/** The accounts to watch, and the text of the file that lists them; `undefined` where it was not read again. */
export interface Watched {
  readonly accounts: readonly Account[];
  readonly text: string | undefined;
}

/** Reads a mounted list of accounts again. One that is wrong or above the budget leaves the last good one in force, and why. */
export function readWatched(
  { accountsFile: file, prices, dailyBudget }: Pick<Config, 'accountsFile' | 'prices' | 'dailyBudget'>,
  last: Watched,
): { readonly watched: Watched; readonly problem?: Failure } {
  if (file === undefined) return { watched: last };
  const { text, accounts, problems } = readList(file, last);
  const problem = problems[0] ?? explainOverBudget(accounts.length, prices, dailyBudget);
  if (problem === undefined) return { watched: { text, accounts } };
  const detail = `the list of accounts in ${file} was not taken over (${problem}); the last good one with ${last.accounts.length} accounts stays`;
  return { watched: last, problem: { reason: 'bad_accounts', detail } };
}

/** The watched accounts that `users` names, or all of them. Throws a `BadRequest` for one that is not watched. */
export function selectAccounts(accounts: readonly Account[], users: readonly string[] | undefined): readonly Account[] {
  if (users === undefined) return accounts;
  const byKey = new Map(accounts.map((account) => [account.key, account]));
  const chosen = users.map((user) => {
    const account = byKey.get(parseAccount(user.trim())?.key ?? '');
    if (account !== undefined) return account;
    throw new BadRequest(`${quote(user)} is not among the configured accounts`);
  });
  return [...new Set(chosen)];
}

/** A list that is as before is not parsed again: parsing is a good part of what many accounts cost. */
function readList(file: string, last: Watched): Watched & ReturnType<typeof parseAccounts> {
  try {
    const text = readFileSync(file, 'utf8');
    if (text === last.text) return { ...last, problems: [] };
    const list = parseAccounts(text);
    return { text, ...list, problems: list.accounts.length === 0 ? ['it names no account'] : list.problems };
  } catch (error) {
    return { text: undefined, accounts: [], problems: [`it cannot be read: ${errorCode(error)}`] };
  }
}
