import { escapeKey, escapeMeasurement, escapeTag, escapeText } from './line-escapes.ts';
import { findUnescaped, splitUnescaped } from './line-escapes.ts';
import { unescapeKey, unescapeMeasurement, unescapeTag, unescapeText } from './line-escapes.ts';

/** A field's value; its JavaScript type is its InfluxDB type: bigint = integer, number = float. */
export type FieldValue = bigint | number | string | boolean;

/** One line of line protocol. `tags` are sorted by key; times are cut to whole milliseconds. */
export type Point = {
  measurement: string;
  tags: readonly (readonly [key: string, value: string])[];
  fields: ReadonlyMap<string, FieldValue>;
  timeMs: number;
};

/** Nanoseconds per unit of the `precision` and `epoch` parameters; anything else means nanoseconds, as on InfluxDB 1.6. */
export function nanosecondsPerUnit(precision: string | undefined): bigint {
  const units: Record<string, bigint> = {
    u: 1_000n,
    ms: 1_000_000n,
    s: 1_000_000_000n,
    m: 60_000_000_000n,
    h: 3_600_000_000_000n,
  };
  return (precision === undefined ? undefined : units[precision]) ?? 1n;
}

/**
 * Cuts line protocol into its lines. A newline inside a quoted field value does not end a line. `rest` is what follows
 * the last line end: empty, or a line that was not finished.
 */
export function splitLines(text: string): { lines: string[]; rest: string } {
  const lines: string[] = [];
  let start = 0;
  for (let end = findLineEnd(text, start); end < text.length; end = findLineEnd(text, start)) {
    lines.push(text.slice(start, end));
    start = end + 1;
  }
  return { lines, rest: text.slice(start) };
}

// Quotes mean something only in a field's value: after the first space, behind an equals sign.
function findLineEnd(text: string, start: number): number {
  let inFields = false;
  let inValue = false;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '\\' && at + 2 < text.length) at++;
    else if (char === '\n' && !quoted) return at;
    else if (char === ' ') inFields = true;
    else if (!inFields) continue;
    else if (char === '"' && inValue) quoted = !quoted;
    else if (char === '=' && !quoted) inValue = true;
    else if (char === ',' && !quoted) inValue = false;
  }
  return text.length;
}

/** True for a line that carries no point: blank, or a comment. */
export function isBlankOrComment(line: string): boolean {
  const text = line.trimStart();
  return text === '' || text.startsWith('#');
}

/**
 * Reads one line. `unitNs` is the length of one unit of its timestamp; a line without a timestamp gets `nowMs`.
 * Throws an Error with InfluxDB's own words ("missing fields", "invalid number" …).
 * https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/
 */
export function parseLine(line: string, unitNs: bigint, nowMs: number): Point {
  const keyEnd = findUnescaped(line, ' ', 0);
  const key = line.slice(0, keyEnd);
  const { measurement, tags } = parseSeriesKey(key);
  let fieldsStart = keyEnd;
  while (line[fieldsStart] === ' ') fieldsStart++;
  if (fieldsStart >= line.length) throw new Error('missing fields');
  const { fields, end } = parseFields(line, fieldsStart);
  return { measurement, tags, fields, timeMs: parseTimeMs(line.slice(end).trim(), unitNs, nowMs) };
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
  if (/^-?\d+i$/.test(text)) return parseInteger(text.slice(0, -1));
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

function parseInteger(digits: string): bigint {
  const integer = BigInt(digits);
  if (BigInt.asIntN(64, integer) === integer) return integer;
  throw new Error(`unable to parse integer ${digits}: strconv.ParseInt: parsing "${digits}": value out of range`);
}

function parseTimeMs(text: string, unitNs: bigint, nowMs: number): number {
  if (text === '') return nowMs;
  if (text.includes(' ')) throw new Error('point is invalid');
  if (!/^-?\d+$/.test(text)) throw new Error('bad timestamp');
  const ns = BigInt(text) * unitNs;
  const limit = 9_223_372_036_854_775_806n;
  if (ns > limit || ns < -limit) throw new Error(`time outside range -${String(limit)} - ${String(limit)}`);
  return Math.floor(Number(ns / 1_000n) / 1_000);
}

/** Writes a point as one line with a timestamp in milliseconds, without line end; `parseLine` reads it back unchanged. */
export function formatLine(point: Point): string {
  const tags = point.tags.map(([key, value]) => `,${escapeTag(key)}=${escapeTag(value)}`).join('');
  const fields = [...point.fields].map(([key, value]) => `${escapeKey(key)}=${formatValue(value)}`).join(',');
  return `${escapeMeasurement(point.measurement)}${tags} ${fields} ${point.timeMs}`;
}

function formatValue(value: FieldValue): string {
  if (typeof value === 'string') return `"${escapeText(value)}"`;
  return typeof value === 'bigint' ? `${value.toString()}i` : String(value);
}
