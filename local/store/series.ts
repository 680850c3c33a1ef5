import type { FieldValue, Point } from './line-protocol.ts';

/** What is kept of one point inside its series. */
export type StoredPoint = { timeNs: bigint; fields: Map<string, FieldValue> };

/** All points of one measurement and tag set, sorted by time, at most one of each time. */
export type Series = { key: string; tags: ReadonlyMap<string, string>; points: StoredPoint[] };

/** One measurement: the type of each field is that of its first write, for ever. */
export type Measurement = {
  name: string;
  fieldTypes: Map<string, FieldType>;
  tagKeys: Set<string>;
  series: Map<string, Series>;
};

/** Everything the store knows of one database, by measurement. */
export type SeriesIndex = Map<string, Measurement>;

type FieldType = 'integer' | 'float' | 'string' | 'boolean';

/**
 * Adds a point, merging its fields into one already there. Returns why it was refused, in InfluxDB's words, or nothing.
 * https://docs.influxdata.com/influxdb/v1/troubleshooting/frequently-asked-questions/#how-does-influxdb-handle-duplicate-points
 */
export function addPoint(index: SeriesIndex, point: Point): string | undefined {
  const refusal = describeRefusal(index.get(point.measurement), point);
  if (refusal !== undefined) return refusal;
  const measurement = getOrAdd(index, point.measurement, () => createMeasurement(point.measurement));
  for (const [key, value] of point.fields) measurement.fieldTypes.set(key, typeOf(value));
  const series = getOrAdd(measurement.series, JSON.stringify(point.tags), (key) => {
    for (const [tagKey] of point.tags) measurement.tagKeys.add(tagKey);
    return { key, tags: new Map(point.tags), points: [] };
  });
  mergeIntoSeries(series, point);
  return undefined;
}

/** Index of the first point at or after `timeNs`. */
export function findFirstAt(points: readonly StoredPoint[], timeNs: bigint): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.timeNs ?? timeNs) < timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Series ordered by their tags. InfluxDB 1.6 answers points of equal time in no order to rely on. */
export function listSeries(measurement: Measurement): Series[] {
  return [...measurement.series.values()].sort((left, right) => (left.key < right.key ? -1 : 1));
}

function createMeasurement(name: string): Measurement {
  return { name, fieldTypes: new Map(), tagKeys: new Set(), series: new Map() };
}

function describeRefusal(measurement: Measurement | undefined, point: Point): string | undefined {
  const on = `on measurement "${point.measurement}" is`;
  if (point.tags.some(([key]) => key === 'time')) return `invalid tag key: input tag "time" ${on} invalid`;
  for (const [key, value] of point.fields) {
    if (key === 'time') return `invalid field name: input field "time" ${on} invalid`;
    const known = measurement?.fieldTypes.get(key);
    if (known === undefined || known === typeOf(value)) continue;
    return `field type conflict: input field "${key}" ${on} type ${typeOf(value)}, already exists as type ${known}`;
  }
  return undefined;
}

function mergeIntoSeries(series: Series, point: Point): void {
  const at = findFirstAt(series.points, point.timeNs);
  const present = series.points[at];
  if (present?.timeNs === point.timeNs) {
    for (const [key, value] of point.fields) present.fields.set(key, value);
  } else {
    series.points.splice(at, 0, { timeNs: point.timeNs, fields: new Map(point.fields) });
  }
}

function typeOf(value: FieldValue): FieldType {
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return 'float';
  return typeof value === 'string' ? 'string' : 'boolean';
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: (key: K) => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const added = create(key);
  map.set(key, added);
  return added;
}
