/** Money is integer micro-dollars everywhere: 1 USD = 1 000 000. Fractions of a cent add up exactly that way. */
export type MicroUsd = number;

/** What X bills. */
export type Resource = 'user' | 'tweet';

/** What X charges for one resource, once per UTC day: https://docs.x.com/x-api/getting-started/pricing */
export interface Prices {
  readonly user: MicroUsd;
  readonly tweet: MicroUsd;
  readonly ownedTweet: MicroUsd;
}

/** An amount such as `1`, `0.010` or `1.25` in dollars; `undefined` when it is not one or finer than a micro-dollar. */
export function parseUsd(text: string): MicroUsd | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0'));
}

/** Micro-dollars as people write dollars, with two to six decimals: `$1.00`, `$0.005`. */
export function formatUsd(amount: MicroUsd): string {
  const dollars = Math.floor(amount / 1_000_000);
  const decimals = String(amount % 1_000_000).padStart(6, '0');
  return `$${dollars}.${decimals.replace(/0{1,4}$/, '')}`;
}

/** The most that reading each account's profile costs in one UTC day, however often it is read. */
export function profilesPerDay(accounts: number, prices: Prices): MicroUsd {
  return accounts * prices.user;
}

/** A sentence with the arithmetic when the profiles alone exceed the daily budget, else `undefined`. */
export function explainOverBudget(accounts: number, prices: Prices, budget: MicroUsd): string | undefined {
  const cost = profilesPerDay(accounts, prices);
  if (cost <= budget) return undefined;
  const affordable = Math.floor(budget / prices.user);
  return (
    `${accounts} ${accounts === 1 ? 'account' : 'accounts'} × ${formatUsd(prices.user)} = ${formatUsd(cost)} a day for their profiles alone, above ` +
    `TWITTER_DAILY_BUDGET_USD (${formatUsd(budget)}): raise the budget to ${formatUsd(cost)} or watch at most ${affordable} accounts`
  );
}
