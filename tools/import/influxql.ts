/** A text as an InfluxQL literal: https://docs.influxdata.com/influxdb/v1/query_language/spec/#strings */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** A name as an InfluxQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replace(/[\\"]/g, '\\$&')}"`;
}

/** The condition for times from `first` to `last`, both included, in Unix milliseconds. */
export function between(first: number, last: number): string {
  return `time >= ${first}ms AND time < ${last + 1}ms`;
}

const windowMs = 92 * 86_400_000;

/** A span cut into windows short enough to count even minutes' data in a moment; both ends included. */
export function windowsOf(first: number, last: number): { first: number; last: number }[] {
  const count = Math.floor((last - first) / windowMs) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const start = first + index * windowMs;
    return { first: start, last: Math.min(last, start + windowMs - 1) };
  });
}
