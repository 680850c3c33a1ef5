import assert from 'node:assert/strict';
import type { DataFrame, Field } from '@grafana/data';

import type { Cell } from '../plugin/ask.ts';
import { grafana } from '../plugin/grafana.ts';

/** A point of a line. */
export type Pair = readonly [time: number, value: Cell | undefined];

/** What a panel must show, by the names its legend or its headings have; what is empty does not count. */
export type Expected =
  | { readonly series: Readonly<Record<string, readonly Pair[]>> }
  | { readonly values: Readonly<Record<string, readonly (Cell | undefined)[]>> }
  | { readonly columns: Readonly<Record<string, readonly (Cell | undefined)[]>> };

/** Compares what a panel shows with what it must show: numbers to nine digits, everything else exactly. */
export function assertShown(frames: readonly DataFrame[], expected: Expected, where: string): void {
  const [actual, wanted] =
    'series' in expected
      ? [mapValues(namedIn(frames, pairsOf), drawn), mapValues(expected.series, drawn)]
      : 'values' in expected
        ? [namedIn(frames, ({ values }) => known(values as Cell[])), mapValues(expected.values, known)]
        : [namedIn(frames, ({ values }) => values as Cell[], true), expected.columns];
  const order = 'columns' in expected ? <T>(entries: T): T => entries : sorted;
  assert.deepEqual(order(rounded(actual)), order(rounded(wanted)), where);
}

/**
 * A line as it is drawn: a gap is a gap however many empty points it has, as a join spreads them over the times of other
 * lines. What is not even empty was brought in by a join too, and is drawn over.
 */
function drawn(pairs: readonly Pair[]): readonly unknown[] {
  const points = pairs.filter(([, value]) => value !== undefined);
  const last = points.findLastIndex(isThere);
  return points.slice(0, last + 1).flatMap((pair, index): (Pair | string)[] => {
    if (isThere(pair)) return [pair];
    const previous = points[index - 1];
    return previous !== undefined && isThere(previous) ? ['gap'] : [];
  });
}

function isThere([, value]: Pair): boolean {
  return value !== null && !Number.isNaN(value);
}

/** A number that is not there is shown as nothing. */
function known(values: readonly (Cell | undefined)[]): readonly Cell[] {
  return values.filter((value) => value !== null && value !== undefined);
}

function mapValues<T, U>(named: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, map(value)]));
}

function namedIn<T>(
  frames: readonly DataFrame[],
  valuesOf: (field: Field, time: Field | undefined) => readonly T[],
  withTime = false,
): Record<string, readonly T[]> {
  const named: Record<string, T[]> = {};
  for (const frame of frames) {
    const time = frame.fields.find(({ type }) => type === grafana.FieldType.time);
    for (const field of frame.fields.filter(({ type }) => withTime || type !== grafana.FieldType.time)) {
      const name = nameOf(field, frame);
      named[name] = [...(named[name] ?? []), ...valuesOf(field, time)];
    }
  }
  return named;
}

/** A line split off by account bears its name: the panels' own display name says the same. */
function nameOf(field: Field, frame: DataFrame): string {
  return field.labels?.['username'] ?? grafana.getFieldDisplayName(field, frame);
}

function pairsOf({ values }: Field, time: Field | undefined): readonly Pair[] {
  return (values as (Cell | undefined)[]).map((value, index) => [time?.values[index] as number, value]);
}

/** Without what is empty. */
function rounded(named: Readonly<Record<string, readonly unknown[]>>): [name: string, values: readonly unknown[]][] {
  const entries = Object.entries(named).filter(([, values]) => values.length > 0);
  return entries.map(([name, values]) => [name, values.map(round)]);
}

/** Lines and single values may come in any order, columns only in that of the table. */
function sorted<T>(entries: readonly [name: string, T][]): [name: string, T][] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function round(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(round);
  if (typeof value === 'number') return Number.isNaN(value) ? null : Number(value.toPrecision(9));
  return value ?? null;
}
