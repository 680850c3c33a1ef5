import { acceptSymbol, acceptWord, type Cursor, expectName, expectSymbol, failAt } from './influxql-cursor.ts';
import { peek, take } from './influxql-cursor.ts';
import { parseTimeNs } from './influxql-time.ts';
import type { FieldValue } from './line-protocol.ts';

/** A WHERE clause: inclusive bounds of the time in nanoseconds, and what is asked of tags and fields. */
export type Where = { fromNs?: bigint; toNs?: bigint; condition?: Condition };
export type Condition =
  | { kind: 'and' | 'or'; left: Condition; right: Condition }
  | { kind: 'compare'; name: string; operator: string; value: FieldValue | RegExp };

/** Reads a WHERE clause after its keyword. Times may only be joined by AND. Throws InfluxqlError. */
export function parseCondition(cursor: Cursor): Where {
  let where = parseConjunction(cursor);
  while (acceptWord(cursor, 'OR')) where = joinByOr(cursor, where, parseConjunction(cursor));
  return where;
}

/**
 * True where a point's fields and tags meet the condition. A name is a field if the measurement knows it as one (`isField`),
 * else a tag; an absent field meets nothing, an absent tag is the empty string.
 */
export function meetsCondition(
  condition: Condition,
  isField: (name: string) => boolean,
  fields: ReadonlyMap<string, FieldValue>,
  tags: ReadonlyMap<string, string>,
): boolean {
  if (condition.kind !== 'compare') {
    const left = meetsCondition(condition.left, isField, fields, tags);
    if (left === (condition.kind === 'or')) return left;
    return meetsCondition(condition.right, isField, fields, tags);
  }
  const { name, operator, value } = condition;
  const present = isField(name) ? fields.get(name) : (tags.get(name) ?? '');
  return present !== undefined && compare(present, operator, value);
}

function compare(present: FieldValue, operator: string, value: FieldValue | RegExp): boolean {
  if (value instanceof RegExp) {
    return typeof present === 'string' && value.test(present) === (operator === '=~');
  }
  const isNumeric = typeof present === 'bigint' || typeof present === 'number';
  if (isNumeric !== (typeof value === 'bigint' || typeof value === 'number')) return false;
  if (!isNumeric && typeof present !== typeof value) return false;
  const isLess = present < value;
  const isMore = present > value;
  if (operator === '=') return !isLess && !isMore;
  if (operator === '!=') return isLess || isMore;
  // InfluxDB orders numbers only.
  if (!isNumeric) return false;
  return (operator.startsWith('<') ? isLess : isMore) || (operator.endsWith('=') && !isLess && !isMore);
}

function parseConjunction(cursor: Cursor): Where {
  let where = parseTerm(cursor);
  while (acceptWord(cursor, 'AND')) where = joinByAnd(where, parseTerm(cursor));
  return where;
}

function parseTerm(cursor: Cursor): Where {
  if (acceptSymbol(cursor, '(')) {
    const where = parseCondition(cursor);
    expectSymbol(cursor, ')');
    return where;
  }
  const name = expectName(cursor);
  const operator = peek(cursor).text;
  if (!['=', '!=', '<', '<=', '>', '>=', '=~', '!~'].includes(operator)) failAt(cursor, 'a comparison');
  if (name.toLowerCase() === 'time') return parseTimeBound(cursor);
  take(cursor);
  return { condition: { kind: 'compare', name, operator, value: parseValue(cursor, operator) } };
}

function parseTimeBound(cursor: Cursor): Where {
  const operator = peek(cursor).text;
  if (!['=', '<', '<=', '>', '>='].includes(operator)) failAt(cursor, '=, <, <=, >, >=');
  take(cursor);
  const ns = parseTimeNs(cursor);
  if (operator === '=') return { fromNs: ns, toNs: ns };
  if (operator.startsWith('>')) return { fromNs: operator === '>' ? ns + 1n : ns };
  return { toNs: operator === '<' ? ns - 1n : ns };
}

function parseValue(cursor: Cursor, operator: string): FieldValue | RegExp {
  if (operator.includes('~')) return parseRegex(cursor);
  if (acceptWord(cursor, 'TRUE')) return true;
  if (acceptWord(cursor, 'FALSE')) return false;
  const sign = acceptSymbol(cursor, '-') ? '-' : '';
  const { kind } = peek(cursor);
  if (kind === 'integer') return BigInt(sign + take(cursor).text);
  if (kind === 'decimal') return Number(sign + take(cursor).text);
  return kind === 'string' && sign === '' ? take(cursor).text : failAt(cursor, 'string, number, bool');
}

function parseRegex(cursor: Cursor): RegExp {
  if (peek(cursor).kind !== 'regex') failAt(cursor, 'regex');
  try {
    return new RegExp(peek(cursor).text, 'u');
  } catch {
    return failAt(cursor, 'a valid regex');
  } finally {
    take(cursor);
  }
}

function joinByAnd(left: Where, right: Where): Where {
  const from = [left.fromNs, right.fromNs].filter((ns) => ns !== undefined);
  const to = [left.toNs, right.toNs].filter((ns) => ns !== undefined);
  const where: Where = {};
  if (from.length > 0) where.fromNs = from.reduce((latest, ns) => (ns > latest ? ns : latest));
  if (to.length > 0) where.toNs = to.reduce((earliest, ns) => (ns < earliest ? ns : earliest));
  const condition = join('and', left.condition, right.condition);
  return condition === undefined ? where : { ...where, condition };
}

function joinByOr(cursor: Cursor, left: Where, right: Where): Where {
  const hasTime = [left, right].some((where) => where.fromNs !== undefined || where.toNs !== undefined);
  const condition = join('or', left.condition, right.condition);
  return hasTime || condition === undefined ? failAt(cursor, 'no time beside OR') : { condition };
}

function join(kind: 'and' | 'or', left: Condition | undefined, right: Condition | undefined): Condition | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return { kind, left, right };
}
