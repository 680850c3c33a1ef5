import type { Clean } from '../config/redact.ts';
import { RunError } from '../failure.ts';
import { isOvergrown, maxNested } from '../json.ts';

/** One row of an InfluxQL answer: columns by name, and the tags its series is grouped by. */
export interface Row {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string | undefined>>;
  readonly columns: Readonly<Record<string, unknown>>;
}
export type Rows = readonly Row[];

/** A part of a statement's result as InfluxDB sends it; nothing of it is sure to be there. */
interface Result {
  readonly statement_id?: number;
  readonly series?: readonly {
    /** Absent in answers about the database itself, such as its retention policies. */
    readonly name?: string;
    readonly columns: readonly string[];
    readonly values: readonly (readonly unknown[])[];
    readonly tags?: Row['tags'];
    /** Cut at `max-row-limit`, by a server that was not asked for parts or would not send them. */
    readonly partial?: boolean;
  }[];
  /** More of the statement's rows follow. */
  readonly partial?: boolean;
  readonly error?: string;
}

/** Errors inside a 200 answer that are for good: the missing database and the missing right to read among them. */
const forGood =
  /database not found|not executed|not authorized|authorization|dbrp|error parsing query|retention policy not found/i;

/**
 * The rows of each of `count` statements in an answer in parts: one JSON document a line, each with the results of a
 * statement or with some of them. Throws a `RunError` for InfluxDB's errors, for another shape, and for an answer of
 * which something is missing: what it does not say is not known.
 */
export function rowsOf(text: string, count: number, clean: Clean): readonly Rows[] {
  const answers = new Map<unknown, Row[]>(Array.from({ length: count }, (_, index) => [index, []]));
  const unfinished = new Set(answers.keys());
  if (text.length > maxNested && isOvergrown(text)) throw unreadable();
  try {
    const documents = text.split('\n').filter((line) => line !== '');
    for (const { statement_id: index, series = [], partial } of documents.flatMap((line) => resultsIn(line, clean))) {
      addRows(answers.get(index), series);
      if (partial === true || series.at(-1)?.partial === true) unfinished.add(index);
      else unfinished.delete(index);
    }
  } catch (error) {
    throw error instanceof RunError ? error : unreadable();
  }
  if (unfinished.size > 0) throw unreadable();
  return [...answers.values()];
}

function resultsIn(line: string, clean: Clean): readonly Result[] {
  const { results, error } = JSON.parse(line) as { results: readonly Result[]; error?: string };
  const message = error ?? results.find((result) => result.error !== undefined)?.error;
  if (message === undefined) return results;
  const said = clean(message, 200);
  if (!forGood.test(said)) throw unavailable(`InfluxDB could not answer: ${said}`);
  const hint = said === 'not executed' ? ', as it says when the database does not exist: create it' : '';
  throw refused(`InfluxDB refused the query: ${said}${hint}`);
}

/** One object of tags for all rows of a series: a summary reads thousands. */
function addRows(rows: Row[] | undefined, series: NonNullable<Result['series']>): void {
  if (rows === undefined) throw unreadable();
  const isNested = (value: unknown): boolean => typeof (value ?? '') === 'object'; // as no value of InfluxDB is
  for (const { name: measurement = '', columns: names, values, tags = {} } of series) {
    const texts: readonly unknown[] = [measurement, ...names, ...Object.values(tags)];
    if (!texts.every((text) => typeof text === 'string')) throw unreadable();
    for (const value of values) {
      if (value.length !== names.length || !Array.isArray(value) || value.some(isNested)) throw unreadable();
      const columns: Record<string, unknown> = {};
      for (let index = 0; index < names.length; index += 1) columns[names[index] ?? ''] = value[index];
      rows.push({ measurement, tags, columns });
    }
  }
}

/** A count of an answer; `undefined` where the point has none. Throws a `RunError` for anything else. */
export function countOf({ measurement, columns }: Row, column: string): number | undefined {
  const value = columns[column] ?? undefined;
  if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined;
  const what = `${JSON.stringify(value).slice(0, 40)} as ${column} of ${measurement}`;
  throw refused(`InfluxDB has ${what}, where twittergraph writes whole numbers: does another program write there?`);
}

/** A string of an answer; empty where the point has none. */
export function textOf({ columns }: Row, column: string): string {
  const value = columns[column];
  return typeof value === 'string' ? value : '';
}

/** When a row's point was written for, in Unix milliseconds. Throws a `RunError` for what is not a time. */
export function timeOf({ columns }: Row): number {
  const time = typeof columns['time'] === 'string' ? Date.parse(columns['time']) : columns['time'];
  // The last time a nanosecond timestamp can hold, in 2262.
  if (typeof time === 'number' && Math.abs(time) <= 9_223_372_036_854) return time;
  throw unreadable();
}

export function byTime(rows: Rows): Rows {
  return [...rows].sort((a, b) => timeOf(a) - timeOf(b));
}

/** The error for a stored line that the function cannot have written, with the statement that removes it. */
export function notAllowed({ measurement, columns }: Row, app: string, problem: string): RunError {
  const time = String(columns['time']).replace(/[^0-9TZ:.+-]/g, '');
  const statement = `DELETE FROM "${measurement}" WHERE "app" = '${app}' AND time = '${time}'`;
  return refused(
    `${measurement} has a line that is not ours (${problem}): nothing is bought until it is gone, by ${statement}`,
  );
}

/** The error for what InfluxDB does not do now, and may do later. */
export function unavailable(detail: string): RunError {
  return new RunError({ reason: 'store_unavailable', detail });
}

/** The error for what InfluxDB will not do before somebody has changed something. */
export function refused(detail: string): RunError {
  return new RunError({ reason: 'store_refused', detail });
}

function unreadable(): RunError {
  return unavailable('the answer to a query is cut or is not what InfluxDB sends: check INFLUXDB_URL and any proxy');
}
