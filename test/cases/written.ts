import { COLLECTORS } from '../../functions/collectors/index.ts';
import { usagePoint } from '../../functions/jobs/reconcile.ts';
import type { Point } from '../../functions/measurement.ts';
import { completeSummary } from '../functions/insights/history.ts';
import { readCases, runCase } from './run-case.ts';

/** Everything that the product writes in any case: each collector's cases, a reconciliation, a summary. */
export async function writtenInAnyCase(): Promise<readonly Point[]> {
  const usage = usagePoint('default', { day: '2026-11-22', x: 3, ledger: 2, ledgerWithoutOwned: 2 });
  const written = [usage, ...completeSummary()];
  for (const given of COLLECTORS.flatMap(({ name }) => readCases(name))) {
    const { results, books } = await runCase(given);
    written.push(...results, ...books);
  }
  return written;
}
