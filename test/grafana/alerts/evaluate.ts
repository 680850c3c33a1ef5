import type { Influxd } from '../../support/influxd.ts';
import { evaluateMath } from '../expressions/math.ts';
import { parseMath } from '../expressions/parse.ts';
import { reduceValues, type ReduceSettings } from '../expressions/reduce.ts';
import { applyThreshold, type Evaluator } from '../expressions/threshold.ts';
import { toValues, type Value } from '../expressions/value.ts';
import { askInfluxd } from '../plugin/ask.ts';
import { buildQuery } from '../plugin/build.ts';
import { type Labels, toFrames } from '../plugin/frames.ts';
import type { Rule, RuleQuery } from './rule.ts';

/** What a rule says of one set of labels at one time. */
export interface Result {
  readonly state: 'Normal' | 'Alerting' | 'NoData';
  readonly labels: Labels;
  /** What annotations can name, by `refId`. */
  readonly values: Readonly<Record<string, number>>;
}

const expressionUid = '__expr__';

/**
 * Evaluates a rule as of `at` (Unix milliseconds). Throws what a query or an expression throws.
 * https://github.com/grafana/grafana/blob/main/pkg/expr/graph.go and pkg/services/ngalert/eval/eval.go
 */
export async function evaluateRule(influxd: Influxd, rule: Rule, at: number, database?: string): Promise<Result[]> {
  const results = new Map<string, readonly Value[]>();
  for (const query of rule.data.filter(({ datasourceUid }) => datasourceUid !== expressionUid))
    results.set(query.refId, await runQuery(influxd, query, at, database));
  // One query without an answer is enough for the whole rule to have none.
  if ([...results.values()].some(([first]) => first?.kind === 'noData')) return [nothing];
  for (const { refId, datasourceUid, model } of rule.data)
    if (datasourceUid === expressionUid) results.set(refId, runExpression(model, results));
  return toResults(results.get(rule.condition) ?? [], results);
}

const nothing: Result = { state: 'NoData', labels: {}, values: {} };

/** Each query is a request of its own, unless Grafana's feature `sseGroupByDatasource` is switched on. */
async function runQuery(influxd: Influxd, query: RuleQuery, at: number, database?: string): Promise<Value[]> {
  const { query: text, rawQuery, resultFormat, intervalMs } = query.model;
  const range = query.relativeTimeRange;
  if (typeof text !== 'string' || rawQuery !== true || resultFormat !== 'time_series' || range === undefined)
    throw new Error(`${query.refId} is no raw query for time_series with a range`);
  const everyMs = typeof intervalMs === 'number' ? intervalMs : 1000;
  const asked = buildQuery(text, { from: at - range.from * 1000, to: at - range.to * 1000 }, everyMs);
  return toValues(toFrames(await askInfluxd(influxd, asked, database), { intervalMs: everyMs }));
}

/** The expressions are in the order in which they need one another; Grafana sorts them itself. */
function runExpression(model: RuleQuery['model'], results: ReadonlyMap<string, readonly Value[]>): Value[] {
  const expression = String(model['expression']);
  if (model['type'] === 'math') return evaluateMath(parseMath(expression), results);
  const input = results.get(expression);
  if (input === undefined) throw new Error(`unable to find dependent node '${expression}'`);
  if (model['type'] === 'reduce')
    return reduceValues(input, String(model['reducer']), (model['settings'] as ReduceSettings | undefined) ?? {});
  if (model['type'] !== 'threshold') throw new Error(`the expression type ${String(model['type'])} is not known here`);
  const [condition, ...others] = model['conditions'] as readonly { readonly evaluator: Evaluator }[];
  if (condition === undefined || others.length > 0) throw new Error('a threshold has exactly one condition');
  return applyThreshold(input, condition.evaluator);
}

/** Not zero is alerting, and so is what is no number; two results with the same labels are an error. */
function toResults(condition: readonly Value[], all: ReadonlyMap<string, readonly Value[]>): Result[] {
  if (condition.length === 0) return [nothing];
  const seen = new Set<string>();
  return condition.map((value) => {
    if (value.kind === 'noData') return nothing;
    if (value.kind === 'series') throw new Error('only reduced data can be alerted on');
    const key = JSON.stringify(Object.entries(value.labels).sort());
    if (seen.has(key)) throw new Error(`two results with the labels ${key}`);
    seen.add(key);
    const state = value.value === null ? 'NoData' : value.value === 0 ? 'Normal' : 'Alerting';
    return { state, labels: value.labels, values: valuesFor(value.labels, all) };
  });
}

function valuesFor(labels: Labels, all: ReadonlyMap<string, readonly Value[]>): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [refId, candidates] of all) {
    const numbers = candidates.filter(({ kind }) => kind === 'number' || kind === 'scalar');
    const match =
      numbers.find((value) => covers(labels, value.labels) && covers(value.labels, labels)) ??
      numbers.find((value) => covers(labels, value.labels) || covers(value.labels, labels));
    if (match !== undefined && 'value' in match) values[refId] = match.value ?? NaN;
  }
  return values;
}

function covers(labels: Labels, others: Labels): boolean {
  return Object.entries(others).every(([label, value]) => labels[label] === value);
}
