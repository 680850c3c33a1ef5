import type { Labels } from '../plugin/frames.ts';
import { noData, type Value } from './value.ts';

/** Two values an operator is applied to, and the labels of what comes out. */
export interface Pair {
  readonly left: Value;
  readonly right: Value;
  readonly labels: Labels;
}

/**
 * Which values of two sets belong together: those with the same labels, or where one has all labels of the other and
 * more. A single value on each side belongs together whatever its labels are, which then are lost.
 * https://github.com/grafana/grafana/blob/main/pkg/expr/mathexp/exp.go (`union`)
 */
export function unite(lefts: readonly Value[], rights: readonly Value[]): Pair[] {
  const [left, right] = [lefts[0], rights[0]];
  if (left === undefined || right === undefined) return [];
  const isSingle = lefts.length === 1 || rights.length === 1;
  if (isSingle && (left.kind === 'noData' || right.kind === 'noData'))
    return [{ left: noData, right: noData, labels: {} }];
  const pairs = lefts.flatMap((a) =>
    rights.flatMap((b): Pair[] => {
      const labels = commonLabels(a.labels, b.labels);
      return labels === undefined ? [] : [{ left: a, right: b, labels }];
    }),
  );
  if (pairs.length === 0 && lefts.length === 1 && rights.length === 1) return [{ left, right, labels: {} }];
  return pairs;
}

/** The larger of two sets of labels, if it contains the other. */
function commonLabels(a: Labels, b: Labels): Labels | undefined {
  const [fewer, more] = Object.keys(a).length < Object.keys(b).length ? [a, b] : [b, a];
  return Object.entries(fewer).every(([label, value]) => more[label] === value) ? more : undefined;
}
