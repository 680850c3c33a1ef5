import type { DataFrame } from '@grafana/data';
import type { Panel } from '@grafana/schema';

import { grafana } from '../plugin/grafana.ts';
import type { Transformation } from './transform.ts';

interface Options {
  readonly excludeByName?: object;
  readonly indexByName?: object;
  readonly renameByName?: object;
  readonly byField?: string;
  readonly fields?: object | readonly string[];
  readonly sort?: readonly { readonly field: string }[];
  readonly filters?: readonly { readonly fieldName: string }[];
  readonly conversions?: readonly { readonly targetField: string }[];
  readonly timeField?: string;
  readonly rowField?: string;
  readonly columnField?: string;
  readonly valueField?: string;
  readonly exclude?: { readonly names?: readonly string[] };
  readonly binary?: Readonly<Record<'left' | 'right', { readonly matcher?: { readonly options: string } }>>;
}

/** Which fields a transformation names, by its id. Those that are not here name none. */
const namers: Readonly<Record<string, (options: Options) => readonly (string | undefined)[]>> = {
  organize: ({ excludeByName = {}, indexByName = {}, renameByName = {} }) =>
    [excludeByName, indexByName, renameByName].flatMap(Object.keys),
  joinByField: ({ byField }) => [byField],
  calculateField: ({ binary }) => [binary?.left.matcher?.options, binary?.right.matcher?.options],
  groupBy: ({ fields = {} }) => Object.keys(fields),
  sortBy: ({ sort = [] }) => sort.map(({ field }) => field),
  filterByValue: ({ filters = [] }) => filters.map(({ fieldName }) => fieldName),
  convertFieldType: ({ conversions = [] }) => conversions.map(({ targetField }) => targetField),
  formatTime: ({ timeField }) => [timeField],
  groupingToMatrix: ({ rowField, columnField, valueField }) => [rowField, columnField, valueField],
  filterFieldsByName: ({ exclude }) => exclude?.names ?? [],
  partitionByValues: ({ fields }) => fields as readonly string[],
};

/** The fields a transformation names that are in none of the frames it is given. */
export function strangersOf(transformation: Transformation, frames: readonly DataFrame[]): string[] {
  const options: Options = transformation.options ?? {};
  const named = (namers[transformation.id]?.(options) ?? []).filter((name) => name !== undefined);
  const present = namesIn(frames);
  return named.filter((name) => !present.has(name));
}

interface PanelOptions {
  readonly xField?: string;
  readonly sortBy?: readonly { readonly displayName: string }[];
  readonly series?: readonly Partial<Record<'x' | 'y', { readonly matcher: { readonly options: string } }>>[];
  readonly reduceOptions?: { readonly fields?: string };
}

/** What the settings of a panel look for among the fields it shows, and that concerns none of them. */
export function idleSettings(panel: Panel, frames: readonly DataFrame[]): string[] {
  const overrides = panel.fieldConfig?.overrides ?? [];
  const idle = overrides.filter(({ matcher }) => {
    const matches = grafana.fieldMatchers.get(matcher.id).get(matcher.options);
    return !frames.some((frame) => frame.fields.some((field) => matches(field, frame, [...frames])));
  });
  const { xField, sortBy = [], series = [], reduceOptions }: PanelOptions = panel.options ?? {};
  const named = [
    xField,
    ...sortBy.map(({ displayName }) => displayName),
    ...series.flatMap(({ x, y }) => [x?.matcher.options, y?.matcher.options]),
  ].filter((name) => name !== undefined);
  const renamed = overrides.flatMap(({ properties }) => properties.filter(({ id }) => id === 'displayName'));
  const present = new Set([...namesIn(frames), ...renamed.map(({ value }) => String(value))]);
  const reduced = reduceOptions?.fields ?? '';
  return [
    ...idle.map(({ matcher }) => `${matcher.id} ${JSON.stringify(matcher.options)}`),
    ...named.filter((name) => !present.has(name)),
    ...(reduced !== '' && ![...present].some((name) => grafana.stringToJsRegex(reduced).test(name)) ? [reduced] : []),
  ];
}

function namesIn(frames: readonly DataFrame[]): Set<string> {
  const names = frames.flatMap((frame) =>
    frame.fields.flatMap((field) => [field.name, grafana.getFieldDisplayName(field, frame, [...frames])]),
  );
  return new Set(names);
}
