import type { TestContext } from 'node:test';
import { billOn } from '../support/billing-x.ts';
import type { Influxd } from '../support/influxd.ts';
import { days, type World } from './world.ts';

/** A day in micro-dollars: X's bill, and what the ledger in the store says of it. */
export interface DayRow {
  readonly day: string;
  readonly bill: number;
  readonly settled: number;
  readonly reserved: number;
}

interface Line {
  readonly resource: string;
  readonly state: string;
  readonly keys: readonly string[];
  readonly ids: readonly string[];
  readonly cost: number;
}

/** The rows of an InfluxQL query with one statement, tags and columns together. */
export async function rowsOf(influxd: Influxd, query: string): Promise<Record<string, unknown>[]> {
  const answer = (await influxd.query(query)) as {
    results: { series?: { tags?: Record<string, string>; columns: string[]; values: unknown[][] }[] }[];
  };
  return (answer.results[0]?.series ?? []).flatMap(({ tags, columns, values }) =>
    values.map((row) => ({ ...tags, ...Object.fromEntries(columns.map((column, index) => [column, row[index]])) })),
  );
}

/** A day's ledger lines as they stand in the store. */
export async function linesOn(influxd: Influxd, day: string): Promise<Line[]> {
  const until = new Date(Date.parse(day) + 86_400_000).toISOString();
  const rows = await rowsOf(
    influxd,
    `SELECT * FROM "twitter_ledger" WHERE time >= '${day}T00:00:00Z' AND time < '${until}'`,
  );
  return rows.map((row) => ({
    resource: String(row['resource']),
    state: String(row['state']),
    keys: String(row['keys']).split(',').filter(Boolean),
    ids: String(row['ids']).split(',').filter(Boolean),
    cost: Number(row['cost_microusd']),
  }));
}

/** The books of the week, read back from the store without the product's own code. */
export async function weekOf({ x, influxd }: World): Promise<DayRow[]> {
  const rows: DayRow[] = [];
  for (const day of days) {
    const lines = await linesOn(influxd, day);
    rows.push({ day, bill: billOn(x, day), settled: settledIn(lines), reserved: reservedIn(lines) });
  }
  return rows;
}

/** Prints the week in dollars. */
export function printWeek(t: TestContext, rows: readonly DayRow[], budget: number): void {
  const usd = (amount: number): string => (amount / 1_000_000).toFixed(3).padStart(9);
  t.diagnostic('day            bill   settled  reserved    budget');
  for (const { day, bill, settled, reserved } of rows)
    t.diagnostic(`${day}${usd(bill)} ${usd(settled)} ${usd(reserved)} ${usd(budget)}`);
}

/** Every id counts once, at the price of the line that brought it. */
function settledIn(lines: readonly Line[]): number {
  const prices = new Map<string, number>();
  for (const { resource, state, ids, cost } of lines)
    if (state === 'settled') for (const id of ids) prices.set(`${resource}:${id}`, cost / ids.length);
  return [...prices.values()].reduce((sum, price) => sum + price, 0);
}

/** Of one account only the largest reservation; none for a profile that is bought by now. */
function reservedIn(lines: readonly Line[]): number {
  const bought = new Set(
    lines.filter(({ resource, state }) => resource === 'user' && state === 'settled').flatMap(({ keys }) => keys),
  );
  const largest = new Map<string, number>();
  for (const { resource, state, keys, cost } of lines) {
    if (state !== 'reserved') continue;
    for (const key of keys.filter((candidate) => resource === 'tweet' || !bought.has(candidate))) {
      const account = `${resource}:${key}`;
      largest.set(account, Math.max(largest.get(account) ?? 0, cost / keys.length));
    }
  }
  return [...largest.values()].reduce((sum, amount) => sum + amount, 0);
}
