import type { Frame, Labels } from '../plugin/frames.ts';

/** A point of a series: `value` is null where there is none. */
export interface SeriesPoint {
  readonly time: number;
  readonly value: number | null;
}

/** What an expression takes and gives: https://github.com/grafana/grafana/blob/main/pkg/expr/mathexp/types.go */
export type Value =
  | { readonly kind: 'series'; readonly labels: Labels; readonly points: readonly SeriesPoint[] }
  | { readonly kind: 'number'; readonly labels: Labels; readonly value: number | null }
  | { readonly kind: 'scalar'; readonly labels: Labels; readonly value: number | null }
  | { readonly kind: 'noData'; readonly labels: Labels };

/** "Nothing came", which goes through every expression as it is. */
export const noData: Value = { kind: 'noData', labels: {} };

/**
 * A query's frames as values: each numeric frame a series, no frame at all no data. Frames of text are left out, tables
 * are refused. https://github.com/grafana/grafana/blob/main/pkg/expr/converter.go
 */
export function toValues(frames: readonly Frame[]): Value[] {
  const series = frames.flatMap(({ fields }): Value[] => {
    const [time, value, ...others] = fields;
    if (time?.type !== 'time' || value === undefined || others.length > 0)
      throw new Error('an alert query must have the format time_series');
    if (value.type !== 'number') return [];
    const points = time.values.map((at, index) => ({ time: Number(at), value: numberOrNull(value.values[index]) }));
    return [{ kind: 'series', labels: value.labels, points }];
  });
  return series.length === 0 ? [noData] : series;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
