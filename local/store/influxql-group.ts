import type { Sample } from './influxql-aggregate.ts';
import { meetsCondition } from './influxql-condition.ts';
import { InfluxqlError } from './influxql-tokens.ts';
import type { Page, Select } from './influxql-parse.ts';
import { findFirstAt, listSeries, type Measurement, type Series } from './series.ts';

/** The samples of one group of a SELECT, in the order of its rows; one bucket if it does not group by time. */
export type GroupedSamples = { tags: Record<string, string> | undefined; buckets: Bucket[] };
export type Bucket = { startNs: bigint; samples: Sample[] };

const maxBuckets = 1_000_000;

/** Finds the samples of a SELECT, grouped and ordered as it asks. Throws InfluxqlError for too many time buckets. */
export function groupSamples(measurement: Measurement, select: Select, nowNs: bigint): GroupedSamples[] {
  const { intervalNs } = select.groupBy;
  // An open range of time buckets ends now; other queries see points of the future too.
  const toNs = select.where.toNs ?? (intervalNs === undefined ? undefined : nowNs);
  const tagKeys = select.groupBy.tags === '*' ? [...measurement.tagKeys].sort() : [...select.groupBy.tags].sort();
  const groups = new Map<string, Sample[]>();
  for (const series of listSeries(measurement)) {
    const samples = findSamples(measurement, series, select, toNs);
    const key = JSON.stringify(tagKeys.map((tag) => series.tags.get(tag) ?? ''));
    const group = groups.get(key) ?? [];
    for (const sample of samples) group.push(sample);
    if (group.length > 0) groups.set(key, group);
  }
  const ordered = cutToPage(
    [...groups].sort(([left], [right]) => (left < right ? -1 : 1)),
    select.groups,
  );
  if (select.descending) ordered.reverse();
  return ordered.map(([key, samples]) => {
    samples.sort((left, right) => Number(left.timeNs - right.timeNs));
    if (select.descending) samples.reverse();
    const values = JSON.parse(key) as string[];
    const tags = Object.fromEntries(tagKeys.map((tag, at) => [tag, values[at] ?? '']));
    return { tags: tagKeys.length === 0 ? undefined : tags, buckets: cutIntoBuckets(samples, select, toNs) };
  });
}

/** What a page leaves of a list. */
export function cutToPage<T>(list: T[], { limit, offset }: Page): T[] {
  return limit === 0 ? list : list.slice(offset, offset + limit);
}

function findSamples(measurement: Measurement, series: Series, select: Select, toNs: bigint | undefined): Sample[] {
  const { fromNs, condition } = select.where;
  const start = fromNs === undefined ? 0 : findFirstAt(series.points, fromNs);
  const end = toNs === undefined ? series.points.length : findFirstAt(series.points, toNs + 1n);
  const samples: Sample[] = [];
  const isField = (name: string): boolean => measurement.fieldTypes.has(name);
  for (let at = start; at < end; at++) {
    const point = series.points[at];
    if (point === undefined) continue;
    if (condition !== undefined && !meetsCondition(condition, isField, point.fields, series.tags)) continue;
    samples.push({ timeNs: point.timeNs, fields: point.fields, tags: series.tags });
  }
  return samples;
}

function cutIntoBuckets(samples: Sample[], select: Select, toNs: bigint | undefined): Bucket[] {
  const { intervalNs } = select.groupBy;
  if (intervalNs === undefined) return [{ startNs: select.where.fromNs ?? 0n, samples }];
  const byStart = new Map<bigint, Sample[]>();
  for (const sample of samples) {
    const start = floorTo(sample.timeNs, intervalNs);
    const bucket = byStart.get(start);
    if (bucket === undefined) byStart.set(start, [sample]);
    else bucket.push(sample);
  }
  const present = [...byStart].map(([startNs, bucket]) => ({ startNs, samples: bucket }));
  return select.fill === 'none' ? present : fillGaps(byStart, present, select, intervalNs, toNs ?? 0n);
}

function fillGaps(
  byStart: Map<bigint, Sample[]>,
  present: Bucket[],
  select: Select,
  intervalNs: bigint,
  toNs: bigint,
): Bucket[] {
  const earliest = (select.descending ? present.at(-1) : present[0])?.startNs ?? 0n;
  const firstNs = select.where.fromNs === undefined ? earliest : floorTo(select.where.fromNs, intervalNs);
  if ((toNs - firstNs) / intervalNs > maxBuckets) {
    throw new InfluxqlError(`too many buckets: GROUP BY time() makes more than ${maxBuckets}; use fill(none)`);
  }
  const buckets: Bucket[] = [];
  for (let startNs = firstNs; startNs <= toNs; startNs += intervalNs) {
    buckets.push({ startNs, samples: byStart.get(startNs) ?? [] });
  }
  return select.descending ? buckets.reverse() : buckets;
}

function floorTo(ns: bigint, intervalNs: bigint): bigint {
  const past = ((ns % intervalNs) + intervalNs) % intervalNs;
  return ns - past;
}
