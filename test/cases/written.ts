import { COLLECTORS } from '../../functions/collectors/index.ts';
import type { Measurement } from '../../functions/measurement.ts';
import { completeSummary } from '../functions/insights/history.ts';
import { day, openWorld } from '../functions/jobs/reconcile-world.ts';
import { readCases, runCase } from './run-case.ts';

/** Everything that the product writes in any case: each collector's cases, a reconciliation, a summary. */
export async function writtenInAnyCase(): Promise<readonly Measurement[]> {
  const world = openWorld({ [day(1)]: '3' });
  await world.run();
  const written = [...world.delivered, ...completeSummary()];
  for (const given of COLLECTORS.flatMap(({ name }) => readCases(name))) {
    const { measurements, books } = await runCase(given);
    written.push(...measurements, ...books);
  }
  return written;
}
