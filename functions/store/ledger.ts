import { randomInt, randomUUID } from 'node:crypto';
import { type Book, enterLine } from '../billing/book.ts';
import type { LedgerLine } from '../billing/line.ts';
import { type Day, dayMs, dayOf, type Side } from '../billing/day.ts';
import type { DayUsage } from '../billing/usage.ts';
import type { Want } from '../collectors/collector.ts';
import { isXId } from '../config/accounts.ts';
import type { Deadline } from '../deadline.ts';
import type { Point } from '../measurement.ts';
import { queryStore, type Store } from './influxdb.ts';
import { countOf, notAllowed, type Row, type Rows, textOf, timeOf } from './rows.ts';

/** Where the process draws the nine digits of its next purchase's time: in a billion steps none comes twice. */
export interface LedgerTimes {
  next: number;
  readonly step: number;
}

/** A row with a hundred names and ids has some 4 kB. */
export const linesPerPage = 4000;
const billion = 1_000_000_000;
/** As much as a budget can be. Sums of more could be no whole numbers any more. */
const maxCost = 999_999_999_999_999;
/** What X answered of a profile: `jack=12`, `id:12=12`, or `nobody=`. */
const answerPattern = /^(id:)?\w+=\d*$/;
const tags = ['resource', 'state'];
const fields = ['purchase', 'keys', 'ids', 'new_resources', 'cost_microusd', 'owned'];
const columns = [...tags, ...fields].map((name) => `"${name}"::${tags.includes(name) ? 'tag' : 'field'} AS "${name}"`);

/** Each process has a start of its own, so that no two share times. Step and billion have no divisor in common. */
export function openLedgerTimes(): LedgerTimes {
  return { next: randomInt(billion), step: randomInt(billion / 10) * 10 + 3 };
}

/** A line at its time, in Unix nanoseconds, and on its UTC day. */
export type DatedLine = LedgerLine & { readonly time: string; readonly day: Day };

/** The lines of the process's next purchase, reserved: one a side, with the same id and digits below the second. */
export function draftLines(times: LedgerTimes, want: Want, granted: number, sides: readonly Side[]): DatedLine[] {
  times.next = (times.next + times.step) % billion;
  const digits = String(times.next).padStart(9, '0');
  const { resource, price, owned } = want;
  const keys = resource === 'user' ? want.keys.slice(0, granted) : want.keys;
  const common = { purchase: randomUUID(), resource, state: 'reserved', keys, ids: [], owned } as const;
  const money = { newResources: granted, cost: granted * price };
  return sides.map(({ time, day }) => ({ ...common, ...money, time: `${Math.floor(time / 1000)}${digits}`, day }));
}

/** A line as a point: `keys` and `ids` are lists separated by commas. */
export function ledgerPoint(app: string, line: DatedLine): Point {
  const { purchase, resource, state, keys, ids, newResources, cost, owned, time } = line;
  const lists = { purchase, keys: keys.join(','), ids: ids.join(',') };
  const fields = { ...lists, new_resources: newResources, cost_microusd: cost, owned: owned ? 1 : 0 };
  return { measurement: 'twitter_ledger', tags: { app, resource, state }, fields, time };
}

/** The question for a page of the lines of these days; the first page is 0. */
export function ledgerQuestion(app: string, days: readonly Day[], page: number): string {
  const limit = `LIMIT ${linesPerPage} OFFSET ${page * linesPerPage}`;
  return `SELECT ${columns.join(', ')} FROM "twitter_ledger" WHERE "app" = '${app}' AND ${rangeOf(days)} ${limit}`;
}

/** From the start of the first of these days to the end of the last. */
function rangeOf(days: readonly Day[]): string {
  const starts = days.map((day) => Date.parse(day));
  return `time >= ${Math.min(...starts)}ms AND time < ${Math.max(...starts) + dayMs}ms`;
}

/**
 * Enters rows into the books of their days, and says how many names and ids they have. Throws a `RunError` for a row that
 * the function cannot have written.
 */
export function enterRows(books: ReadonlyMap<Day, Book>, rows: Rows, app: string): number {
  let names = 0;
  for (const row of rows) {
    const book = books.get(dayOf(timeOf(row)));
    if (book === undefined) continue;
    const line = lineOf(row, app);
    enterLine(book, line);
    names += 1 + line.keys.length + line.ids.length;
  }
  return names;
}

/** Books to keep until the next run, which reads the posts again: of many posts they would take most of the memory. */
export function withoutPosts(books: ReadonlyMap<Day, Book>): ReadonlyMap<Day, Book> {
  const kept = Array.from(books, ([day, book]): [Day, Book] => {
    return [day, { ...book, paid: { ...book.paid, tweet: new Map() }, posts: [] }];
  });
  return new Map(kept);
}

/** Whether a row is a line in parts: InfluxDB 1.x shows one that is just being written without some of its fields. */
export function lacksField({ columns: values }: Row): boolean {
  return fields.some((field) => (values[field] ?? undefined) === undefined);
}

/** A row as a line. One that the function cannot have written is not passed over: it could hide what was bought. */
function lineOf(row: Row, app: string): LedgerLine {
  const { resource, state, new_resources: newResources, cost_microusd: cost, owned } = row.columns;
  const [purchase, keys, ids] = [textOf(row, 'purchase'), listOf(row, 'keys'), listOf(row, 'ids')];
  const line = { purchase, resource, state, keys, ids, newResources, cost, owned: owned === 1 } as LedgerLine;
  const problem = problemOf(line) ?? (lacksField(row) ? 'it lacks a field' : undefined);
  if (problem !== undefined) throw notAllowed(row, app, problem);
  return line;
}

/** What is wrong with what may be no line at all. */
function problemOf({ purchase, resource, state, keys, ids, newResources, cost }: LedgerLine): string | undefined {
  if (!['user', 'tweet'].includes(resource) || !['reserved', 'settled'].includes(state)) {
    return 'its resource and state are not those of a purchase';
  }
  if (purchase === '') return 'it names no purchase';
  if (!isCount(newResources) || !isCount(cost)) return 'its count or its cost is not a whole number of 0 or more';
  if (cost % (newResources || Infinity) !== 0) return 'its cost is not that of its count';
  if (!ids.every(isXId)) return 'its ids are not those of X';
  if (state === 'settled' && new Set(ids).size !== newResources) return 'its ids are not as many as its count';
  if (resource !== 'user') return undefined;
  if (state === 'reserved') return keys.length === newResources ? undefined : 'its keys are not as many as its count';
  return keys.every((key) => answerPattern.test(key)) ? undefined : 'its keys do not say which profiles came';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= maxCost;
}

function listOf(row: Row, column: string): readonly string[] {
  const text = textOf(row, column);
  return text === '' ? [] : text.split(',');
}

/** How many posts the ledger has of each of these days. Throws a `RunError`. */
export async function readPostCounts(
  store: Store,
  app: string,
  days: readonly Day[],
  deadline: Deadline,
): Promise<readonly Omit<DayUsage, 'x'>[]> {
  const questions = ['', ' AND "owned" = 0'].map(
    (condition) =>
      'SELECT sum("new_resources") AS "posts" FROM "twitter_ledger" ' +
      `WHERE "app" = '${app}' AND "resource" = 'tweet' AND "state" = 'settled'${condition} ` +
      `AND ${rangeOf(days)} GROUP BY time(1d) fill(none)`,
  );
  const answers = await queryStore(store, questions, deadline);
  const [all, others] = answers.map((rows) => new Map(rows.map((row) => [dayOf(timeOf(row)), countOf(row, 'posts')])));
  return days.map((day) => ({ day, ledger: all?.get(day) ?? 0, ledgerWithoutOwned: others?.get(day) ?? 0 }));
}
