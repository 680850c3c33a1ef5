/** One token of InfluxQL. `at` counts characters from the start of the query, for error messages. */
export type Token = {
  kind: 'identifier' | 'keyword' | 'string' | 'integer' | 'decimal' | 'duration' | 'regex' | 'symbol' | 'end';
  text: string;
  at: number;
};

/** The query is not InfluxQL, or not the part of it this store knows. The message begins as InfluxDB's does. */
export class InfluxqlError extends Error {}

// https://docs.influxdata.com/influxdb/v1/query_language/spec/#keywords
const keywords = new Set(
  (
    'ALL ALTER ANALYZE AND ANY AS ASC BEGIN BY CARDINALITY CREATE CONTINUOUS DATABASE DATABASES DEFAULT DELETE DESC ' +
    'DESTINATIONS DIAGNOSTICS DISTINCT DROP DURATION END EVERY EXPLAIN FALSE FIELD FOR FROM GRANT GRANTS GROUP GROUPS ' +
    'IN INF INSERT INTO KEY KEYS KILL LIMIT MEASUREMENT MEASUREMENTS NAME OFFSET ON OR ORDER PASSWORD POLICY POLICIES ' +
    'PRIVILEGES QUERIES QUERY READ REPLICATION RESAMPLE RETENTION REVOKE SELECT SERIES SET SHARD SHARDS SHOW SLIMIT ' +
    'SOFFSET STATS SUBSCRIPTION SUBSCRIPTIONS TAG TO TRUE USER USERS VALUES WHERE WITH WRITE'
  ).split(' '),
);

const patterns: [Token['kind'], RegExp][] = [
  ['duration', /(?:\d+(?:ns|u|µ|ms|s|m|h|d|w))+(?![a-z0-9_])/iy],
  ['decimal', /\d*\.\d+/y],
  ['integer', /\d+/y],
  ['identifier', /[a-z_][a-z0-9_]*/iy],
  ['identifier', /"(?:[^"\\\n]|\\["\\n])*"/y],
  ['string', /'(?:[^'\\\n]|\\['\\n])*'/y],
  ['symbol', /=~|!~|!=|<>|<=|>=|::|[=<>(),;*+\-.:]/y],
];

/** Cuts a query into tokens, the last of kind `end`. Throws InfluxqlError at a character no token begins with. */
export function readTokens(query: string): Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(query, 0);
  while (at < query.length) {
    const [token, end] = readToken(query, at, tokens.at(-1));
    tokens.push(token);
    at = skipSpace(query, end);
  }
  return [...tokens, { kind: 'end', text: 'EOF', at }];
}

/** "line 1, char 8", counted as InfluxDB counts. */
export function describePosition(query: string, at: number): string {
  const lines = query.slice(0, at).split('\n');
  return `line ${lines.length}, char ${(lines.at(-1)?.length ?? 0) + 1}`;
}

function readToken(query: string, at: number, previous: Token | undefined): [Token, end: number] {
  // A slash is a division anywhere else, and that is not supported.
  if (previous?.text === '=~' || previous?.text === '!~') {
    const text = match(/\/(?:[^/\\\n]|\\.)+\//y, query, at);
    if (text !== undefined)
      return [{ kind: 'regex', text: text.slice(1, -1).replaceAll('\\/', '/'), at }, at + text.length];
  }
  for (const [kind, pattern] of patterns) {
    const text = match(pattern, query, at);
    if (text !== undefined) return [createToken(kind, text, at), at + text.length];
  }
  throw new InfluxqlError(`found ${query[at] ?? ''} at ${describePosition(query, at)}`);
}

function createToken(kind: Token['kind'], text: string, at: number): Token {
  const isQuoted = kind === 'string' || text.startsWith('"');
  if (isQuoted) return { kind, text: unquote(text), at };
  const upper = text.toUpperCase();
  if (kind === 'identifier' && keywords.has(upper)) return { kind: 'keyword', text: upper, at };
  return { kind, text: text === '<>' ? '!=' : text, at };
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

function match(pattern: RegExp, query: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(query)?.[0];
}

function skipSpace(query: string, at: number): number {
  let end = at;
  while (/\s/.test(query[end] ?? '')) end++;
  return end;
}
