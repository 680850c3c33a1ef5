import type { Row } from './figures.ts';
import { goalOf } from './goals.ts';

/** Rows as a table: a block for each Node and part. */
export function toTable(rows: readonly Row[]): string {
  const blocks = groupBy(rows, ({ node, part }) => `Node ${node}: ${part}`);
  return [...blocks].map(([title, block]) => `\n${title}\n${heading}${block.map(toLine).join('')}`).join('');
}

const heading = lineOf('', '', ['min', 'median', 'max', 'ratio', 'goal']);

function toLine(row: Row): string {
  const goal = goalOf(row);
  const said = goal === undefined ? '' : `${goal.text}${goal.isMet ? '' : ' !'}`;
  const ratio = row.ratio === undefined ? '' : `${row.ratio.toFixed(2)}x`;
  const numbers = [row.min, row.median, row.max].map((number) => format(number, row.unit));
  return lineOf(`${row.what}, ${row.unit}`, row.program, [...numbers, ratio, said]);
}

function lineOf(what: string, program: string, cells: readonly string[]): string {
  return `${what.padEnd(46)}${program.padEnd(18)}${cells.map((cell) => cell.padStart(9)).join('')}\n`;
}

function format(number: number, unit: Row['unit']): string {
  if (unit === 'count') return number.toFixed(0);
  return number >= 1000 ? number.toFixed(0) : number >= 100 ? number.toFixed(1) : number.toFixed(2);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
