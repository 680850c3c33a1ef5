import { isDeepStrictEqual } from 'node:util';

import { isObject, type Json, type JsonObject, objectsOf, without } from './json.ts';

/**
 * What Grafana writes into an export for every field of a panel of that type, and fills in again where it is missing.
 * https://github.com/grafana/grafana/blob/main/public/app/plugins/panel/timeseries/config.ts and its neighbours
 */
const nowhere = { legend: false, tooltip: false, viz: false };
const axis = {
  axisBorderShow: false,
  axisCenteredZero: false,
  axisColorMode: 'text',
  axisGridShow: true,
  axisLabel: '',
  axisPlacement: 'auto',
  hideFrom: nowhere,
  scaleDistribution: { type: 'linear' },
};
const graph = {
  ...axis,
  barAlignment: 0,
  barWidthFactor: 0.6,
  drawStyle: 'line',
  fillOpacity: 0,
  gradientMode: 'none',
  insertNulls: false,
  lineInterpolation: 'linear',
  lineWidth: 1,
  pointSize: 5,
  showPoints: 'auto',
  showValues: false,
  spanNulls: false,
  stacking: { group: 'A', mode: 'none' },
  thresholdsStyle: { mode: 'off' },
};
const customDefaults: Readonly<Record<string, JsonObject>> = {
  timeseries: graph,
  trend: graph,
  xychart: axis,
  'state-timeline': { axisPlacement: 'auto', fillOpacity: 70, hideFrom: nowhere, insertNulls: false, spanNulls: false },
  table: { align: 'auto', cellOptions: { type: 'auto' }, footer: { reducers: [] }, inspect: false },
};
const plainThresholds = {
  mode: 'absolute',
  steps: [
    { color: 'green', value: null },
    { color: 'red', value: 80 },
  ],
};
const defaultsOfField: JsonObject = { mappings: [], thresholds: plainThresholds, custom: {} };
const defaultsOfPanel: JsonObject = {
  hideTimeOverride: false,
  interval: null,
  links: [],
  maxDataPoints: null,
  timeFrom: null,
  timeShift: null,
  transformations: [],
  transparent: false,
};

/** What the query builder remembers and a query written by hand does not use. */
const builderKeys = new Set([
  'adhocFilters',
  'groupBy',
  'hide',
  'key',
  'limit',
  'measurement',
  'orderByTime',
  'policy',
  'rawSql',
  'select',
  'slimit',
  'tags',
  'tz',
]);

/** A panel without what Grafana fills in by itself. A hidden query stays hidden. */
export function removeNoise(panel: JsonObject): JsonObject {
  const { fieldConfig, targets, ...rest } = panel;
  return {
    ...dropEqual(rest, defaultsOfPanel),
    ...(isObject(fieldConfig) ? { fieldConfig: toFieldConfig(fieldConfig, panel['type']) } : {}),
    ...(targets === undefined ? {} : { targets: objectsOf(targets).map(toTarget) }),
  };
}

function toFieldConfig(fieldConfig: JsonObject, type: Json | undefined): JsonObject {
  const { defaults } = fieldConfig;
  if (!isObject(defaults)) return fieldConfig;
  const { custom } = defaults;
  const known = typeof type === 'string' ? (customDefaults[type] ?? {}) : {};
  const lean = isObject(custom) ? { ...defaults, custom: dropEqual(custom, known) } : defaults;
  return { ...fieldConfig, defaults: dropEqual(lean, defaultsOfField) };
}

function toTarget(target: JsonObject): JsonObject {
  const { hide } = target;
  return { ...without(target, builderKeys), ...(hide === true ? { hide } : {}) };
}

function dropEqual(object: JsonObject, defaults: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([key, value]) => !(key in defaults && isDeepStrictEqual(value, defaults[key]))),
  );
}
