import type { FieldValue } from './line-protocol.ts';
import type { Result, ResultSeries, Row } from './influxql-run.ts';

/** A result with the number of its statement, which may have several. */
export type NumberedResult = Result & { statementId: number };

/**
 * How results are written: `epochNs` is the unit of the time column, without it times are RFC 3339 in UTC; with `chunkRows`
 * every part of a result is a document on a line of its own, with at most so many rows.
 */
export type AnswerForm = { epochNs: bigint | undefined; chunkRows: number | undefined };

/** Rows of a part where `chunk_size` says nothing else. */
export const usualChunkRows = 10_000;

/** `partial` says that more of the same follows. */
type SeriesPart = ResultSeries & { partial?: boolean };
type ResultPart = NumberedResult & { series?: SeriesPart[]; partial?: boolean };

const nsPerSecond = 1_000_000_000n;

/**
 * Writes results as InfluxDB's JSON. By hand, because an integer field may be larger than a JavaScript number holds.
 * https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint
 */
export function formatResults(results: readonly NumberedResult[], { epochNs, chunkRows }: AnswerForm): string {
  if (chunkRows !== undefined) {
    const parts = results.flatMap((result) => cutResult(result, chunkRows));
    return parts.map((part) => formatDocument([part], epochNs)).join('');
  }
  // Of several results of one statement InfluxDB keeps the last.
  const kept = results.filter(({ statementId }, at) => statementId !== results[at + 1]?.statementId);
  return kept.length === 0 ? '{}\n' : formatDocument(kept.map(markLongSeries), epochNs);
}

// Of a SELECT each series is cut, and what follows is announced; SHOW gives each series whole and announces nothing.
function cutResult(result: NumberedResult, maxRows: number): ResultPart[] {
  if (result.series === undefined) return [result];
  const parts = result.series.flatMap((series) => cutSeries(series, hasTime(series) ? maxRows : Infinity));
  return parts.map((series, at) => ({
    ...result,
    series: [series],
    partial: hasTime(series) && at < parts.length - 1,
  }));
}

function cutSeries(series: ResultSeries, maxRows: number): SeriesPart[] {
  const parts: SeriesPart[] = [];
  for (let start = 0; start < series.rows.length; start += maxRows) {
    const end = start + maxRows;
    parts.push({ ...series, rows: series.rows.slice(start, end), partial: end < series.rows.length });
  }
  return parts;
}

// InfluxDB 1.6 puts the parts of a long series together again and leaves the mark of the first.
function markLongSeries(result: NumberedResult): ResultPart {
  if (result.series === undefined) return result;
  const mark = (series: ResultSeries): SeriesPart => ({
    ...series,
    partial: hasTime(series) && series.rows.length > usualChunkRows,
  });
  return { ...result, series: result.series.map(mark) };
}

function hasTime({ columns }: ResultSeries): boolean {
  return columns[0] === 'time';
}

function formatDocument(results: readonly ResultPart[], epochNs: bigint | undefined): string {
  const entries = results.map(({ statementId, series, partial, error }) => {
    const seriesJson =
      series === undefined ? '' : `,"series":[${series.map((one) => formatSeries(one, epochNs)).join()}]`;
    const errorJson = error === undefined ? '' : `,"error":${JSON.stringify(error)}`;
    return `{"statement_id":${statementId}${seriesJson}${formatPartial(partial)}${errorJson}}`;
  });
  return `{"results":[${entries.join(',')}]}\n`;
}

function formatSeries(series: SeriesPart, epochNs: bigint | undefined): string {
  const tags = series.tags === undefined ? '' : `,"tags":${JSON.stringify(series.tags)}`;
  const columns = `,"columns":${JSON.stringify(series.columns)}`;
  const values = `,"values":[${series.rows.map((row) => formatRow(row, epochNs)).join(',')}]`;
  return `{"name":${JSON.stringify(series.name)}${tags}${columns}${values}${formatPartial(series.partial)}}`;
}

function formatPartial(partial: boolean | undefined): string {
  return partial === true ? ',"partial":true' : '';
}

function formatRow(row: Row, epochNs: bigint | undefined): string {
  const values = row.values.map(formatValue);
  if (row.timeNs !== undefined) values.unshift(formatTime(row.timeNs, epochNs));
  return `[${values.join(',')}]`;
}

function formatValue(value: FieldValue | null): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

function formatTime(timeNs: bigint, epochNs: bigint | undefined): string {
  if (epochNs !== undefined) return (timeNs / epochNs).toString();
  const fractionNs = ((timeNs % nsPerSecond) + nsPerSecond) % nsPerSecond;
  const seconds = new Date(Number((timeNs - fractionNs) / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = fractionNs.toString().padStart(9, '0').replace(/0+$/, '');
  return `"${seconds}${fraction === '' ? '' : `.${fraction}`}Z"`;
}
