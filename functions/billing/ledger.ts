import { type Day, dayOf } from './day.ts';
import type { MicroUsd } from './price.ts';

/** What X bills. */
export type Resource = 'user' | 'tweet';

/**
 * One purchase in the ledger. Reserved before X is asked, at the most it can cost; settled at the same time and batch
 * once X has answered, which replaces it.
 */
export interface LedgerLine {
  /** Unix milliseconds. */
  readonly time: number;
  readonly resource: Resource;
  /** Index of the purchase in its run. */
  readonly batch: number;
  readonly state: 'reserved' | 'settled';
  /** The accounts asked for; once settled, those X answered for. */
  readonly keys: readonly string[];
  /** Ids of the resources bought with it, new on that day. */
  readonly ids: readonly string[];
  readonly newResources: number;
  readonly cost: MicroUsd;
}

/** What is known of one UTC day's purchases. */
export interface DayBook {
  /** Price of each resource bought, by `resource:id`. */
  readonly bought: Map<string, MicroUsd>;
  /** Ids bought for an account, by `resource:key`. */
  readonly idsOf: Map<string, Set<string>>;
  /** Open reservations of an account: what each line holds for it, by `resource:key`. */
  readonly open: Map<string, Map<string, MicroUsd>>;
  /** The accounts each open line holds money for. */
  readonly accountsOf: Map<string, string[]>;
  /** Sum of `bought`, and of the largest reservation of each account in `open`. */
  settled: MicroUsd;
  reserved: MicroUsd;
  /** What the other reservations for posts of an account hold beyond its largest: they may have brought other posts. */
  beyondLargest: MicroUsd;
  /** Held by requests for posts that are under way: on top of everything, since they may bring other posts than before. */
  underWay: MicroUsd;
}

/** The ledger as far as it was read: a book for each day. */
export type Ledger = Map<Day, DayBook>;

/** The book of a day, a new one if nothing is known of it. */
export function bookOf(ledger: Ledger, day: Day): DayBook {
  const known = ledger.get(day);
  if (known !== undefined) return known;
  const book = {
    bought: new Map(),
    idsOf: new Map(),
    open: new Map(),
    accountsOf: new Map(),
    settled: 0,
    reserved: 0,
    beyondLargest: 0,
    underWay: 0,
  };
  ledger.set(day, book);
  return book;
}

/** Enters a line into its day's book. A settled line takes the place of the reservation with its time and batch. */
export function enterLine(ledger: Ledger, line: LedgerLine): void {
  const book = bookOf(ledger, dayOf(line.time));
  const lineId = `${line.time}:${line.resource}:${line.batch}`;
  if (line.state === 'reserved') {
    for (const key of line.keys) setReservation(book, line.resource, key, lineId, line.cost / line.keys.length);
    return;
  }
  for (const account of book.accountsOf.get(lineId) ?? []) dropReservation(book, account, lineId);
  book.accountsOf.delete(lineId);
  for (const id of line.ids) enterId(book, line, id);
  for (const key of line.keys) enterKey(book, line, key);
}

/** Micro-dollars of a day that are spent or held. Of an account's reservations only the largest counts here. */
export function spentOf(book: DayBook): MicroUsd {
  return book.settled + book.reserved + book.underWay;
}

/** The most that X can have charged on a day and can still charge for what is under way. */
export function worstOf(book: DayBook): MicroUsd {
  return spentOf(book) + book.beyondLargest;
}

/** Whether a resource was bought on that day: X does not charge for it again. */
export function isBought(book: DayBook, resource: Resource, id: string): boolean {
  return book.bought.has(`${resource}:${id}`);
}

/** The ids bought for an account on that day; `undefined` when X never answered for it. */
export function idsBoughtFor(book: DayBook, resource: Resource, key: string): ReadonlySet<string> | undefined {
  return book.idsOf.get(accountOf(resource, key));
}

/** Money held for an account by purchases of which the outcome is not known: another one for it may use it as well. */
export function heldFor(book: DayBook, resource: Resource, key: string): MicroUsd {
  return largest(book.open.get(accountOf(resource, key)) ?? new Map());
}

function enterId(book: DayBook, { resource, newResources, cost }: LedgerLine, id: string): void {
  const entry = `${resource}:${id}`;
  if (book.bought.has(entry)) return;
  const price = newResources > 0 ? cost / newResources : 0;
  book.bought.set(entry, price);
  book.settled += price;
}

/** One profile stands behind each account: money held for it by an older purchase was for what is bought now. */
function enterKey(book: DayBook, { resource, keys, ids }: LedgerLine, key: string): void {
  const account = accountOf(resource, key);
  const known = book.idsOf.get(account) ?? new Set();
  if (keys.length === 1) for (const id of ids) known.add(id);
  book.idsOf.set(account, known);
  if (resource === 'user')
    for (const lineId of book.open.get(account)?.keys() ?? []) dropReservation(book, account, lineId);
}

function setReservation(book: DayBook, resource: Resource, key: string, lineId: string, amount: MicroUsd): void {
  const account = accountOf(resource, key);
  const lines = book.open.get(account) ?? new Map<string, MicroUsd>();
  if (resource === 'user' && book.idsOf.has(account)) return;
  countHeld(book, account, lines, -1);
  lines.set(lineId, amount);
  book.accountsOf.set(lineId, [...(book.accountsOf.get(lineId) ?? []), account]);
  book.open.set(account, lines);
  countHeld(book, account, lines, 1);
}

function dropReservation(book: DayBook, account: string, lineId: string): void {
  const lines = book.open.get(account);
  if (lines === undefined) return;
  countHeld(book, account, lines, -1);
  lines.delete(lineId);
  countHeld(book, account, lines, 1);
  if (lines.size === 0) book.open.delete(account);
}

function countHeld(book: DayBook, account: string, lines: ReadonlyMap<string, MicroUsd>, sign: 1 | -1): void {
  const most = largest(lines);
  book.reserved += sign * most;
  if (!account.startsWith('tweet:')) return;
  const sum = [...lines.values()].reduce((total, amount) => total + amount, 0);
  book.beyondLargest += sign * (sum - most);
}

function largest(lines: ReadonlyMap<string, MicroUsd>): MicroUsd {
  return Math.max(0, ...lines.values());
}

function accountOf(resource: Resource, key: string): string {
  return `${resource}:${key.toLowerCase()}`;
}
