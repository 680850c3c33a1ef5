import { grafana } from './grafana.ts';
import type { TimeRange } from './interval.ts';
import { isInRegexLiteral } from './regex-literals.ts';

/** What a dashboard variable stands for at the moment. */
export interface VariableValue {
  readonly name: string;
  readonly multi: boolean;
  /** `raw` is what a custom "All" value stands for: it is never escaped. */
  readonly value: string | readonly string[] | { readonly raw: string };
}

const { escapeRegex } = grafana;
/** `$name`, `[[name]]`, `[[name:format]]`, `${name}`, `${name:format}`. */
const reference = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}/g;

/**
 * A query with its variables filled in as Grafana and the plug-in's front end do it; macros of the back end stay.
 * https://github.com/grafana/scenes/blob/main/packages/scenes/src/variables/interpolation/sceneInterpolator.ts and
 * https://github.com/grafana/grafana-influxdb-datasource/blob/main/src/datasource.ts (`interpolateQueryExpr`).
 */
export function interpolate(query: string, variables: readonly VariableValue[], range: TimeRange): string {
  const known = [...variables, ...globalsOf(range)];
  return query.replace(
    reference,
    (match, plain?: string, square?: string, squareFormat?: string, curly?: string, curlyFormat?: string) => {
      const variable = known.find(({ name }) => name === (plain ?? square ?? curly));
      if (variable === undefined) return match;
      const { value } = variable;
      if (isCustom(value)) return value.raw;
      const format = squareFormat ?? curlyFormat;
      return format === undefined ? expressionOf(variable, value, query) : formatted(value, format);
    },
  );
}

function isCustom(value: VariableValue['value']): value is { readonly raw: string } {
  return typeof value === 'object' && 'raw' in value;
}

function expressionOf({ name, multi }: VariableValue, value: string | readonly string[], query: string): string {
  // What begins like a number is taken for one, so that it is never escaped.
  if (typeof value === 'string' && !Number.isNaN(Number.parseFloat(value))) return value;
  if (multi || isInRegexLiteral(name, query)) return typeof value === 'string' ? escapeRegex(value) : oneOf(value);
  return typeof value === 'string' ? value : value.join(',');
}

function oneOf(values: readonly string[]): string {
  return `(${values.map(escapeRegex).join('|')})`;
}

/** https://github.com/grafana/scenes/blob/main/packages/scenes/src/variables/interpolation/formatRegistry.ts */
function formatted(value: string | readonly string[], format: string): string {
  const values = typeof value === 'string' ? [value] : value;
  if (format === 'raw' || format === 'csv') return values.join(',');
  if (format === 'pipe') return values.join('|');
  if (format === 'regex') return values.length === 1 ? escapeRegex(values[0] ?? '') : oneOf(values);
  if (format === 'singlequote') return values.map((entry) => `'${entry.replaceAll("'", "\\'")}'`).join(',');
  throw new Error(`the format ${format} of a variable is not known here: add it`);
}

/** https://github.com/grafana/scenes/blob/main/packages/scenes/src/variables/macros/timeMacros.ts */
function globalsOf({ from, to }: TimeRange): VariableValue[] {
  const seconds = Math.round((to - from) / 1000);
  const globals = { __from: from, __to: to, __range_ms: to - from, __range_s: seconds, __range: `${seconds}s` };
  return Object.entries(globals).map(([name, value]) => ({ name, multi: false, value: String(value) }));
}
