/** Only after these words, and after operators, does a slash begin a regular expression; elsewhere it divides. */
const wordsBefore = new Set(['select', 'from', 'by']);
const wordCharacter = /[\p{L}\p{N}_$]/u;

/**
 * Whether a variable stands inside a regular expression of a query, which is when the plug-in escapes a single value:
 * https://github.com/grafana/grafana-influxdb-datasource/blob/main/src/regexLiterals.ts
 */
export function isInRegexLiteral(name: string, query: string): boolean {
  const reference = new RegExp(`\\$(?:${name}\\b|\\{${name}(?::[^}]*)?\\})`);
  return regexLiteralsOf(query).some((literal) => reference.test(literal));
}

/** What stands between the slashes of each regular expression of a query. */
function regexLiteralsOf(query: string): string[] {
  const literals: string[] = [];
  let afterOperand = false;
  for (let at = 0; at < query.length;) {
    const character = query.charAt(at);
    const end = endOfToken(query, at, afterOperand);
    if (character === '/' && !afterOperand) literals.push(query.slice(at + 1, end - 1));
    if (character.trim() !== '') afterOperand = isOperand(query.slice(at, end), query.charAt(at - 1));
    at = end;
  }
  return literals;
}

function endOfToken(query: string, at: number, afterOperand: boolean): number {
  const character = query.charAt(at);
  if (character === "'" || character === '"' || (character === '/' && !afterOperand)) return endOfQuoted(query, at);
  let end = at + 1;
  if (wordCharacter.test(character)) while (wordCharacter.test(query.charAt(end))) end += 1;
  return end;
}

function endOfQuoted(query: string, start: number): number {
  let end = start + 1;
  while (end < query.length && query[end] !== query[start]) end += query[end] === '\\' ? 2 : 1;
  return end + 1;
}

function isOperand(token: string, before: string): boolean {
  const first = token.charAt(0);
  if (wordCharacter.test(first)) return before === '.' || !wordsBefore.has(token.toLowerCase());
  return token.length > 1 || [')', ']', '}'].includes(first);
}
