import type { Node } from './parse.ts';
import { type Pair, unite } from './union.ts';
import { noData, type Value } from './value.ts';

/** Results by `refId`. */
export type Results = ReadonlyMap<string, readonly Value[]>;

const truth = (condition: boolean): number => Number(condition);
const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '>': (a, b) => truth(a > b),
  '>=': (a, b) => truth(a >= b),
  '<': (a, b) => truth(a < b),
  '<=': (a, b) => truth(a <= b),
  '&&': (a, b) => truth(a !== 0 && b !== 0),
  '||': (a, b) => truth(a !== 0 || b !== 0),
};
/** Those of Grafana's functions that the rules use: https://github.com/grafana/grafana/blob/main/pkg/expr/mathexp/funcs.go */
const functions: Readonly<Record<string, (value: number) => number>> = { abs: Math.abs };

/**
 * What a math expression gives. Throws for an operator or function that is not known here.
 * https://github.com/grafana/grafana/blob/main/pkg/expr/mathexp/exp.go
 */
export function evaluateMath(node: Node, results: Results): Value[] {
  if (node.kind === 'scalar') return [{ kind: 'scalar', labels: {}, value: node.value }];
  if (node.kind === 'variable') return [...valuesOf(node.name, results)];
  if (node.kind === 'binary') return evaluateBinary(node, results);
  if (node.kind === 'unary') {
    const negate = (value: number): number => (node.operator === '!' ? truth(value === 0) : -value);
    return evaluateMath(node.operand, results).map((value) =>
      mapValue(value, (each) => (each === null || Number.isNaN(each) ? each : negate(each))),
    );
  }
  const apply = functions[node.name];
  if (apply === undefined) throw new Error(`${node.name}() is not known here: add it, if Grafana has it`);
  // Unlike an operator, a function makes of a missing value one that is no number.
  return evaluateMath(node.argument, results).map((value) =>
    mapValue(value, (each) => (each === null ? NaN : apply(each))),
  );
}

function valuesOf(name: string, results: Results): readonly Value[] {
  const values = results.get(name);
  if (values === undefined) throw new Error(`unable to find dependent node '${name}'`);
  return values;
}

function evaluateBinary(node: Node & { readonly kind: 'binary' }, results: Results): Value[] {
  const apply = operators[node.operator];
  if (apply === undefined) throw new Error(`Grafana has no operator ${node.operator}`);
  const operate = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : shortCut(node.operator, a, b) ? apply(a, b) : NaN;
  return unite(evaluateMath(node.left, results), evaluateMath(node.right, results)).map((pair) =>
    combine(pair, operate),
  );
}

/** Whether the operator has a result: what is no number spoils it, unless `&&` or `||` is decided before. */
function shortCut(operator: string, a: number, b: number): boolean {
  if ((operator === '||' && a !== 0) || (operator === '&&' && a === 0)) return true;
  return !Number.isNaN(a) && !Number.isNaN(b);
}

function combine({ left, right, labels }: Pair, operate: (a: number | null, b: number | null) => number | null): Value {
  if (left.kind === 'noData' || right.kind === 'noData') return noData;
  if (left.kind === 'series' && right.kind === 'series') {
    const byTime = new Map(right.points.map(({ time, value }) => [time, value]));
    const shared = left.points.filter(({ time }) => byTime.has(time));
    const points = shared.map(({ time, value }) => ({ time, value: operate(value, byTime.get(time) ?? null) }));
    return { kind: 'series', labels, points };
  }
  if (left.kind === 'series' && right.kind !== 'series')
    return { ...mapValue(left, (value) => operate(value, right.value)), labels };
  if (right.kind === 'series' && left.kind !== 'series')
    return { ...mapValue(right, (value) => operate(left.value, value)), labels };
  if (left.kind === 'series' || right.kind === 'series') throw new Error('unreachable');
  const kind = left.kind === 'scalar' && right.kind === 'scalar' ? 'scalar' : 'number';
  return { kind, labels, value: operate(left.value, right.value) };
}

function mapValue(value: Value, map: (value: number | null) => number | null): Value {
  if (value.kind === 'noData') return value;
  if (value.kind !== 'series') return { ...value, value: map(value.value) };
  return { ...value, points: value.points.map((point) => ({ ...point, value: map(point.value) })) };
}
