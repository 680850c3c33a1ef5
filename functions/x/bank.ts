import type { App } from '../app.ts';
import { type Day, dayOf, sidesOf } from '../billing/day.ts';
import { bookOf, enterLine, isBought, type Ledger, type LedgerLine } from '../billing/ledger.ts';
import { affordableCount, leftOf, setAside } from '../billing/plan.ts';
import type { MicroUsd } from '../billing/price.ts';
import type { Want } from '../collectors/collector.ts';
import type { Measurement } from '../measurement.ts';
import { type BookWriter, keep, write } from '../store/book-writer.ts';

/** Today's money in one run: what is claimed here was written down before X is asked. */
export interface Bank {
  readonly app: App;
  /** The ledger this run has read: a later run reads its own. */
  readonly ledger: Ledger;
  readonly writer: BookWriter;
  /** Index of the next purchase in the run. */
  nextBatch: number;
  /** Purchases whose outcome is awaited, and those who wait for one of them to give money back. */
  underWay: number;
  readonly waiting: (() => void)[];
  /** What is set aside for profiles, by day. */
  readonly aside: Map<Day, MicroUsd>;
  /** New resources of this run, and what they cost. */
  newResources: number;
  microUsd: MicroUsd;
}

/** Money held for one request: a line in the ledger, or two around midnight. */
export interface Claim {
  readonly want: Want;
  readonly granted: number;
  readonly lines: readonly LedgerLine[];
}

/** What an answer of X brought. */
export interface Receipt {
  readonly ids: readonly string[];
  /** The accounts X answered for. */
  readonly keys: readonly string[];
  /** X's clock in Unix milliseconds. */
  readonly date: number | undefined;
}

/** A bank for one run. */
export function openBank(app: App, writer: BookWriter): Bank {
  return {
    app,
    ledger: app.state.ledger,
    writer,
    nextBatch: 0,
    underWay: 0,
    waiting: [],
    aside: new Map(),
    newResources: 0,
    microUsd: 0,
  };
}

/**
 * Holds money for a request at its worst case, or for fewer resources near the edge of the budget, once all other
 * requests under way have given back what they did not need. `undefined` when not even the least fits. Resolves when the
 * reservation is stored. Throws a `RunError` when it cannot be.
 */
export async function claim(bank: Bank, want: Want): Promise<Claim | undefined> {
  let granted = affordable(bank, want);
  while (granted < want.most && bank.underWay > 0) {
    await new Promise<void>((resolve) => bank.waiting.push(resolve));
    granted = affordable(bank, want);
  }
  if (granted < want.least) return undefined;
  const lines = reservedLines(bank, want, granted);
  const claimed = { want, granted, lines };
  bank.underWay += 1;
  hold(bank, lines);
  try {
    await write(
      bank.writer,
      lines.map((line) => toLedgerMeasurement(bank.app.config.app, line)),
    );
  } catch (error) {
    settle(bank, claimed, { ids: [], keys: [], date: undefined });
    throw error;
  }
  return claimed;
}

/** Enters what the request brought, on the day of X's clock. Nothing brought: nothing is charged. */
export function settle(bank: Bank, claim: Claim, receipt: Receipt): void {
  const { ledger } = bank;
  const day = dayOf(receipt.date ?? claim.lines[0]?.time ?? 0);
  const billed = claim.lines.find((line) => dayOf(line.time) === day) ?? claim.lines[0];
  const paidFor = receipt.keys.filter((key) => claim.want.keys.includes(key)); // the others were bought before
  const lines = claim.lines.map((line) => {
    const counts = line === billed ? { ids: receipt.ids, keys: paidFor } : { ids: [], keys: [] };
    const book = bookOf(ledger, dayOf(line.time));
    const ids = [...new Set(counts.ids)].filter((id) => !isBought(book, line.resource, id));
    return {
      ...line,
      state: 'settled' as const,
      keys: counts.keys,
      ids,
      newResources: ids.length,
      cost: ids.length * claim.want.price,
    };
  });
  giveBack(bank, claim.lines);
  enter(bank, lines);
  bank.newResources += lines.reduce((sum, line) => sum + line.newResources, 0);
  bank.microUsd += lines.reduce((sum, line) => sum + line.cost, 0);
  keep(
    bank.writer,
    lines.map((line) => toLedgerMeasurement(bank.app.config.app, line)),
  );
  resumeWaiting(bank);
}

/** Ends a request whose outcome nobody knows: what was held for it stays held until midnight UTC. */
export function leave(bank: Bank, claim: Claim): void {
  giveBack(bank, claim.lines);
  enter(bank, claim.lines);
  resumeWaiting(bank);
}

function resumeWaiting(bank: Bank): void {
  bank.underWay -= 1;
  for (const resume of bank.waiting.splice(0)) resume();
}

/** How many of the resources wanted fit on every day the purchase may be billed. */
function affordable(bank: Bank, want: Want): number {
  const { config } = bank.app;
  const counts = sidesOf(Date.now()).map((time) => {
    const day = dayOf(time);
    const book = bookOf(bank.ledger, day);
    const aside = want.resource === 'user' ? 0 : asideOn(bank, day);
    return affordableCount(book, want, leftOf(book, config.dailyBudget, aside));
  });
  return Math.min(...counts);
}

/** Counted again only after profiles were bought: with many accounts it takes as long as it sounds. */
function asideOn({ app: { config, state }, ledger, aside }: Bank, day: Day): MicroUsd {
  const known = aside.get(day);
  if (known !== undefined) return known;
  const counted = setAside(bookOf(ledger, day), state.accounts, config.prices.user);
  aside.set(day, counted);
  return counted;
}

/** A request for posts adds to what older ones still hold for the account; a profile is the same one each time. */
function hold(bank: Bank, lines: readonly LedgerLine[]): void {
  for (const line of lines) {
    if (line.resource === 'tweet') bookOf(bank.ledger, dayOf(line.time)).underWay += line.cost;
    else enter(bank, [line]);
  }
}

function giveBack({ ledger }: Bank, lines: readonly LedgerLine[]): void {
  const posts = lines.filter(({ resource }) => resource === 'tweet');
  for (const line of posts) bookOf(ledger, dayOf(line.time)).underWay -= line.cost;
}

function enter(bank: Bank, lines: readonly LedgerLine[]): void {
  for (const line of lines) enterLine(bank.ledger, line);
  if (lines.some(({ resource }) => resource === 'user')) bank.aside.clear();
}

function reservedLines(bank: Bank, { resource, keys, price }: Want, granted: number): LedgerLine[] {
  const batch = bank.nextBatch;
  bank.nextBatch += 1;
  const held = resource === 'user' ? keys.slice(0, granted) : keys;
  const common = { resource, batch, state: 'reserved' as const, keys: held, ids: [], newResources: granted };
  return sidesOf(Date.now()).map((time) => ({ ...common, time, cost: granted * price }));
}

/** A ledger line as a point: `keys` and `ids` are lists separated by commas. */
export function toLedgerMeasurement(app: string, line: LedgerLine): Measurement {
  return {
    name: 'twitter_ledger',
    tags: { app, resource: line.resource, batch: String(line.batch) },
    fields: {
      state: line.state,
      keys: line.keys.join(','),
      ids: line.ids.join(','),
      new_resources: line.newResources,
      cost_microusd: line.cost,
    },
    time: line.time,
  };
}
