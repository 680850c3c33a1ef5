import type { StoreAccess } from '../../functions/config/credentials.ts';
import { isRetryable, RunError } from '../../functions/failure.ts';
import { SOURCE_MEASUREMENTS, type SourceMeasurement, type SourceNumber } from './convert.ts';
import { type Ask, openDatabase } from './database.ts';
import { between, quoteName, quoteText, windowsOf } from './influxql.ts';
import type { Counts } from './tally.ts';

/** The ancestor's database. It is only ever read. */
export interface Source {
  readonly ask: Ask;
  /**
   * The retention policies whose numbers are read, the default one last; an empty name is whichever is the default. Each
   * holds measurements of its own: what is asked for without one is looked for in the default one alone.
   */
  readonly policies: readonly string[];
  /** Why there may be numbers in policies that are not read. */
  readonly warning: string | undefined;
}

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

/** Five answers of this length take a few megabytes. */
const numbersPerSeries = 2000;
/** A longer span makes InfluxDB open more files for each page than it reads: years take several times as long. */
const pageMs = 30 * 86_400_000;

/** The source; `say` words an error about the function's own store as one about the source. Throws a `RunError`. */
export async function openSource(access: StoreAccess, say: (sentence: string) => string): Promise<Source> {
  const { ask } = openDatabase(access, 'The source', say);
  return { ask, ...(await listPolicies(ask, access.database)) };
}

/**
 * On 2.x a policy is a bucket that is mapped to the database; those its user may not read are left out of the answer.
 * A server that refuses this question may still answer the others.
 */
async function listPolicies(ask: Ask, database: string): Promise<Pick<Source, 'policies' | 'warning'>> {
  const onlyDefault = (why: string): Pick<Source, 'policies' | 'warning'> => ({
    policies: [''],
    warning: `Only the default retention policy was read, since the source does not say which others it has (${why}).`,
  });
  try {
    const [rows = []] = await ask(`SHOW RETENTION POLICIES ON ${quoteName(database)}`);
    const byDefault = (isDefault: boolean): string[] =>
      rows.flatMap(({ columns: { name, default: known } }) => ((known === true) === isDefault ? [String(name)] : []));
    const policies = [...byDefault(false), ...byDefault(true)];
    return policies.length > 0 ? { policies, warning: undefined } : onlyDefault('it names none');
  } catch (error) {
    if (!(error instanceof RunError) || isRetryable(error.failure)) throw error;
    return onlyDefault(error.message);
  }
}

/** Every user with a number in one of the five measurements, by name. The name is empty for points without the tag. */
export async function listUsers(source: Source): Promise<SourceUser[]> {
  const users = new Map<string, SourceUser>();
  const edges = ['first', 'last'].flatMap((edge) =>
    placesIn(source).map(({ place }) => `SELECT ${edge}("value") FROM ${place} GROUP BY "user"`),
  );
  for (const { tags, columns } of (await source.ask(...edges)).flat()) {
    const name = tags['user'] ?? '';
    const time = Number(columns['time']);
    const known = users.get(name) ?? { name, first: time, last: time };
    users.set(name, { name, first: Math.min(known.first, time), last: Math.max(known.last, time) });
  }
  return [...users.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How many numbers a user has, by measurement. */
export async function countNumbers(source: Source, { name, first, last }: SourceUser): Promise<Counts> {
  const counts: Record<string, number> = {};
  for (const window of windowsOf(first, last)) {
    const where = `"user" = ${quoteText(name)} AND ${between(window.first, window.last)}`;
    const statements = placesIn(source).map(({ place }) => `SELECT count("value") AS "n" FROM ${place} WHERE ${where}`);
    for (const { measurement, columns } of (await source.ask(...statements)).flat())
      counts[measurement] = (counts[measurement] ?? 0) + Number(columns['n']);
  }
  return counts;
}

/**
 * A user's numbers from `first` on, a page of those up to `last`. Each measurement of each policy comes up to a limit, so
 * that the page is complete only up to the moment before the first of those ends that may have more; what is beyond comes
 * with the next one.
 */
export async function readPage(source: Source, name: string, first: number, last: number): Promise<Page> {
  const spanEnd = Math.min(last, first + pageMs);
  const where = `"user" = ${quoteText(name)} AND ${between(first, spanEnd)}`;
  const places = placesIn(source);
  const statements = places.map(
    ({ place }) => `SELECT "value" FROM ${place} WHERE ${where} ORDER BY time LIMIT ${numbersPerSeries}`,
  );
  const answers = await source.ask(...statements);
  const series = places.map(({ measurement }, index) =>
    (answers[index] ?? []).map(({ columns }): SourceNumber => {
      return { measurement, time: Number(columns['time']), value: columns['value'] };
    }),
  );
  const cut = series.filter(({ length }) => length === numbersPerSeries);
  const ends = cut.map((numbers) => (numbers.at(-1)?.time ?? spanEnd) - 1);
  const end = Math.min(spanEnd, ...ends.map((time) => Math.max(first, time)));
  return { numbers: series.flat().filter(({ time }) => time <= end), end };
}

/** The measurements of all policies, those of the default one last, as they stand in a query. */
function placesIn({ policies }: Source): { measurement: SourceMeasurement; place: string }[] {
  return policies.flatMap((policy) =>
    SOURCE_MEASUREMENTS.map((measurement) => {
      const place = policy === '' ? quoteName(measurement) : `${quoteName(policy)}.${quoteName(measurement)}`;
      return { measurement, place };
    }),
  );
}
