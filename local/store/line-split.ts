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
