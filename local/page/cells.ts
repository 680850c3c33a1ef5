import type { SeriesAnswer } from './influx.ts';

/** A number of an answer; null where there is none. */
export function toCount(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** A text of an answer; empty where there is none. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The rows of an answer that is not grouped. */
export function readRows<T>(series: SeriesAnswer[] | undefined, convert: (row: Record<string, unknown>) => T): T[] {
  return (series?.[0]?.rows ?? []).map(convert);
}
