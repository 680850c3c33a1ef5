import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type BillingX, billOn } from '../support/billing-x.ts';
import type { Influxd } from '../support/influxd.ts';
import { rowsOf } from './rows.ts';

/** A ledger line as it stands in the store. */
export interface Line {
  readonly time: string;
  readonly resource: string;
  readonly state: string;
  readonly purchase: string;
  readonly keys: readonly string[];
  readonly ids: readonly string[];
  readonly cost: number;
}

/** A day's money in micro-dollars as its lines tell it, computed without the product's own code. */
export interface Books {
  readonly settled: number;
  readonly held: number;
  readonly setAside: number;
}

/** A day in micro-dollars: X's bill, and what the ledger in the store says of it. */
export interface DayRow extends Omit<Books, 'setAside'> {
  readonly day: string;
  readonly bill: number;
}

const userPrice = 10_000;

/** A day's ledger lines as they stand in the store. */
export async function linesOn(influxd: Influxd, day: string, app = 'default'): Promise<Line[]> {
  const until = new Date(Date.parse(day) + 86_400_000).toISOString();
  const range = `time >= '${day}T00:00:00Z' AND time < '${until}'`;
  const rows = await rowsOf(influxd, `SELECT * FROM "twitter_ledger" WHERE "app" = '${app}' AND ${range}`);
  return rows.map((row) => ({
    time: String(row['time']),
    resource: String(row['resource']),
    state: String(row['state']),
    purchase: String(row['purchase']),
    keys: String(row['keys']).split(',').filter(Boolean),
    ids: String(row['ids']).split(',').filter(Boolean),
    cost: Number(row['cost_microusd']),
  }));
}

/**
 * Settled is the price of every distinct id of a settled line; held what is reserved without a settled line of the same
 * purchase, a profile once for each key and not at all once it is bought; set aside the price of the other profiles.
 */
export function booksOf(lines: readonly Line[], accounts: readonly string[] = []): Books {
  const prices = new Map<string, number>();
  const settledLines = lines.filter(({ state }) => state === 'settled');
  for (const { resource, ids, cost } of settledLines) {
    for (const id of ids)
      prices.set(`${resource}:${id}`, Math.max(prices.get(`${resource}:${id}`) ?? 0, cost / ids.length));
  }
  const bought = boughtProfiles(settledLines);
  const settledPurchases = new Set(settledLines.map(({ purchase }) => purchase));
  const open = lines.filter(({ state, purchase }) => state === 'reserved' && !settledPurchases.has(purchase));
  const profiles = new Map<string, number>();
  for (const { keys, cost } of open.filter(({ resource }) => resource === 'user')) {
    for (const key of keys.filter((each) => !bought.has(each)))
      profiles.set(key, Math.max(profiles.get(key) ?? 0, cost / keys.length));
  }
  const posts = open.filter(({ resource }) => resource === 'tweet').map(({ cost }) => cost);
  const missing = accounts.filter((key) => !bought.has(key) && !profiles.has(key));
  return {
    settled: sumOf(prices.values()),
    held: sumOf([...profiles.values(), ...posts]),
    setAside: missing.length * userPrice,
  };
}

/** Keys of the accounts of which the profile is bought: those that lead to an id that is. */
function boughtProfiles(settled: readonly Line[]): ReadonlySet<string> {
  const users = settled.filter(({ resource }) => resource === 'user');
  const ids = new Set(users.flatMap((line) => line.ids));
  const byName = users.flatMap(({ keys }) => keys.map((key) => key.split('=', 2)));
  const names = byName.flatMap(([name = '', id = '']) => (ids.has(id) ? [name] : []));
  return new Set([...names, ...[...ids].map((id) => `id:${id}`)]);
}

/** One row for each of the days. */
export async function daysOf(
  { x, influxd }: { readonly x: BillingX; readonly influxd: Influxd },
  days: readonly string[],
): Promise<DayRow[]> {
  const rows: DayRow[] = [];
  for (const day of days) {
    const { settled, held } = booksOf(await linesOn(influxd, day));
    rows.push({ day, bill: billOn(x, day), settled, held });
  }
  return rows;
}

/** Fails unless a bill lies between what is settled and what is held besides, and within the budget of one process. */
export function checkDay({ day, bill, settled, held }: DayRow, budget: number): void {
  assert.ok(settled <= bill, `${day}: ${settled} settled of a bill of ${bill}`);
  assert.ok(bill <= settled + held, `${day}: a bill of ${bill}, ${settled} settled and ${held} held`);
  assert.ok(bill <= budget, `${day}: a bill of ${bill} with a budget of ${budget}`);
}

/** Prints days in dollars. */
export function printDays(t: TestContext, rows: readonly DayRow[], budget: number): void {
  const usd = (amount: number): string => (amount / 1_000_000).toFixed(3).padStart(9);
  t.diagnostic('day            bill   settled      held    budget');
  for (const { day, bill, settled, held } of rows)
    t.diagnostic(`${day}${usd(bill)} ${usd(settled)} ${usd(held)} ${usd(budget)}`);
}

function sumOf(amounts: Iterable<number>): number {
  return [...amounts].reduce((sum, amount) => sum + amount, 0);
}
