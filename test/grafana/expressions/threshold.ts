import type { Value } from './value.ts';

/** The one condition of an expression of the type `threshold`. */
export interface Evaluator {
  readonly type: string;
  readonly params: readonly number[];
}

const predicates: Readonly<Record<string, (value: number, low: number, high: number) => boolean>> = {
  gt: (value, limit) => value > limit,
  lt: (value, limit) => value < limit,
  eq: (value, limit) => value === limit,
  ne: (value, limit) => value !== limit,
  gte: (value, limit) => value >= limit,
  lte: (value, limit) => value <= limit,
  within_range: (value, low, high) => value > low && value < high,
  outside_range: (value, low, high) => value < low || value > high,
};

/**
 * 1 where the condition holds, else 0; what is missing stays missing.
 * https://github.com/grafana/grafana/blob/main/pkg/expr/threshold.go
 */
export function applyThreshold(values: readonly Value[], { type, params }: Evaluator): Value[] {
  const predicate = predicates[type];
  const [low, high = NaN] = params;
  if (predicate === undefined || low === undefined)
    throw new Error(`Grafana has no threshold ${type} of ${params.join()}`);
  const judge = (value: number | null): number | null => (value === null ? null : Number(predicate(value, low, high)));
  return values.map((value) => {
    if (value.kind === 'noData') return value;
    if (value.kind !== 'series') return { ...value, value: judge(value.value) };
    return { ...value, points: value.points.map((point) => ({ ...point, value: judge(point.value) })) };
  });
}
