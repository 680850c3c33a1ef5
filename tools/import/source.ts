import { connectStore } from '../../functions/adapters/influxdb.ts';
import type { Row } from '../../functions/app.ts';
import type { StoreAccess } from '../../functions/config/credentials.ts';
import { startDeadline } from '../../functions/deadline.ts';
import { rethrowAs } from './side-error.ts';
import { SOURCE_MEASUREMENTS, type SourceMeasurement, type SourceNumber } from './convert.ts';
import { between, quoteText, windowsOf } from './influxql.ts';
import type { Counts } from './tally.ts';

/** Asks one side in InfluxQL. Throws a `RunError` that says which side. */
export type Ask = (statement: string) => Promise<readonly Row[]>;

/** A user of the ancestor's: the tag `user`, and the times of its first and last number in Unix milliseconds. */
export interface SourceUser {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** Numbers in order of time, complete up to `end` in Unix milliseconds. */
export interface Page {
  readonly numbers: readonly SourceNumber[];
  readonly end: number;
}

const queryMs = 10_000;
/** Five answers of this length take a few megabytes. */
const numbersPerSeries = 2000;
/** A longer span makes InfluxDB open more files for each page than it reads: years take several times as long. */
const pageMs = 30 * 86_400_000;

/** The source, which is only ever read. `say` words an error about the function's own store as one about the source. */
export function openSource(access: StoreAccess, say: (sentence: string) => string): Ask {
  const store = connectStore(access);
  return (statement) => store.query(statement, startDeadline(queryMs)).catch(rethrowAs('The source', say));
}

/** Every user with a number in one of the five measurements, by name. The name is empty for points without the tag. */
export async function listUsers(ask: Ask): Promise<SourceUser[]> {
  const users = new Map<string, SourceUser>();
  for (const measurement of SOURCE_MEASUREMENTS)
    for (const edge of ['first', 'last'])
      for (const { tags, columns } of await ask(`SELECT ${edge}("value") FROM "${measurement}" GROUP BY "user"`)) {
        const name = tags['user'] ?? '';
        const time = Number(columns['time']);
        const known = users.get(name) ?? { name, first: time, last: time };
        users.set(name, { name, first: Math.min(known.first, time), last: Math.max(known.last, time) });
      }
  return [...users.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How many numbers a user has, by measurement. */
export async function countNumbers(ask: Ask, { name, first, last }: SourceUser): Promise<Counts> {
  const counts: Record<string, number> = {};
  for (const window of windowsOf(first, last)) {
    const where = `"user" = ${quoteText(name)} AND ${between(window.first, window.last)}`;
    const statements = SOURCE_MEASUREMENTS.map((name) => `SELECT count("value") AS "n" FROM "${name}" WHERE ${where}`);
    for (const { measurement, columns } of await ask(statements.join('; ')))
      counts[measurement] = (counts[measurement] ?? 0) + Number(columns['n']);
  }
  return counts;
}

/**
 * A user's numbers from `first` on, a page of those up to `last`. Each measurement comes up to a limit, so that the page is
 * complete only up to where the shortest of them ends; what is beyond comes with the next one. A server may cut a whole
 * answer shorter than asked for, and not say so (`max-row-limit`): so each measurement is asked for by itself, and only an
 * empty answer says that it has no more in the span.
 */
export async function readPage(ask: Ask, name: string, first: number, last: number): Promise<Page> {
  const spanEnd = Math.min(last, first + pageMs);
  const where = `"user" = ${quoteText(name)} AND ${between(first, spanEnd)}`;
  const statements = SOURCE_MEASUREMENTS.map(
    (name) => `SELECT "value" FROM "${name}" WHERE ${where} ORDER BY time LIMIT ${numbersPerSeries}`,
  );
  const answers = await Promise.all(statements.map(ask));
  const numbers = answers.flat().map(({ measurement, columns }) => ({
    measurement: measurement as SourceMeasurement,
    time: Number(columns['time']),
    value: columns['value'],
  }));
  const ends = new Map(numbers.map(({ measurement, time }) => [measurement, time]));
  const end = Math.min(spanEnd, ...ends.values());
  return { numbers: numbers.filter(({ time }) => time <= end), end };
}
