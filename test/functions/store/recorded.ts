import fc from 'fast-check';

import { type FieldType, type MeasurementName, MEASUREMENTS, type Point } from '../../../functions/measurement.ts';

/** A line of the ledger for one purchase and state, at a time in nanoseconds. */
export function linePoint(purchase: string, state: 'reserved' | 'settled', time = '1764028800123456789'): Point {
  const fields = { purchase, keys: 'jack', ids: '', new_resources: 1, cost_microusd: 10_000, owned: 0 };
  return { measurement: 'twitter_ledger', tags: { app: 'default', resource: 'user', state }, fields, time };
}

const ofType: Readonly<Record<FieldType, fc.Arbitrary<number | string>>> = {
  integer: fc.maxSafeInteger(),
  // JSON has one zero, no infinity and no NaN.
  float: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  string: fc.string({ unit: 'grapheme' }),
};

/** Any point that the table of measurements allows. */
export const anyPoint: fc.Arbitrary<Point> = fc
  .constantFrom(...(Object.keys(MEASUREMENTS) as MeasurementName[]))
  .chain((measurement) => {
    const { tags, fields } = MEASUREMENTS[measurement];
    const tag = fc.string({ unit: 'grapheme', minLength: 1 });
    return fc.record({
      measurement: fc.constant(measurement),
      tags: fc.record(Object.fromEntries(tags.map((name) => [name, tag])), { requiredKeys: [] }),
      fields: fc
        .record(Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, ofType[type]])), {
          requiredKeys: [],
        })
        .filter((some) => Object.keys(some).length > 0),
      time: fc.oneof(
        fc.integer({ min: 0, max: 9_223_372_036_854 }),
        fc.bigInt({ min: 0n, max: 8_999_999_999_999_999_999n }).map(String),
      ),
    });
  })
  // As the object literals of the product: fast-check's have no prototype.
  .map((point) => JSON.parse(JSON.stringify(point)) as Point);

/** Data that is nearly that of a record event: one thing of a good one is replaced by anything. */
export const nearlyGood: fc.Arbitrary<unknown> = fc
  .tuple(fc.array(anyPoint, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat(), fc.jsonValue())
  .map(([points, which, where, anything]) => {
    const data = JSON.parse(JSON.stringify({ points })) as { points: Record<string, unknown>[] };
    const point = data.points[which % points.length] ?? {};
    const [tags, fields] = [point['tags'], point['fields']] as Record<string, unknown>[];
    const changes: (() => unknown)[] = [
      () => (point['measurement'] = anything),
      () => (point['tags'] = anything),
      () => (point['fields'] = anything),
      () => (point['time'] = anything),
      () => ((tags ?? {})['made_up'] = anything),
      () => ((fields ?? {})[Object.keys(fields ?? {})[0] ?? ''] = anything),
      () => ((tags ?? {})[Object.keys(tags ?? {})[0] ?? ''] = anything),
      () => (point[['measurement', 'tags', 'fields', 'time'][which % 4] ?? ''] = undefined),
      () => (data.points[which % points.length] = anything as Record<string, unknown>),
      () => ((data as { points: unknown }).points = anything),
      () => (point['more'] = anything),
    ];
    changes[where % changes.length]?.();
    return JSON.parse(JSON.stringify(data)) as unknown;
  });
