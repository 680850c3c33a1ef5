import type { Account } from '../config/accounts.ts';
import { type DayBook, heldFor, idsBoughtFor, type Resource, worstOf } from './ledger.ts';
import type { MicroUsd } from './price.ts';

/** Money for the profiles that are not bought yet on that day: posts may not spend it. */
export function setAside(book: DayBook, accounts: readonly Account[], userPrice: MicroUsd): MicroUsd {
  const open = accounts.filter(({ key }) => idsBoughtFor(book, 'user', key) === undefined);
  return open.reduce((sum, { key }) => sum + Math.max(0, userPrice - heldFor(book, 'user', key)), 0);
}

/** What may still be spent on that day beyond an amount set aside; never below zero. */
export function leftOf(book: DayBook, budget: MicroUsd, aside: MicroUsd): MicroUsd {
  return Math.max(0, budget - worstOf(book) - aside);
}

/**
 * How many of the resources wanted the money left allows. Users are counted in order, and what an earlier purchase of
 * unknown outcome holds for one is there for this one as well: it is the same profile. Posts may be others by now.
 */
export function affordableCount(
  book: DayBook,
  { resource, keys, most, price }: { resource: Resource; keys: readonly string[]; most: number; price: MicroUsd },
  left: MicroUsd,
): number {
  if (price === 0) return most;
  if (resource === 'tweet') return Math.min(most, Math.floor(left / price));
  let rest = left;
  const first = keys.findIndex((key) => (rest -= Math.max(0, price - heldFor(book, resource, key))) < 0);
  return first === -1 ? most : first;
}
