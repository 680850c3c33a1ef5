import { formatInterval, type TimeRange } from './interval.ts';

/**
 * A query with the back end's macros filled in, in its order:
 * https://github.com/grafana/grafana-influxdb-datasource/blob/main/pkg/influxdb/models/query.go (`Build`). All queries of
 * a request get the range of the first.
 */
export function buildQuery(query: string, { from, to }: TimeRange, intervalMs: number): string {
  const interval = formatInterval(intervalMs);
  return query
    .replaceAll('$timeFilter', `time >= ${Math.floor(from)}ms and time <= ${Math.floor(to)}ms`)
    .replaceAll('$interval', interval)
    .replaceAll('$__interval_ms', String(Math.floor(intervalMs)))
    .replaceAll('$__interval', interval);
}
