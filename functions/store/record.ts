import { createHash } from 'node:crypto';
import type { Deadline } from '../deadline.ts';
import { BadRequest } from '../failure.ts';
import { type FieldType, MEASUREMENTS, type MeasurementShape, type Point } from '../measurement.ts';

/** The type of the events in which points travel by a broker. functions/schemas has the JSON Schema of their data. */
export const recordType = 'twittergraph.record.v1';

/** An event of that type. Who drops one with a known id loses nothing: the id tells the content. */
export interface RecordEvent {
  readonly id: string;
  /** Unix milliseconds. */
  readonly time: number;
  readonly points: readonly Point[];
}

/** Hands an event to the broker, one attempt a call, and gives its HTTP status. Throws a `RunError` where none came. */
export type SendRecord = (event: RecordEvent, deadline: Deadline) => Promise<number>;

/** The data of an event is no longer: brokers take 256 KiB, and the event's attributes need some of it. */
const maxDataBytes = 258_048;
/** Unix milliseconds, or nanoseconds as text: InfluxDB's last year is 2262. */
export const recordTimes = { maxMs: 9_223_372_036_854, nanoseconds: '^[0-8]?[0-9]{1,18}$' } as const;

/** Results of one part of a run, in as few events as their size allows. */
export function resultEvents(time: number, part: string, points: readonly Point[]): readonly RecordEvent[] {
  return splitBySize(points).map((some) => {
    const digest = createHash('sha256').update(JSON.stringify(some)).digest('hex').slice(0, 32);
    return { id: `${new Date(time).toISOString()}/${part}/${digest}`, time, points: some };
  });
}

/** Lines of the ledger by purchase and state, and latches by reason and time: an event each. */
export function bookEvents(time: number, books: readonly Point[]): readonly RecordEvent[] {
  const events = new Map<string, Point[]>();
  for (const point of books) {
    const { purchase, until } = point.fields;
    const id = [purchase ?? point.tags['reason'], point.tags['state'] ?? until, purchase === undefined && point.time];
    const key = id.filter((part) => part !== false).join('/');
    events.set(key, [...(events.get(key) ?? []), point]);
  }
  return [...events].map(([id, points]) => ({ id, time, points }));
}

/** The points in the data of an event. Throws a `BadRequest` for what the schema does not allow: then nothing is written. */
export function pointsIn(data: unknown): readonly Point[] {
  const { points } = (data ?? {}) as { points?: unknown };
  if (!Array.isArray(points) || points.length === 0)
    throw new BadRequest(`${recordType}: its points are not a list with at least one point`);
  for (const [index, point] of points.entries()) {
    const problem = problemOf((point ?? {}) as Partial<Record<keyof Point, unknown>>);
    if (problem !== undefined) throw new BadRequest(`${recordType}: point ${index} ${problem}`);
  }
  return points as readonly Point[];
}

function splitBySize(points: readonly Point[]): readonly (readonly Point[])[] {
  const parts: Point[][] = [];
  let left = 0;
  for (const point of points) {
    const bytes = Buffer.byteLength(JSON.stringify(point)) + 1;
    if (bytes > left) {
      parts.push([]);
      left = maxDataBytes;
    }
    left -= bytes;
    parts.at(-1)?.push(point);
  }
  return parts;
}

function problemOf({ measurement, tags, fields, time }: Partial<Record<keyof Point, unknown>>): string | undefined {
  const shape = Object.entries<MeasurementShape>(MEASUREMENTS).find(([name]) => name === measurement)?.[1];
  if (shape === undefined) return 'is of no known measurement';
  const isTag = ([name, value]: readonly [string, unknown]): boolean =>
    shape.tags.includes(name) && typeof value === 'string' && value !== '';
  if (!isMap(tags) || !Object.entries(tags).every(isTag))
    return `has tags that are not those of ${String(measurement)}`;
  const isField = ([name, value]: readonly [string, unknown]): boolean =>
    Object.hasOwn(shape.fields, name) && isOfType(shape.fields[name], value);
  const hasFields = isMap(fields) && Object.keys(fields).length > 0 && Object.entries(fields).every(isField);
  if (!hasFields) return `has fields that are not those of ${String(measurement)}`;
  return isTime(time) ? undefined : 'has no time';
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType(type: FieldType | undefined, value: unknown): boolean {
  if (type === 'string') return typeof value === 'string';
  return type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
}

function isTime(time: unknown): boolean {
  if (typeof time === 'string') return new RegExp(recordTimes.nanoseconds).test(time);
  return Number.isSafeInteger(time) && Number(time) >= 0 && Number(time) <= recordTimes.maxMs;
}
