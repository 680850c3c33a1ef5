import { aggregateField, type Aggregated, FieldTypeError, isSelector, type Sample } from './influxql-aggregate.ts';
import { type NamedColumn, nameColumns, readValue } from './influxql-columns.ts';
import { cutToPage, type GroupedSamples, groupSamples } from './influxql-group.ts';
import type { Page, Select, ShowTagValues, Statement } from './influxql-parse.ts';
import type { FieldValue } from './line-protocol.ts';
import { listSeries, type SeriesIndex } from './series.ts';

/** One row: nanoseconds since 1970 (undefined for SHOW, which has no time), then a value per further column. */
export type Row = { timeNs: bigint | undefined; values: (FieldValue | null)[] };
export type ResultSeries = { name: string; tags?: Record<string, string>; columns: string[]; rows: Row[] };
/** What a statement answers; an error of this kind still travels with HTTP 200. */
export type Result = { series?: ResultSeries[]; error?: string };

/** Runs one statement. `nowNs` ends an open `GROUP BY time()`. */
export function runStatement(index: SeriesIndex, database: string, statement: Statement, nowNs: bigint): Result {
  switch (statement.kind) {
    case 'show-databases':
      return listRows('databases', ['name'], [[database]]);
    case 'show-measurements':
      return listRows(
        'measurements',
        ['name'],
        [...index.keys()].sort().map((name) => [name]),
        statement,
      );
    case 'show-tag-values':
      return showTagValues(index, statement);
    case 'select':
      return runSelect(index, statement, nowNs);
  }
}

function runSelect(index: SeriesIndex, select: Select, nowNs: bigint): Result {
  const measurement = index.get(select.measurement);
  const error = describeMisuse(select);
  if (error !== undefined) return { error };
  if (measurement === undefined) return {};
  const columns = nameColumns(select, measurement);
  const hasAggregate = columns.some(({ aggregate }) => aggregate !== undefined);
  try {
    const series = groupSamples(measurement, select, nowNs).flatMap((group) => {
      const all = hasAggregate ? aggregateRows(select, columns, group) : listRawRows(columns, group);
      const rows = cutToPage(all, select);
      if (rows.length === 0) return [];
      const named = { name: measurement.name, columns: ['time', ...columns.map(({ name }) => name)], rows };
      return [group.tags === undefined ? named : { ...named, tags: group.tags }];
    });
    return series.length === 0 ? {} : { series };
  } catch (cause) {
    if (cause instanceof FieldTypeError) return { error: cause.message };
    throw cause;
  }
}

function describeMisuse(select: Select): string | undefined {
  const calls = select.columns.flatMap(({ aggregate }) => (aggregate === undefined ? [] : [aggregate]));
  const plain = select.columns.filter(({ aggregate, of }) => aggregate === undefined && of !== 'time');
  if (calls.length === 0) {
    return select.groupBy.intervalNs === undefined ? undefined : 'GROUP BY requires at least one aggregate function';
  }
  const isOneSelector = calls.length === 1 && calls.every(isSelector);
  return plain.length === 0 || isOneSelector
    ? undefined
    : 'mixing aggregate and non-aggregate queries is not supported';
}

// A row needs a field of its own: tags alone make none.
function listRawRows(columns: NamedColumn[], group: GroupedSamples): Row[] {
  return group.buckets.flatMap(({ samples }) =>
    samples
      .filter(({ fields }) => columns.some(({ of, kind }) => kind !== 'tag' && fields.has(of)))
      .map((sample) => ({ timeNs: sample.timeNs, values: columns.map((column) => readValue(sample, column)) })),
  );
}

function aggregateRows(select: Select, columns: NamedColumn[], group: GroupedSamples): Row[] {
  const calls = columns.filter(({ aggregate }) => aggregate !== undefined);
  const isTimed = select.groupBy.intervalNs !== undefined;
  const rows = group.buckets.map(({ startNs, samples }) => {
    const results = new Map(calls.map((call) => [call, aggregateColumn(call, samples)]));
    const chosen = calls.length === 1 ? [...results.values()][0]?.sample : undefined;
    const values = columns.map((column) => {
      const result = results.get(column);
      return result === undefined ? (chosen ? readValue(chosen, column) : null) : result.value;
    });
    const isEmpty = [...results.values()].every(({ value }) => value === null);
    return { timeNs: chosen && !isTimed ? chosen.timeNs : startNs, values, isEmpty };
  });
  if (rows.every(({ isEmpty }) => isEmpty)) return [];
  if (!isTimed || select.fill === 'none') return rows.filter(({ isEmpty }) => !isEmpty);
  return rows.map((row) => ({ ...row, values: row.values.map((value, at) => value ?? fillNull(columns[at])) }));
}

function aggregateColumn({ of, kind, aggregate = 'last' }: NamedColumn, samples: readonly Sample[]): Aggregated {
  return kind === 'tag' ? { value: null, sample: undefined } : aggregateField(aggregate, of, samples);
}

function fillNull(column: NamedColumn | undefined): FieldValue | null {
  return column?.aggregate === 'count' ? 0n : null;
}

function showTagValues(index: SeriesIndex, show: ShowTagValues): Result {
  const names = show.measurement === undefined ? [...index.keys()].sort() : [show.measurement];
  const series = names.flatMap((name) => {
    const measurement = index.get(name);
    const values = measurement === undefined ? [] : listSeries(measurement).map(({ tags }) => tags.get(show.key));
    const distinct = [...new Set(values.filter((value) => value !== undefined))].sort();
    return (
      listRows(
        name,
        ['key', 'value'],
        distinct.map((value) => [show.key, value]),
        show,
      ).series ?? []
    );
  });
  return series.length === 0 ? {} : { series };
}

function listRows(name: string, columns: string[], all: string[][], page: Page = { limit: 0, offset: 0 }): Result {
  const rows = cutToPage(all, page).map((values) => ({ timeNs: undefined, values }));
  return rows.length === 0 ? {} : { series: [{ name, columns, rows }] };
}
