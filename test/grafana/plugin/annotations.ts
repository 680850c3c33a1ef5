import type { Cell } from './ask.ts';
import type { Frame } from './frames.ts';

/** Which columns an annotation query's target names. */
export interface AnnotationColumns {
  readonly titleColumn?: string;
  readonly textColumn?: string;
  readonly tagsColumn?: string;
  readonly timeEndColumn?: string;
}

/** A mark on a graph. */
export interface AnnotationEvent {
  readonly time: Cell;
  readonly title: Cell;
  readonly text: Cell;
  readonly tags: readonly string[];
}

/**
 * What an annotation query draws. Columns bear the names of their frames (`measurement.column`), text and tags are
 * found by a part of that name, and a row with any value missing is left out.
 * https://github.com/grafana/grafana-influxdb-datasource/blob/main/src/response_parser.ts
 */
export function toAnnotations(frames: readonly Frame[], columns: AnnotationColumns): AnnotationEvent[] {
  const names = ['Time', ...Object.keys(frames[0]?.fields[1]?.labels ?? {}), ...framesOfOneSeries(frames)];
  const at = findColumns(names, columns);
  const cell = (row: readonly Cell[], index: number): Cell => row[index] ?? null;
  return rowsOf(frames).map((row) => ({
    time: cell(row, 0),
    title: cell(row, at.title),
    text: cell(row, at.text),
    tags: at.tags.flatMap((index) => String(cell(row, index) ?? '').split(',')).filter((tag) => tag !== ''),
  }));
}

function framesOfOneSeries(frames: readonly Frame[]): string[] {
  const labels = JSON.stringify(frames[0]?.fields[1]?.labels);
  return frames.filter(({ fields }) => JSON.stringify(fields[1]?.labels) === labels).map(({ name }) => name);
}

function findColumns(
  names: readonly string[],
  { titleColumn, textColumn, tagsColumn, timeEndColumn }: AnnotationColumns,
): { readonly title: number; readonly text: number; readonly tags: readonly number[] } {
  const wantedTags = (tagsColumn ?? '').replace(' ', '').split(',');
  const found = { title: 0, text: 0, tags: [] as number[] };
  names.forEach((name, index) => {
    if (name === 'Time' || name === timeEndColumn) return;
    if (name === titleColumn) found.title = index;
    else if (wantedTags.some((tag) => tag !== '' && name.includes(tag))) found.tags.push(index);
    else if (textColumn !== undefined && textColumn !== '' && name.includes(textColumn)) found.text = index;
    else if (found.title === 0) found.title = index;
  });
  return found;
}

function rowsOf(frames: readonly Frame[]): Cell[][] {
  const byLabels = new Map<string, Frame[]>();
  for (const frame of frames) {
    const key = Object.values(frame.fields[1]?.labels ?? {}).join(',');
    byLabels.set(key, [...(byLabels.get(key) ?? []), frame]);
  }
  return [...byLabels].flatMap(([key, group]) => {
    const labels = key === '' ? [] : key.split(',');
    const times = group[0]?.fields[0]?.values ?? [];
    const rows = times.map((time, index) => {
      const cells = group.map(({ fields }) => fields[1]?.values[index] ?? null);
      return cells.includes(null) ? [] : [time, ...labels, ...cells];
    });
    return rows.filter(({ length }) => length > 0);
  });
}
