import type { Account } from '../config/accounts.ts';
import { noteBought } from '../billing/bought.ts';
import type { Collecting, Collector } from '../collectors/collector.ts';
import { type Deadline, DeadlineError, endBy } from '../deadline.ts';
import { findingOf, RunError } from '../failure.ts';
import { putInto } from './outbox.ts';
import type { CollectorResult } from './report.ts';
import { note, type Run } from './run.ts';
import { askThrough, openXGate } from './x-gate.ts';

/** Runs one collector by the deadline. Whatever happens to it is noted in the run and never reaches the others. */
export async function runCollector(
  run: Run,
  collector: Collector,
  accounts: readonly Account[],
  { deadline, probe }: { deadline: Deadline; probe: boolean },
): Promise<CollectorResult> {
  const startedAt = Date.now();
  const gate = openXGate(run.app, deadline, probe);
  const counts = { points: 0, resources: 0, newResources: 0 };
  let open = true; // what a collector brings after its deadline would come after the answer
  const collecting: Collecting = {
    time: run.tick.time,
    ask: (request) => askThrough(gate, request),
    deliver(measurements, resourceIds, date) {
      counts.resources += resourceIds.length;
      counts.newResources += noteBought(run.app.state.bought, resourceIds, date ?? Date.now());
      if (!open) return;
      putInto(run.outbox, measurements);
      counts.points += measurements.length;
    },
    note(finding) {
      if (open) note(run, collector.name, finding);
    },
  };
  try {
    await endBy(deadline, collector.collect(collecting, accounts));
  } catch (error) {
    noteBreakOff(run, collector, error);
  }
  open = false;
  return {
    name: collector.name,
    ...counts,
    accounts: accounts.length,
    accountsMissing: Math.max(0, accounts.length - counts.points),
    requests: gate.requests,
    rateLimit: gate.rateLimit,
    durationMs: Date.now() - startedAt,
  };
}

function noteBreakOff(run: Run, collector: Collector, error: unknown): void {
  if (error instanceof DeadlineError) {
    const detail = 'X had not answered everything when the run had to end';
    note(run, collector.name, { reason: 'timeout', detail, retryable: true });
  } else if (error instanceof RunError) {
    note(run, collector.name, findingOf(error));
  } else {
    const detail = `the collector broke off (${String(error)}): please report this with the log line beside it`;
    note(run, collector.name, { reason: 'bad_answer', detail, retryable: true });
    run.app.log('error', 'a collector broke off', { collector: collector.name, stack: (error as Error).stack });
  }
}
