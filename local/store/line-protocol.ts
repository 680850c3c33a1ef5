import { escapeKey, escapeMeasurement, escapeTag, escapeText } from './line-escapes.ts';
import { findUnescaped, splitUnescaped } from './line-escapes.ts';
import { unescapeKey, unescapeMeasurement, unescapeTag, unescapeText } from './line-escapes.ts';

/** A field's value; its JavaScript type is its InfluxDB type: bigint = integer, number = float. */
export type FieldValue = bigint | number | string | boolean;

/** One line of line protocol. `tags` are sorted by key; times are nanoseconds since 1970. */
export type Point = {
  measurement: string;
  tags: readonly (readonly [key: string, value: string])[];
  fields: ReadonlyMap<string, FieldValue>;
  timeNs: bigint;
};

const unitsNs: ReadonlyMap<string | undefined, bigint> = new Map([
  ['u', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/**
 * Nanoseconds per unit of the `precision` and `epoch` parameters. Anything else means nanoseconds, as on InfluxDB 1.6: so
 * do `n`, `ns` and even `us`.
 */
export function nanosecondsPerUnit(precision: string | undefined): bigint {
  return unitsNs.get(precision) ?? 1n;
}

/**
 * Reads one line. `unitNs` is the length of one unit of its timestamp; a line without a timestamp gets `nowNs`, cut to
 * whole units.
 * Throws an Error with InfluxDB's own words ("missing fields", "invalid number" …).
 * https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/
 */
export function parseLine(line: string, unitNs: bigint, nowNs: bigint): Point {
  const keyEnd = findUnescaped(line, ' ', 0);
  const key = line.slice(0, keyEnd);
  const { measurement, tags } = parseSeriesKey(key);
  let fieldsStart = keyEnd;
  while (line[fieldsStart] === ' ') fieldsStart++;
  if (fieldsStart >= line.length) throw new Error('missing fields');
  const { fields, end } = parseFields(line, fieldsStart);
  return { measurement, tags, fields, timeNs: parseTimeNs(line.slice(end).trim(), unitNs, nowNs) };
}

function parseSeriesKey(key: string): Pick<Point, 'measurement' | 'tags'> {
  const [name = '', ...pairs] = splitUnescaped(key, ',');
  if (name === '') throw new Error('missing measurement');
  const tags = pairs.map(parseTag).sort(([left], [right]) => (left < right ? -1 : 1));
  tags.forEach(([tagKey], index) => {
    if (tags[index + 1]?.[0] === tagKey) throw new Error('duplicate tags');
  });
  return { measurement: unescapeMeasurement(name), tags };
}

function parseTag(pair: string): [string, string] {
  const equals = findUnescaped(pair, '=', 0);
  const value = pair.slice(equals + 1);
  if (equals === 0) throw new Error('missing tag key');
  if (value === '') throw new Error('missing tag value');
  if (findUnescaped(value, '=', 0) < value.length) throw new Error('invalid tag format');
  return [unescapeTag(pair.slice(0, equals)), unescapeTag(value)];
}

function parseFields(line: string, start: number): { fields: Map<string, FieldValue>; end: number } {
  const fields = new Map<string, FieldValue>();
  let at = start;
  for (;;) {
    const equals = findUnescaped(line, '=', at);
    const key = line.slice(at, equals);
    if (key === '') throw new Error('missing field key');
    if (equals === line.length || findUnescaped(key, ' ', 0) < key.length) throw new Error('invalid field format');
    const valueEnd = findValueEnd(line, equals + 1);
    fields.set(unescapeKey(key), parseFieldValue(line.slice(equals + 1, valueEnd)));
    if (line[valueEnd] !== ',') return { fields, end: valueEnd };
    at = valueEnd + 1;
  }
}

function findValueEnd(line: string, start: number): number {
  if (line[start] !== '"') return Math.min(findUnescaped(line, ',', start), findUnescaped(line, ' ', start));
  const quote = findUnescaped(line, '"', start + 1);
  if (quote === line.length) throw new Error('unbalanced quotes');
  const next = line[quote + 1];
  if (next !== undefined && next !== ',' && next !== ' ') throw new Error('invalid field format');
  return quote + 1;
}

function parseFieldValue(text: string): FieldValue {
  if (text === '') throw new Error('missing field value');
  if (text.startsWith('"')) return unescapeText(text.slice(1, -1));
  if (!/^[-.\dnN]/.test(text)) return parseBoolean(text);
  if (/^-?\d+i$/.test(text)) return parseInt64(text.slice(0, -1), `unable to parse integer ${text.slice(0, -1)}: `);
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new Error('invalid number');
  const number = Number(text);
  if (!Number.isFinite(number)) throw new Error('invalid float');
  return number;
}

function parseBoolean(text: string): boolean {
  if (/^(t|T|true|True|TRUE)$/.test(text)) return true;
  if (/^(f|F|false|False|FALSE)$/.test(text)) return false;
  throw new Error('invalid boolean');
}

function parseInt64(digits: string, context = ''): bigint {
  const integer = BigInt(digits);
  if (BigInt.asIntN(64, integer) === integer) return integer;
  throw new Error(`${context}strconv.ParseInt: parsing "${digits}": value out of range`);
}

function parseTimeNs(text: string, unitNs: bigint, nowNs: bigint): bigint {
  if (text === '') return nowNs - (nowNs % unitNs);
  if (text.includes(' ')) throw new Error('point is invalid');
  if (!/^-?\d+$/.test(text)) throw new Error('bad timestamp');
  const ns = parseInt64(text) * unitNs;
  const limit = 9_223_372_036_854_775_806n;
  if (ns > limit || ns < -limit) throw new Error(`time outside range -${String(limit)} - ${String(limit)}`);
  return ns;
}

/** Writes a point as one line with a timestamp in nanoseconds, without line end; `parseLine` reads it back unchanged. */
export function formatLine(point: Point): string {
  const tags = point.tags.map(([key, value]) => `,${escapeTag(key)}=${escapeTag(value)}`).join('');
  const fields = [...point.fields].map(([key, value]) => `${escapeKey(key)}=${formatValue(value)}`).join(',');
  return `${escapeMeasurement(point.measurement)}${tags} ${fields} ${point.timeNs}`;
}

function formatValue(value: FieldValue): string {
  if (typeof value === 'string') return `"${escapeText(value)}"`;
  return typeof value === 'bigint' ? `${value.toString()}i` : String(value);
}
