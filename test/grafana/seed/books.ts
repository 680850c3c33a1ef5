import type { LedgerLine } from '../../../functions/billing/ledger.ts';
import { dayOf } from '../../../functions/billing/day.ts';
import { accounts, apps, budgetUsedUp, isWithin, killedAt, tweetTicks, userTicks } from './plan.ts';
import { arePostsRead, isAnswered, type ReadAt, watchedBy } from './truth.ts';

/** A line of an app's ledger. */
export interface SeededLine {
  readonly app: string;
  readonly line: LedgerLine;
}

/** X's price list in micro-dollars. */
const prices = { user: 10_000, tweet: 5000 };
/** From a tick to its first request, and from one request to the next. */
const askedAfterMs = { first: 200, each: 10 };

/** The ledgers of all apps, in order: every resource is bought once a UTC day, when it is first asked for. */
export function ledgerOf(readAt: ReadAt): readonly SeededLine[] {
  const lines = apps.flatMap((app) => [...userLines(app), ...tweetLines(app, readAt)]);
  return lines.sort((a, b) => a.line.time - b.line.time);
}

function userLines(app: string): SeededLine[] {
  const bought = new Map<string, Set<string>>();
  return userTicks.flatMap((time) => {
    const today = setOf(bought, dayOf(time));
    const wanted = watchedBy(app, time).filter(({ userId }) => !today.has(userId));
    const found = wanted.filter((account) => isAnswered(account, time));
    // While X refuses as a whole nothing is bought; of a suspended account it answers, and charges nothing.
    const isRefused = watchedBy(app, time).every((account) => !isAnswered(account, time));
    if (wanted.length === 0 || isRefused) return [];
    for (const { userId } of found) today.add(userId);
    const common = { time: time + askedAfterMs.first, resource: 'user' as const, batch: 0, state: 'settled' as const };
    const [keys, ids] = [found.map(({ key }) => key), found.map(({ userId }) => userId)];
    return [{ app, line: { ...common, keys, ids, newResources: ids.length, cost: ids.length * prices.user } }];
  });
}

function tweetLines(app: string, readAt: ReadAt): SeededLine[] {
  const bought = new Map<string, Set<string>>();
  return tweetTicks.flatMap((tick) => {
    if (app === apps[0] && isWithin(tick, budgetUsedUp)) return [];
    if (app === apps[0] && tick === killedAt) return [killedLine(app, tick)];
    const today = setOf(bought, dayOf(tick));
    const asked = watchedBy(app, tick).filter((account) => arePostsRead(account, tick));
    return asked.map((account, batch) => {
      const ids = readAt(account, tick).filter((id) => !today.has(id));
      for (const id of ids) today.add(id);
      const time = tick + askedAfterMs.first + batch * askedAfterMs.each;
      const common = { time, resource: 'tweet' as const, batch, state: 'settled' as const, keys: [account.key] };
      return { app, line: { ...common, ids, newResources: ids.length, cost: ids.length * prices.tweet } };
    });
  });
}

/** Reserved for a timeline of twenty posts, and never settled. */
function killedLine(app: string, tick: number): SeededLine {
  const common = { time: tick + askedAfterMs.first, resource: 'tweet' as const, batch: 0, state: 'reserved' as const };
  const [jack] = accounts;
  return { app, line: { ...common, keys: [jack?.key ?? ''], ids: [], newResources: 20, cost: 20 * prices.tweet } };
}

function setOf(sets: Map<string, Set<string>>, key: string): Set<string> {
  const known = sets.get(key) ?? new Set();
  sets.set(key, known);
  return known;
}
