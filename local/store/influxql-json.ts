import type { FieldValue } from './line-protocol.ts';
import type { Result, ResultSeries, Row } from './influxql-run.ts';

/**
 * Writes results as InfluxDB's JSON. `epochNs` is the unit of the time column; without it times are RFC 3339 in UTC.
 * By hand, because an integer field may be larger than a JavaScript number holds.
 * https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint
 */
export function formatResults(results: readonly Result[], epochNs: bigint | undefined): string {
  if (results.length === 0) return '{}\n';
  const entries = results.map((result, at) => {
    const series = result.series?.map((one) => formatSeries(one, epochNs)).join(',');
    const error = result.error === undefined ? '' : `,"error":${JSON.stringify(result.error)}`;
    return `{"statement_id":${at}${series === undefined ? '' : `,"series":[${series}]`}${error}}`;
  });
  return `{"results":[${entries.join(',')}]}\n`;
}

function formatSeries(series: ResultSeries, epochNs: bigint | undefined): string {
  const tags = series.tags === undefined ? '' : `,"tags":${JSON.stringify(series.tags)}`;
  const rows = series.rows.map((row) => formatRow(row, epochNs)).join(',');
  return `{"name":${JSON.stringify(series.name)}${tags},"columns":${JSON.stringify(series.columns)},"values":[${rows}]}`;
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
  const seconds = new Date(Number(timeNs / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = (timeNs % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `"${seconds}${fraction === '' ? '' : `.${fraction}`}Z"`;
}
