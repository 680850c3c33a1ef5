export type Align = 'left' | 'right';

/** The rows of a table as lines: columns as wide as their widest cell, two spaces apart. */
export function alignColumns(rows: readonly (readonly string[])[], sides: readonly Align[]): string[] {
  const widths = sides.map((_side, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const cell = (text: string, column: number): string =>
    sides[column] === 'right' ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}
