import { dayOf, sidesOf } from '../../../functions/billing/day.ts';
import type { Point } from '../../../functions/measurement.ts';
import { type DatedLine, draftLines, ledgerPoint, openLedgerTimes } from '../../../functions/store/ledger.ts';
import { apps, isHeld, isShort, killedAt, type SeededAccount, tweetTicks, userTicks, xAt } from './plan.ts';
import { batchesOf, isAnswered, type ReadAt, watchedBy } from './truth.ts';

/** What an app asks X for at a price. */
export interface Purchase {
  readonly app: string;
  /** The tick of its run. */
  readonly tick: number;
  readonly resource: 'user' | 'tweet';
  /** The accounts asked for. */
  readonly keys: readonly string[];
  /** How many resources X may return: what is held until it has answered. */
  readonly max: number;
  /** Of each in micro-dollars. */
  readonly price: number;
  /** Whether that is the owner's price. */
  readonly owned: boolean;
  /** The accounts X answered for, each with the ids that are new on the day; none where X refused, `undefined` where it never answered. */
  readonly answer: ReadonlyMap<string, readonly string[]> | undefined;
}

/** X's price list in micro-dollars. */
export const userPrice = 10_000;
const [tweetPrice, ownedTweetPrice] = [5000, 1000];
/** As many posts as a timeline may have. */
const postsPerTimeline = 20;

/** The purchases of all apps, in order: every resource is bought once a UTC day, when it is first asked for. */
export function purchasesOf(readAt: ReadAt): readonly Purchase[] {
  const purchases = apps.flatMap((app) => [...profilePurchases(app), ...postPurchases(app, readAt)]);
  return purchases.sort((a, b) => a.tick - b.tick);
}

/** What a purchase brought that had not been bought before on the day. */
export function newIdsOf({ answer }: Purchase): readonly string[] {
  return [...(answer?.values() ?? [])].flat();
}

/** The lines of the ledger, two for each purchase that X answered; around midnight UTC also those of the other day, which settle to nothing. */
export function toLedgerPoints(purchases: readonly Purchase[]): readonly Point[] {
  const times = openLedgerTimes();
  return purchases.flatMap((purchase) => {
    const reserved = draftLines(times, { ...purchase, min: 1 }, purchase.max, sidesOf(purchase.tick));
    const settled = purchase.answer === undefined ? [] : reserved.map((line) => settle(line, purchase));
    return [...reserved, ...settled].map((line) => ledgerPoint(purchase.app, line));
  });
}

function settle(line: DatedLine, purchase: Purchase): DatedLine {
  const isBilled = line.day === dayOf(purchase.tick);
  const ids = isBilled ? newIdsOf(purchase) : [];
  const answered = isBilled ? [...(purchase.answer ?? [])] : [];
  const keys = answered.map(([key, [id = '']]) => (purchase.resource === 'user' ? `${key}=${id}` : key));
  return { ...line, state: 'settled', keys, ids, newResources: ids.length, cost: ids.length * purchase.price };
}

function profilePurchases(app: string): Purchase[] {
  const answered = new Map<string, Set<string>>();
  return userTicks.flatMap((tick): Purchase[] => {
    const today = setOf(answered, dayOf(tick));
    const batches = isHeld(app, tick) ? [] : batchesOf(watchedBy(app, tick));
    return batches.flatMap((batch) => {
      const wanted = batch.filter(({ key }) => !today.has(key));
      if (wanted.length === 0) return [];
      const keys = wanted.map(({ key }) => key);
      const common = { app, tick, resource: 'user', keys, max: keys.length, price: userPrice, owned: false } as const;
      if (xAt(app, tick) !== 'answers') return [{ ...common, answer: new Map() }];
      for (const key of keys) today.add(key);
      // Of a suspended account X answers as well, and charges nothing.
      const idsOf = (account: SeededAccount): string[] => (isAnswered(account, tick) ? [account.userId] : []);
      return [{ ...common, answer: new Map(wanted.map((account) => [account.key, idsOf(account)])) }];
    });
  });
}

function postPurchases(app: string, readAt: ReadAt): Purchase[] {
  const bought = new Map<string, Set<string>>();
  return tweetTicks.flatMap((tick): Purchase[] => {
    if (isShort(app, tick) || isHeld(app, tick)) return [];
    const today = setOf(bought, dayOf(tick));
    return watchedBy(app, tick).map((account) => {
      const { key, isOwned: owned } = account;
      const price = owned ? ownedTweetPrice : tweetPrice;
      const common = { app, tick, resource: 'tweet', keys: [key], max: postsPerTimeline, price, owned } as const;
      if (app === apps[0] && tick === killedAt) return { ...common, answer: undefined };
      if (xAt(app, tick) !== 'answers') return { ...common, answer: new Map() };
      const ids = readAt(account, tick).filter((id) => !today.has(id));
      ids.reverse(); // X answers with the newest first
      for (const id of ids) today.add(id);
      return { ...common, answer: new Map([[key, ids]]) };
    });
  });
}

function setOf(sets: Map<string, Set<string>>, key: string): Set<string> {
  const known = sets.get(key) ?? new Set();
  sets.set(key, known);
  return known;
}
