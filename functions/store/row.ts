import type { Row } from '../app.ts';
import { RunError } from '../failure.ts';

/** When the row's point was written for, in Unix milliseconds. */
export function timeOf({ columns }: Row): number {
  return Number(columns['time']);
}

/** A count of an answer; `undefined` where the point has none. Throws a `RunError` for anything else. */
export function countOf({ measurement, columns }: Row, column: string): number | undefined {
  const value = columns[column] ?? undefined;
  if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined;
  const message = `InfluxDB has ${JSON.stringify(value).slice(0, 40)} as ${column} of ${measurement}, where twittergraph writes whole numbers: does another program write there?`;
  throw new RunError('store_refused', message, { retryable: false });
}

/** A string of an answer; empty where the point has none. */
export function textOf({ columns }: Row, column: string): string {
  const value = columns[column];
  return typeof value === 'string' ? value : '';
}

/** Whether a tag is an id as X makes them: digits alone, so it may stand in a query. */
export function isXId(text: string): boolean {
  return /^\d{1,19}$/.test(text);
}
