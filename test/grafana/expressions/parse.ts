/** A math expression, parsed. */
export type Node =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly argument: Node }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Node }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node };

/** Loosest first; the operators of one level are taken from left to right. */
const levels = [['||'], ['&&'], ['==', '!=', '>', '>=', '<', '<='], ['+', '-'], ['*', '/', '%'], ['**']];
const token = /\s*(?:(\$\{[\w\s]+\}|\$\w+)|(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)|([a-z_]+)|([()])|([!<>=&|+\-*/%]+))/iy;

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

/**
 * A math expression such as `abs($A - $B) > 4 * $C`. Throws for what Grafana would not parse.
 * https://github.com/grafana/grafana/blob/main/pkg/expr/mathexp/parse/parse.go (grammar) and lex.go
 */
export function parseMath(text: string): Node {
  const reader = { tokens: tokensOf(text), at: 0 };
  const node = readLevel(reader, 0);
  const rest = reader.tokens[reader.at];
  if (rest !== undefined) throw new Error(`${rest} is unexpected in ${text}`);
  return node;
}

/** The names of the values an expression needs. */
export function variablesOf(node: Node): string[] {
  if (node.kind === 'variable') return [node.name];
  if (node.kind === 'call') return variablesOf(node.argument);
  if (node.kind === 'unary') return variablesOf(node.operand);
  return node.kind === 'binary' ? [...variablesOf(node.left), ...variablesOf(node.right)] : [];
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`${text.slice(at)} cannot be read in ${text}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

function readLevel(reader: Reader, level: number): Node {
  const operators = levels[level];
  if (operators === undefined) return readFactor(reader);
  let left = readLevel(reader, level + 1);
  for (;;) {
    const operator = reader.tokens[reader.at];
    if (operator === undefined || !operators.includes(operator)) return left;
    reader.at += 1;
    left = { kind: 'binary', operator, left, right: readLevel(reader, level + 1) };
  }
}

function readFactor(reader: Reader): Node {
  const text = reader.tokens[reader.at] ?? 'the end';
  reader.at += 1;
  if (text === '!' || text === '-') return { kind: 'unary', operator: text, operand: readFactor(reader) };
  if (text === '(') return readUntilClosed(reader);
  if (text.startsWith('$')) return { kind: 'variable', name: text.replace(/^\$\{?|\}$/g, '') };
  if (/^[.\d]/.test(text)) return { kind: 'scalar', value: Number(text) };
  if (/^[a-z_]/i.test(text) && reader.tokens[reader.at] === '(') {
    reader.at += 1;
    return { kind: 'call', name: text, argument: readUntilClosed(reader) };
  }
  throw new Error(`${text} is unexpected in ${reader.tokens.join(' ')}`);
}

function readUntilClosed(reader: Reader): Node {
  const node = readLevel(reader, 0);
  if (reader.tokens[reader.at] !== ')') throw new Error(`a bracket is not closed in ${reader.tokens.join(' ')}`);
  reader.at += 1;
  return node;
}
