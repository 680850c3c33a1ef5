import type { Cell, Series } from './ask.ts';
import { formatInterval } from './interval.ts';

export type Labels = Readonly<Record<string, string>>;

/** A column as Grafana has it. */
export interface Field {
  readonly name: string;
  /** What legends, overrides and transformations call it. */
  readonly displayName: string;
  readonly type: 'time' | 'number' | 'string' | 'boolean';
  readonly labels: Labels;
  readonly values: readonly Cell[];
}

/** A table as Grafana has it. */
export interface Frame {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** What of a target decides the shape of its frames. */
export interface FrameOptions {
  readonly resultFormat?: string | undefined;
  readonly alias?: string | undefined;
  readonly intervalMs: number;
}

/**
 * An answer as frames: one table for `table`, else one for each series and column.
 * https://github.com/grafana/grafana-influxdb-datasource/blob/main/pkg/influxdb/influxql/buffered/response_parser.go
 */
export function toFrames(answer: readonly Series[], options: FrameOptions): Frame[] {
  const [first] = answer;
  if (first === undefined) return [];
  if (options.resultFormat === 'table') return [toTable(first, answer)];
  return answer.flatMap((series) => toSeriesFrames(series, options));
}

/** The first series decides which columns there are. The back end puts the tags in any order: here the last first. */
function toTable(first: Series, answer: readonly Series[]): Frame {
  const hasTime = first.columns[0] === 'time';
  const columnOf = (index: number): Cell[] => answer.flatMap(({ values }) => values.map((row) => row[index] ?? null));
  const tags = Object.keys(first.tags ?? {})
    .reverse()
    .map((tag) => {
      const values = answer.flatMap((series) => series.values.map(() => series.tags?.[tag] ?? ''));
      return plainField(tag, values);
    });
  const [head, ...rest] = first.columns.map((column, index) => plainField(column, columnOf(index)));
  if (head === undefined) throw new Error(`InfluxDB sent ${first.name} without columns`);
  return { name: first.name, fields: [hasTime ? toTimeField(head.values) : head, ...tags, ...rest] };
}

function toSeriesFrames(series: Series, options: FrameOptions): Frame[] {
  const timeAt = series.columns.indexOf('time');
  if (timeAt < 0) return [{ name: series.name, fields: [plainField('Value', valuesWithoutTime(series).map(String))] }];
  return series.columns.flatMap((column, index) => {
    if (index === timeAt) return [];
    const displayName = frameName(series, column, options);
    const values = series.values.map((row) => row[index] ?? null);
    const value = { ...plainField('Value', values), displayName, labels: series.tags ?? {} };
    return [{ name: displayName, fields: [toTimeField(series.values.map((row) => row[timeAt] ?? null)), value] }];
  });
}

/** `SHOW TAG VALUES` answers with the key and the value, everything else with what it is asked for first. */
function valuesWithoutTime({ columns, values }: Series): Cell[] {
  const isTagValues = columns.length === 2 && columns[0] === 'key' && columns[1] === 'value';
  return values.map((row) => row[isTagValues ? 1 : 0] ?? null);
}

function toTimeField(values: readonly Cell[]): Field {
  return { name: 'Time', displayName: 'Time', type: 'time', labels: {}, values };
}

function plainField(name: string, values: readonly Cell[]): Field {
  return { name, displayName: name, type: typeOf(values), labels: {}, values };
}

function typeOf(values: readonly Cell[]): Field['type'] {
  const type = typeof values.find((value) => value !== null);
  return type === 'string' || type === 'boolean' ? type : 'number';
}

/** https://github.com/grafana/grafana-influxdb-datasource/blob/main/pkg/influxdb/influxql/util/util.go (`FormatFrameName`) */
function frameName({ name, tags }: Series, column: string, { alias, intervalMs }: FrameOptions): string {
  if (alias === undefined || alias === '') return `${name}.${column}${describeTags(tags ?? {})}`;
  return alias.replace(/\$(\w+)|\[\[([\s\S]+?)\]\]/g, (match, plain?: string, square?: string) => {
    const pattern = plain ?? square ?? '';
    if (pattern === 'm' || pattern === 'measurement') return name;
    if (pattern === 'col') return column;
    if (pattern === '__interval') return formatInterval(intervalMs);
    if (pattern === '__interval_ms') return String(intervalMs);
    return pattern.startsWith('tag_') ? (tags?.[pattern.slice(4)] ?? match) : match;
  });
}

function describeTags(tags: Labels): string {
  const parts = Object.entries(tags).map(([tag, value]) => `${tag}: ${value}`);
  return parts.length === 0 ? '' : ` { ${parts.join(', ')} }`;
}
