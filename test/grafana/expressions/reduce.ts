import type { SeriesPoint, Value } from './value.ts';

/** How an expression of the type `reduce` treats what is no number. */
export interface ReduceSettings {
  readonly mode?: '' | 'dropNN' | 'replaceNN';
  readonly replaceWithValue?: number;
}

/** Without `dropNN` a single gap makes all of them but `count` and `last` no number. */
const reducers: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => (values.length === 0 ? NaN : Math.min(...values)),
  max: (values) => (values.length === 0 ? NaN : Math.max(...values)),
  median: medianOf,
};

/**
 * Each series as one number. Throws for a reducer Grafana does not have.
 * https://github.com/grafana/grafana/blob/main/pkg/expr/mathexp/reduce.go and commands.go (`ReduceCommand`)
 */
export function reduceValues(values: readonly Value[], reducer: string, settings: ReduceSettings): Value[] {
  return values.flatMap((value): Value[] => {
    if (value.kind === 'noData') return [value];
    if (value.kind === 'scalar') throw new Error('only series can be reduced, not a scalar');
    if (value.kind === 'series')
      return [{ kind: 'number', labels: value.labels, value: reduceSeries(value.points, reducer, settings) }];
    const mapped = mapInput(value.value, settings);
    return settings.mode === 'dropNN' && mapped === undefined ? [] : [{ ...value, value: mapped ?? null }];
  });
}

function reduceSeries(points: readonly SeriesPoint[], reducer: string, settings: ReduceSettings): number | null {
  const kept = points.map(({ value }) => mapInput(value, settings)).filter((value) => value !== undefined);
  const result = apply(reducer, kept);
  if (!Number.isNaN(result)) return result;
  if (settings.mode === 'dropNN') return null;
  return settings.mode === 'replaceNN' ? (settings.replaceWithValue ?? NaN) : result;
}

/** `undefined` is a value that is dropped. */
function mapInput(value: number | null, { mode, replaceWithValue }: ReduceSettings): number | null | undefined {
  if (value !== null && Number.isFinite(value)) return value;
  if (mode === 'dropNN') return undefined;
  return mode === 'replaceNN' ? replaceWithValue : value;
}

function apply(reducer: string, values: readonly (number | null)[]): number | null {
  if (reducer === 'count') return values.length;
  if (reducer === 'last') return values.length === 0 ? NaN : (values.at(-1) ?? null);
  const reduce = reducers[reducer];
  if (reduce === undefined) throw new Error(`Grafana has no reducer ${reducer}`);
  const numbers = values.map((value) => value ?? NaN);
  return numbers.some((value) => Number.isNaN(value)) ? NaN : reduce(numbers);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? NaN;
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
