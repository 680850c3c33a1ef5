import { parseCondition, type Where } from './influxql-condition.ts';
import { acceptWord, createCursor, type Cursor, expectName, expectSymbol, expectWord } from './influxql-cursor.ts';
import { acceptSymbol, failAt, parseDurationNs, peek, take } from './influxql-cursor.ts';

/** What one statement asks for. Times and durations are nanoseconds. */
export type Statement = Select | ShowMeasurements | ShowTagValues | { kind: 'show-databases' };
export type ShowMeasurements = { kind: 'show-measurements'; limit: number };
export type ShowTagValues = { kind: 'show-tag-values'; measurement: string | undefined; key: string; limit: number };
export type Select = {
  kind: 'select';
  columns: Column[];
  measurement: string;
  where: Where;
  groupBy: { tags: string[] | '*'; intervalNs: bigint | undefined };
  fill: 'none' | 'null';
  descending: boolean;
  /** Rows per series; 0 is no limit. */
  limit: number;
};
/** A selected column: a field, a tag or `*`, bare or inside a function. */
export type Column = { of: string; isWildcard: boolean; aggregate: Aggregate | undefined; alias: string | undefined };
export type Aggregate = (typeof aggregates)[number];

const aggregates = ['first', 'last', 'count', 'sum', 'min', 'max', 'mean'] as const;

/** Reads statements separated by `;`. `nowNs` is what `now()` means. Throws InfluxqlError. */
export function parseQuery(query: string, nowNs: bigint): Statement[] {
  const cursor = createCursor(query, nowNs);
  const statements: Statement[] = [];
  for (;;) {
    while (acceptSymbol(cursor, ';'));
    if (peek(cursor).kind === 'end') return statements;
    statements.push(parseStatement(cursor));
    if (peek(cursor).kind !== 'end') expectSymbol(cursor, ';');
  }
}

function parseStatement(cursor: Cursor): Statement {
  if (acceptWord(cursor, 'SELECT')) return parseSelect(cursor);
  if (acceptWord(cursor, 'SHOW')) return parseShow(cursor);
  return failAt(cursor, 'SELECT, SHOW');
}

function parseShow(cursor: Cursor): Statement {
  if (acceptWord(cursor, 'DATABASES')) return { kind: 'show-databases' };
  if (acceptWord(cursor, 'MEASUREMENTS')) return { kind: 'show-measurements', limit: parseLimit(cursor) };
  if (!acceptWord(cursor, 'TAG')) failAt(cursor, 'DATABASES, MEASUREMENTS, TAG');
  expectWord(cursor, 'VALUES');
  const measurement = acceptWord(cursor, 'FROM') ? expectName(cursor) : undefined;
  expectWord(cursor, 'WITH');
  expectWord(cursor, 'KEY');
  expectSymbol(cursor, '=');
  return { kind: 'show-tag-values', measurement, key: expectName(cursor), limit: parseLimit(cursor) };
}

function parseSelect(cursor: Cursor): Select {
  const columns = [parseColumn(cursor)];
  while (acceptSymbol(cursor, ',')) columns.push(parseColumn(cursor));
  expectWord(cursor, 'FROM');
  const measurement = expectName(cursor);
  const where = acceptWord(cursor, 'WHERE') ? parseCondition(cursor) : {};
  const groupBy = parseGroupBy(cursor);
  const fill = parseFill(cursor);
  const descending = parseOrder(cursor);
  const limit = parseLimit(cursor);
  return { kind: 'select', columns, measurement, where, groupBy, fill, descending, limit };
}

function parseColumn(cursor: Cursor): Column {
  if (acceptSymbol(cursor, '*')) return { of: '*', isWildcard: true, aggregate: undefined, alias: undefined };
  const name = expectName(cursor);
  if (!acceptSymbol(cursor, '(')) {
    return { of: name, isWildcard: false, aggregate: undefined, alias: parseAlias(cursor) };
  }
  const aggregate = aggregates.find((known) => known === name.toLowerCase());
  if (aggregate === undefined) return failAt(cursor, `one of the functions ${aggregates.join(', ')}`, name);
  const isWildcard = acceptSymbol(cursor, '*');
  const of = isWildcard ? '*' : expectName(cursor);
  expectSymbol(cursor, ')');
  return { of, isWildcard, aggregate, alias: parseAlias(cursor) };
}

function parseAlias(cursor: Cursor): string | undefined {
  return acceptWord(cursor, 'AS') ? expectName(cursor) : undefined;
}

function parseGroupBy(cursor: Cursor): Select['groupBy'] {
  const tags: string[] = [];
  let hasAllTags = false;
  let intervalNs: bigint | undefined;
  if (!acceptWord(cursor, 'GROUP')) return { tags, intervalNs };
  expectWord(cursor, 'BY');
  do {
    if (acceptSymbol(cursor, '*')) {
      hasAllTags = true;
      continue;
    }
    const name = expectName(cursor);
    if (name.toLowerCase() === 'time' && acceptSymbol(cursor, '(')) {
      intervalNs = parseDurationNs(cursor);
      expectSymbol(cursor, ')');
    } else tags.push(name);
  } while (acceptSymbol(cursor, ','));
  return { tags: hasAllTags ? '*' : tags, intervalNs };
}

function parseFill(cursor: Cursor): 'none' | 'null' {
  if (peek(cursor).text.toLowerCase() !== 'fill') return 'null';
  take(cursor);
  expectSymbol(cursor, '(');
  const option = peek(cursor).text.toLowerCase();
  if (option !== 'none' && option !== 'null') return failAt(cursor, 'none, null');
  take(cursor);
  expectSymbol(cursor, ')');
  return option;
}

function parseOrder(cursor: Cursor): boolean {
  if (!acceptWord(cursor, 'ORDER')) return false;
  expectWord(cursor, 'BY');
  if (peek(cursor).text.toLowerCase() !== 'time') failAt(cursor, 'time');
  take(cursor);
  if (acceptWord(cursor, 'DESC')) return true;
  acceptWord(cursor, 'ASC');
  return false;
}

function parseLimit(cursor: Cursor): number {
  if (!acceptWord(cursor, 'LIMIT')) return 0;
  return peek(cursor).kind === 'integer' ? Number(take(cursor).text) : failAt(cursor, 'integer');
}
