import { parseCondition, type Where } from './influxql-condition.ts';
import { acceptWord, createCursor, type Cursor, expectName, expectSymbol, expectWord } from './influxql-cursor.ts';
import { acceptSymbol, failAt, peek, take } from './influxql-cursor.ts';
import { parseDurationNs } from './influxql-time.ts';

/** What one statement asks for. Times and durations are nanoseconds. */
export type Statement = Select | ShowMeasurements | ShowTagValues | { kind: 'show-databases' };
export type ShowMeasurements = { kind: 'show-measurements' } & Page;
export type ShowTagValues = { kind: 'show-tag-values'; measurement: string | undefined; key: string } & Page;
export type Select = Page & {
  kind: 'select';
  columns: Column[];
  measurement: string;
  where: Where;
  groupBy: { tags: string[] | '*'; intervalNs: bigint | undefined };
  fill: 'none' | 'null';
  descending: boolean;
  /** Of all groups `limit` after the first `offset`. */
  groups: Page;
};
/** Of each series `limit` rows after the first `offset`; a limit of 0 is none. */
export type Page = { limit: number; offset: number };
/** A selected column: a field, a tag or `*`, bare or inside a function; without a kind a field goes before a tag. */
export type Column = Reference & { isWildcard: boolean; aggregate: Aggregate | undefined; alias: string | undefined };
export type Reference = { of: string; kind?: 'field' | 'tag' };
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
  if (acceptWord(cursor, 'MEASUREMENTS')) return { kind: 'show-measurements', ...parsePage(cursor) };
  if (!acceptWord(cursor, 'TAG')) failAt(cursor, 'DATABASES, MEASUREMENTS, TAG');
  expectWord(cursor, 'VALUES');
  const measurement = acceptWord(cursor, 'FROM') ? expectName(cursor) : undefined;
  expectWord(cursor, 'WITH');
  expectWord(cursor, 'KEY');
  expectSymbol(cursor, '=');
  return { kind: 'show-tag-values', measurement, key: expectName(cursor), ...parsePage(cursor) };
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
  const [page, groups] = [parsePage(cursor), parsePage(cursor, 'S')];
  return { kind: 'select', columns, measurement, where, groupBy, fill, descending, ...page, groups };
}

function parseColumn(cursor: Cursor): Column {
  if (acceptSymbol(cursor, '*')) return { of: '*', isWildcard: true, aggregate: undefined, alias: undefined };
  const { of: name, ...reference } = parseReference(cursor);
  if (reference.kind !== undefined || !acceptSymbol(cursor, '(')) {
    return { of: name, ...reference, isWildcard: false, aggregate: undefined, alias: parseAlias(cursor) };
  }
  const aggregate = aggregates.find((known) => known === name.toLowerCase());
  if (aggregate === undefined) return failAt(cursor, `one of the functions ${aggregates.join(', ')}`, name);
  const isWildcard = acceptSymbol(cursor, '*');
  const argument = isWildcard ? { of: '*' } : parseReference(cursor);
  expectSymbol(cursor, ')');
  return { ...argument, isWildcard, aggregate, alias: parseAlias(cursor) };
}

// InfluxDB can also make another type of a field this way.
function parseReference(cursor: Cursor): Reference {
  const of = expectName(cursor);
  if (!acceptSymbol(cursor, '::')) return { of };
  if (acceptWord(cursor, 'FIELD')) return { of, kind: 'field' };
  return acceptWord(cursor, 'TAG') ? { of, kind: 'tag' } : failAt(cursor, 'field, tag');
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

// InfluxDB 1.6 loses rows where OFFSET has no LIMIT, so that is not understood here.
function parsePage(cursor: Cursor, of: '' | 'S' = ''): Page {
  const limit = acceptWord(cursor, `${of}LIMIT`) ? parseInteger(cursor) : 0;
  const offset = limit > 0 && acceptWord(cursor, `${of}OFFSET`) ? parseInteger(cursor) : 0;
  return { limit, offset };
}

function parseInteger(cursor: Cursor): number {
  return peek(cursor).kind === 'integer' ? Number(take(cursor).text) : failAt(cursor, 'integer');
}
