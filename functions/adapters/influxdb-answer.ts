import { oneLine, RunError } from '../failure.ts';
import { isRecord } from '../json.ts';
import type { Row } from '../app.ts';

/**
 * The rows of an InfluxQL answer. InfluxDB reports many errors inside a 200 answer, the missing database and the missing
 * right to read among them; those, and any other shape, are thrown as a `RunError`.
 */
export function rowsOf(answer: unknown): readonly Row[] {
  const error = errorOf(answer);
  if (error !== undefined) {
    const said = error === 'not executed' ? `${error}, as it says when the database does not exist: create it` : error;
    throw new RunError('store_refused', oneLine(`InfluxDB refused the query: ${said}`), { retryable: false });
  }
  const results = isRecord(answer) ? answer['results'] : undefined;
  if (!Array.isArray(results)) throw unreadable();
  return results.flatMap((result: unknown) => {
    const series: unknown = isRecord(result) ? (result['series'] ?? []) : undefined;
    if (!Array.isArray(series)) throw unreadable();
    return series.flatMap(rowsOfSeries);
  });
}

function rowsOfSeries(series: unknown): Row[] {
  if (!isRecord(series)) throw unreadable();
  const { name, columns, values, tags = {} } = series;
  if (typeof name !== 'string' || !Array.isArray(columns) || !Array.isArray(values) || !isRecord(tags))
    throw unreadable();
  const names = columns.map(String);
  // One object for all rows of a series: a summary reads thousands.
  const tagged = Object.fromEntries(Object.entries(tags).map(([tag, text]) => [tag, String(text)]));
  return values.map((value: unknown) => {
    if (!Array.isArray(value)) throw unreadable();
    const row: Record<string, unknown> = {};
    names.forEach((column, index) => (row[column] = value[index] as unknown));
    return { measurement: name, tags: tagged, columns: row };
  });
}

function errorOf(answer: unknown): string | undefined {
  if (!isRecord(answer)) return undefined;
  const results = Array.isArray(answer['results']) ? (answer['results'] as unknown[]) : [];
  const errors = [answer, ...results].map((part) => (isRecord(part) ? part['error'] : undefined));
  return errors.find((error) => typeof error === 'string');
}

/** The error for an answer that is not what InfluxDB sends. */
export function unreadable(): RunError {
  const message = 'the answer to a query is not what InfluxDB sends: check INFLUXDB_URL and any proxy';
  return new RunError('store_unavailable', message, { retryable: true });
}
