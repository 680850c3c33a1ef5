import { describePosition, InfluxqlError, readTokens, type Token } from './influxql-tokens.ts';

/** Where the parser stands in a query. */
export type Cursor = { query: string; tokens: Token[]; next: number; nowNs: bigint };

const supported =
  'the store of npm run local answers SHOW DATABASES, SHOW MEASUREMENTS, SHOW TAG VALUES WITH KEY =, and SELECT of fields, ' +
  'tags, *, first, last, count, sum, min, max, mean with WHERE, GROUP BY tags and time(), fill(none|null), ORDER BY time, LIMIT with OFFSET';

/** Starts at the first token. Throws InfluxqlError. */
export function createCursor(query: string, nowNs: bigint): Cursor {
  return { query, tokens: readTokens(query), next: 0, nowNs };
}

/** The token to be read next; `end` for ever after the last. */
export function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.next] ?? { kind: 'end', text: 'EOF', at: cursor.query.length };
}

/** Reads one token. */
export function take(cursor: Cursor): Token {
  const token = peek(cursor);
  cursor.next++;
  return token;
}

/** Reads the keyword if it is next. */
export function acceptWord(cursor: Cursor, word: string): boolean {
  return acceptToken(cursor, 'keyword', word);
}

/** Reads the symbol if it is next. */
export function acceptSymbol(cursor: Cursor, symbol: string): boolean {
  return acceptToken(cursor, 'symbol', symbol);
}

/** Reads the keyword or throws. */
export function expectWord(cursor: Cursor, word: string): void {
  if (!acceptWord(cursor, word)) failAt(cursor, word);
}

/** Reads the symbol or throws. */
export function expectSymbol(cursor: Cursor, symbol: string): void {
  if (!acceptSymbol(cursor, symbol)) failAt(cursor, symbol);
}

/** Reads an identifier, bare or quoted. A keyword must be quoted to be one. */
export function expectName(cursor: Cursor): string {
  return peek(cursor).kind === 'identifier' ? take(cursor).text : failAt(cursor, 'identifier');
}

/** Throws the InfluxqlError of an unexpected token, naming what this store understands. */
export function failAt(cursor: Cursor, expected: string, found: string = peek(cursor).text): never {
  const position = describePosition(cursor.query, peek(cursor).at);
  throw new InfluxqlError(`found ${found}, expected ${expected} at ${position} (${supported})`);
}

function acceptToken(cursor: Cursor, kind: Token['kind'], text: string): boolean {
  const token = peek(cursor);
  if (token.kind !== kind || token.text !== text) return false;
  cursor.next++;
  return true;
}
