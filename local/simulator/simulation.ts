import { findAccountByName, type KnownAccounts } from './accounts.ts';
import { type Clock, startClock } from './clock.ts';
import type { RateLimits } from './rate-limit.ts';

/** Everything the simulated X remembers. */
export interface Simulation {
  readonly clock: Clock;
  readonly known: KnownAccounts;
  readonly limits: RateLimits;
  /** UTC day (YYYY-MM-DD) -> ids of the posts read on it. */
  readonly postReads: Map<string, Set<string>>;
}

/** `usernames` are accounts whose ids are known before they are first asked for by name. */
export function startSimulation(speed: number, now?: () => Date, usernames: readonly string[] = []): Simulation {
  const known: KnownAccounts = new Map();
  for (const name of usernames) findAccountByName(known, name);
  return { clock: startClock(speed, now), known, limits: new Map(), postReads: new Map() };
}
