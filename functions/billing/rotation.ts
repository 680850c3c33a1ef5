import type { Account } from '../config/accounts.ts';

/** What decides how many accounts one tick may read. */
export interface Window {
  /** Unix milliseconds of the tick. */
  readonly time: number;
  /** The schedule's period; without one the tick is taken for the only one in its window. */
  readonly everySeconds: number | undefined;
  /** Requests X allows in its 15 minutes. */
  readonly requestsPerWindow: number;
  readonly accountsPerRequest: number;
}

const windowSeconds = 900;
/** Classes come from a hash and so are not quite equal in size. */
const fill = 0.9;

/**
 * The accounts that are due. When all of them fit X's rate-limit window it is all; otherwise each account belongs
 * to one of k classes by its name alone, and the ticks take the classes in turn, so that no memory is needed.
 */
export function dueAccounts(accounts: readonly Account[], window: Window): readonly Account[] {
  const classes = countClasses(accounts.length, window);
  if (classes === 1) return accounts;
  const slot = Math.floor(window.time / 1000 / (window.everySeconds ?? windowSeconds)) % classes;
  return accounts.filter((account) => hashOf(account.key) % classes === slot);
}

/** How many ticks it takes until every account has had its turn. */
export function countClasses(accounts: number, window: Window): number {
  const ticksPerWindow = Math.ceil(windowSeconds / (window.everySeconds ?? windowSeconds));
  const requestsPerTick = Math.max(1, Math.floor(window.requestsPerWindow / ticksPerWindow));
  const capacity = requestsPerTick * window.accountsPerRequest;
  return accounts <= capacity ? 1 : Math.ceil(accounts / (capacity * fill));
}

/** FNV-1a, 32 bits, of ASCII, which all keys are, with a final mix: http://www.isthe.com/chongo/tech/comp/fnv/ leaves the low bits of short keys uneven. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The accounts in an order of that day: when the money does not last for all, other ones come first tomorrow. */
export function fairOrder(accounts: readonly Account[], day: string): readonly Account[] {
  const ranked = accounts.map((account) => ({ account, rank: hashOf(`${day} ${account.key}`) }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ account }) => account);
}
