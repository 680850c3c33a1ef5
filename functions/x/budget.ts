import { type Book, enterLine, type Figures, figuresOf, isKnownAnswer, isPaid, profileMoney } from '../billing/book.ts';
import { type Day, dayOf, lastSafeMoment, type Side, sidesOf } from '../billing/day.ts';
import type { MicroUsd } from '../billing/price.ts';
import type { Received, Want } from '../collectors/collector.ts';
import type { Point } from '../measurement.ts';
import { type DatedLine, draftLines, ledgerPoint, type LedgerTimes } from '../store/ledger.ts';
import { putBooks, storeBooks, type Writer } from '../store/writer.ts';

/** A run's money: decides what may be bought, and enters what was. Nothing else does. */
export interface Budget {
  readonly app: string;
  /** A book for each day the run can touch. */
  readonly books: ReadonlyMap<Day, Book>;
  /** Whether the ledger was read: without, the books lack what it may hold. */
  readonly isRead: boolean;
  readonly times: LedgerTimes;
  readonly writer: Writer;
  /** Purchases whose outcome is awaited, and those that wait for one of them to give money back. */
  underWay: number;
  readonly waiting: (() => void)[];
  /** New resources of this run, and what they cost. */
  newResources: number;
  microUsd: MicroUsd;
}

/** Money held for one request: a line in the ledger, or two around midnight, or none where nothing new can come. */
export interface Reservation {
  readonly want: Want;
  readonly granted: number;
  readonly lines: readonly DatedLine[];
  /** Until when X can bill no other day than those it was made for, in Unix milliseconds. */
  readonly validUntil: number;
}

/** What X answered with, and its clock in Unix milliseconds. */
type Receipt = Pick<Received<unknown>, 'ids' | 'answered'> & { readonly date: number | undefined };

/** What an answer without a bill brings. */
export const nothing: Receipt = { ids: [], answered: [], date: undefined };

export function openBudget(parts: Pick<Budget, 'app' | 'books' | 'isRead' | 'times' | 'writer'>): Budget {
  return { ...parts, underWay: 0, waiting: [], newResources: 0, microUsd: 0 };
}

/** The days X may bill now, of which the ledger was read: one, or two around midnight, that of our clock first. */
export function sidesNow({ books }: Budget): readonly (Side & { readonly book: Book })[] {
  return sidesOf(Date.now()).flatMap((side) => {
    const book = books.get(side.day);
    return book === undefined ? [] : { ...side, book };
  });
}

/** Today's money; `undefined` where the ledger was not read. */
export function figuresNow(budget: Budget): Figures | undefined {
  const [today] = sidesNow(budget);
  return budget.isRead && today ? figuresOf(today.book) : undefined;
}

/**
 * Holds money for a request at its worst case, or for fewer resources near the edge of the budget, once all other
 * purchases under way have given back what they did not need. `undefined` when not even the least fits, or when X has
 * charged beyond the budget already. Resolves when the reservation is stored. Throws a `RunError` when it cannot be.
 */
export async function reserve(budget: Budget, want: Want): Promise<Reservation | undefined> {
  let sides = sidesNow(budget);
  let granted = affordable(sides, want);
  while (granted < want.max && budget.underWay > 0) {
    await new Promise<void>((resolve) => budget.waiting.push(resolve));
    sides = sidesNow(budget);
    granted = affordable(sides, want);
  }
  if (granted < want.min) return undefined;
  const lines = granted === 0 ? [] : draftLines(budget.times, want, granted, sides);
  const reservation = { want, granted, lines, validUntil: lastSafeMoment(sides) };
  if (granted === 0) return reservation;
  budget.underWay += 1;
  try {
    // A profile's price is set aside for it, so that it cannot be spent twice.
    await storeBooks(budget.writer, enter(budget, lines), { isBrokerEnough: want.resource === 'user' });
  } catch (error) {
    settle(budget, reservation, nothing);
    throw error;
  }
  return reservation;
}

/** Enters what the request brought, on the day of X's clock; the lines of other days settle to nothing. */
export function settle(budget: Budget, reservation: Reservation, receipt: Receipt): void {
  const { want } = reservation;
  const lines = reservation.lines.length > 0 ? reservation.lines : unexpectedLines(budget, want, receipt);
  const billed = lines.find(({ day }) => day === dayOf(receipt.date ?? 0)) ?? lines[0];
  const settled = lines.map((line): DatedLine => {
    const { ids, answered } = line === billed ? receipt : nothing;
    const book = budget.books.get(line.day);
    const newIds = [...new Set(ids)].filter((id) => book === undefined || !isPaid(book, line.resource, id, want.price));
    const cost = newIds.length * want.price;
    budget.newResources += newIds.length;
    budget.microUsd += cost;
    return { ...line, state: 'settled', keys: answered, ids: newIds, newResources: newIds.length, cost };
  });
  if (settled.length > 0) putBooks(budget.writer, enter(budget, settled));
  release(budget, reservation);
}

/** Ends a purchase. One that was not settled stays held until 00:00 UTC: nobody knows what it cost. */
export function release(budget: Budget, { lines }: Reservation): void {
  if (lines.length === 0) return;
  budget.underWay -= 1;
  for (const resume of budget.waiting.splice(0)) resume();
}

/** How many of the resources wanted fit on every day the purchase may be billed; below 0 where nothing may be asked. */
function affordable(sides: ReturnType<typeof sidesNow>, { resource, keys, max, price }: Want): number {
  const counts = sides.map(({ book }) => {
    const { spent, budget, left, setAside } = figuresOf(book);
    if (spent > budget) return -1;
    if (price === 0 || max === 0) return max;
    if (resource === 'tweet') return Math.max(0, Math.floor(left / price));
    // Profiles are counted in order; what is held for one of them is there for it, and what is set aside is for them all.
    const { held } = profileMoney(book);
    let rest = left + setAside;
    const first = keys.findIndex((key) => (rest -= Math.max(0, price - (held.get(key) ?? 0))) < 0);
    return first === -1 ? max : first;
  });
  return sides.length === 0 ? -1 : Math.min(max, ...counts);
}

/** Enters lines into their books, and makes points of them. */
function enter({ app, books }: Budget, lines: readonly DatedLine[]): readonly Point[] {
  return lines.map((line) => {
    const book = books.get(line.day);
    if (book !== undefined) enterLine(book, line);
    return ledgerPoint(app, line);
  });
}

/** A line for what came although nothing new was expected: an id not paid for yet, or another one behind a name. */
function unexpectedLines(budget: Budget, want: Want, { ids, answered, date }: Receipt): DatedLine[] {
  const sides = sidesNow(budget);
  const side = sides.find(({ day }) => day === dayOf(date ?? 0)) ?? sides[0];
  if (side === undefined) return [];
  const isNews =
    ids.some((id) => !isPaid(side.book, want.resource, id, want.price)) ||
    answered.some((each) => !isKnownAnswer(side.book, each));
  return isNews ? draftLines(budget.times, want, 0, [side]) : [];
}
