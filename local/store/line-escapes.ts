/**
 * The escaping of line protocol. In keys and tags a backslash escapes only what separates there, and is itself otherwise;
 * in a quoted string it escapes a quote and a backslash.
 * https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/#special-characters
 */

/** Index of the first `char` from `start` on that no backslash precedes, or the text's length. */
export function findUnescaped(text: string, char: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === char) return at;
  }
  return text.length;
}

/** Cuts at every `separator` that is not escaped; the parts keep their escapes. */
export function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let end = findUnescaped(text, separator, 0); end < text.length; end = findUnescaped(text, separator, start)) {
    parts.push(text.slice(start, end));
    start = end + 1;
  }
  return [...parts, text.slice(start)];
}

/** A measurement's name as it is meant. */
export function unescapeMeasurement(text: string): string {
  return text.includes('\\') ? text.replace(/\\([, ])/g, '$1') : text;
}

/** A tag's key or value as it is meant. */
export function unescapeTag(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,= ])/g, '$1') : text;
}

/** A field's key as it is meant. */
export function unescapeKey(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,"= ])/g, '$1') : text;
}

/** A string field's value as it is meant, its quotes already taken off. */
export function unescapeText(text: string): string {
  return text.includes('\\') ? text.replace(/\\(["\\])/g, '$1') : text;
}

/** A measurement's name as line protocol wants it. */
export function escapeMeasurement(text: string): string {
  return text.replace(/[, ]/g, '\\$&');
}

/** A tag's key or value as line protocol wants it. */
export function escapeTag(text: string): string {
  return text.replace(/[,= ]/g, '\\$&');
}

/** A field's key as line protocol wants it. */
export function escapeKey(text: string): string {
  return text.replace(/[,"= ]/g, '\\$&');
}

/** A string field's value as line protocol wants it between quotes. */
export function escapeText(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}
