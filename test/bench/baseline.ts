import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './figures.ts';

/** Ratios of the function's CPU time and memory, by Node, part and figure. No times: those are the machine's. */
type Baseline = Readonly<Record<string, number>>;

const file = join(import.meta.dirname, 'baseline.json');
/** What differs less is noise. */
const tolerance = 0.1;

/** A sentence for each ratio that is not what it was. */
export function compareWithBaseline(rows: readonly Row[]): readonly string[] {
  const known = readBaseline();
  return Object.entries(ratiosOf(rows)).flatMap(([key, ratio]) => {
    const before = known[key];
    if (before === undefined) return [`${key}: ${ratio} is new`];
    const change = ratio / before - 1;
    if (Math.abs(change) <= tolerance) return [];
    return [`${key}: ${before} -> ${ratio} (${change > 0 ? '+' : ''}${Math.round(100 * change)} %)`];
  });
}

/** Writes the ratios down; those of what was not measured stay. */
export function saveBaseline(rows: readonly Row[]): void {
  const all = Object.entries({ ...readBaseline(), ...ratiosOf(rows) }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

function readBaseline(): Baseline {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Baseline) : {};
}

function ratiosOf(rows: readonly Row[]): Baseline {
  const compared = rows.flatMap((row): [string, number][] => {
    const ratio = row.unit === 'x' ? row.median : row.ratio;
    if (row.program !== 'function' || ratio === undefined || row.unit === 'wall ms') return [];
    return [[`Node ${row.node}, ${row.part}: ${row.what}, ${row.unit}`, Math.round(100 * ratio) / 100]];
  });
  return Object.fromEntries(compared);
}
