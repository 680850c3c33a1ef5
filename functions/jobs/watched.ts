import { type Account, parseAccount, parseAccounts, readAccountsFile } from '../config/accounts.ts';
import type { App } from '../app.ts';
import { explainOverBudget } from '../billing/price.ts';
import { BadRequest } from './request.ts';

/**
 * Reads a mounted list of accounts again and takes it over if it is good. Returns why it was not taken over (the last
 * good list then stays), or `undefined`.
 */
export function refreshAccounts({ config, state }: App): string | undefined {
  if (config.accountsFile === undefined) return undefined;
  try {
    const { accounts, problems } = parseAccounts(readAccountsFile(config.accountsFile));
    const problem = accounts.length === 0 ? 'it names no account' : problems[0];
    const refusal = problem ?? explainOverBudget(accounts.length, config.prices, config.dailyBudget);
    if (refusal === undefined) state.accounts = accounts;
    return refusal === undefined ? undefined : keptSentence(config.accountsFile, refusal, state.accounts.length);
  } catch (error) {
    return keptSentence(config.accountsFile, (error as Error).message, state.accounts.length);
  }
}

/** The watched accounts that `users` names, or all of them. Throws a `BadRequest` for one that is not watched. */
export function selectAccounts(accounts: readonly Account[], users: readonly string[] | undefined): readonly Account[] {
  if (users === undefined) return accounts;
  const byKey = new Map(accounts.map((account) => [account.key.toLowerCase(), account]));
  const chosen = users.map((user) => {
    const account = byKey.get(parseAccount(user.trim())?.key.toLowerCase() ?? '');
    if (account === undefined)
      throw new BadRequest(`${JSON.stringify(user.slice(0, 40))} is not among the configured accounts`);
    return account;
  });
  return [...new Set(chosen)];
}

function keptSentence(file: string, problem: string, kept: number): string {
  return `the list of accounts in ${file} was not taken over (${problem}); the last good one with ${kept} accounts stays`;
}
