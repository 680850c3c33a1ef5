import { acceptSymbol, type Cursor, expectSymbol, failAt, peek, take } from './influxql-cursor.ts';

/** Reads what a time is compared with: now(), a duration or number since 1970, or a time as text. Throws InfluxqlError. */
export function parseTimeNs(cursor: Cursor): bigint {
  const { kind, text } = peek(cursor);
  if (kind === 'duration') return parseDurationNs(cursor);
  if (kind === 'integer') return BigInt(take(cursor).text);
  if (kind === 'identifier' && text.toLowerCase() === 'now') return parseNow(cursor);
  if (kind !== 'string') return failAt(cursor, 'now(), a duration, an integer, a time string');
  const ns = readTimeTextNs(text) ?? failAt(cursor, 'a time such as 2006-01-02T15:04:05Z');
  take(cursor);
  return ns;
}

function readTimeTextNs(text: string): bigint | undefined {
  const form = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?)?$/;
  const [, date = '', time = '00:00:00', fraction = ''] = form.exec(text) ?? [];
  const ms = Date.parse(`${date}T${time}Z`);
  // JavaScript takes 31 November for 1 December.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(`${date}T${time}`)) return undefined;
  return text.includes('T') === text.endsWith('Z')
    ? BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
    : undefined;
}

function parseNow(cursor: Cursor): bigint {
  take(cursor);
  expectSymbol(cursor, '(');
  expectSymbol(cursor, ')');
  if (acceptSymbol(cursor, '-')) return cursor.nowNs - parseDurationNs(cursor);
  return acceptSymbol(cursor, '+') ? cursor.nowNs + parseDurationNs(cursor) : cursor.nowNs;
}

/** Reads a duration such as `1h30m`, in nanoseconds. */
export function parseDurationNs(cursor: Cursor): bigint {
  if (peek(cursor).kind !== 'duration') failAt(cursor, 'duration');
  const units = { ns: 1n, u: 1_000n, µ: 1_000n, ms: 1_000_000n, s: 1_000_000_000n } as Record<string, bigint>;
  const minute = 60_000_000_000n;
  Object.assign(units, { m: minute, h: 60n * minute, d: 1440n * minute, w: 10_080n * minute });
  let sumNs = 0n;
  for (const [, count = '0', unit = 'ns'] of take(cursor).text.matchAll(/(\d+)([a-zµ]+)/g)) {
    sumNs += BigInt(count) * (units[unit] ?? 0n);
  }
  return sumNs;
}
