import type { Row } from './figures.ts';

/** How far a figure of the function may be from the floor's, or what it may be at most. */
interface Goal extends Pick<Row, 'part' | 'what' | 'unit'> {
  /** The Nodes it is for; all without it. */
  readonly nodes?: readonly number[];
  readonly maxRatio?: number;
  readonly max?: number;
}

const goals: readonly Goal[] = [
  { part: 'cold', what: 'to the first 204', unit: 'CPU ms', nodes: [20], maxRatio: 2.8 },
  { part: 'cold', what: 'to the first 204', unit: 'CPU ms', nodes: [22, 24], maxRatio: 1.8 },
  { part: 'cold', what: 'after the first event', unit: 'MiB', maxRatio: 1.4 },
  { part: 'warm', what: 'an event', unit: 'CPU us', maxRatio: 6 },
  { part: 'paced', what: 'a tick a second', unit: 'CPU ms', maxRatio: 2.2 },
  { part: 'accounts', what: '1,000 accounts, later tick', unit: 'CPU ms', maxRatio: 2.5 },
  { part: 'accounts', what: '10,000 accounts, later tick', unit: 'CPU ms', maxRatio: 1.8 },
  { part: 'accounts', what: '10,000 accounts, later tick, an account', unit: 'CPU us', max: 8 },
  { part: 'accounts', what: '100,000 accounts, peak', unit: 'MiB', max: 120 },
  { part: 'slow', what: 'X answers in 50 ms', unit: 'wall ms', max: 150 },
  { part: 'growth', what: 'growth', unit: 'x', max: 1.35 },
];

/** The goal of a row, and whether it is met; `undefined` where there is none. */
export function goalOf(row: Row): { readonly text: string; readonly isMet: boolean } | undefined {
  const goal = goals.find(
    ({ part, what, unit, nodes }) =>
      part === row.part && what === row.what && unit === row.unit && nodes?.includes(row.node) !== false,
  );
  if (goal === undefined || row.program !== 'function') return undefined;
  const { maxRatio, max = NaN } = goal;
  if (maxRatio === undefined) return { text: `${max}`, isMet: row.median <= max };
  return { text: `${maxRatio}x`, isMet: (row.ratio ?? NaN) <= maxRatio };
}
