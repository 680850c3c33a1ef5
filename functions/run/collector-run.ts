import { dayOf, sidesOf } from '../billing/day.ts';
import { bookOf, idsBoughtFor, type Resource } from '../billing/ledger.ts';
import type { Collecting, Collector, Identity } from '../collectors/collector.ts';
import type { Account } from '../config/accounts.ts';
import { type Deadline, DeadlineError, endBy } from '../deadline.ts';
import { findingOf, RunError } from '../failure.ts';
import type { Bank } from '../x/bank.ts';
import { putInto } from '../store/outbox.ts';
import { buy } from '../x/purchase.ts';
import type { CollectorResult } from './report.ts';
import { note, type Run } from './run.ts';
import { askX, enterGate, openXGate, type XGate } from '../x/gate.ts';

/** What a collector's turn in a run shares with the others'. */
export interface Turn {
  readonly deadline: Deadline;
  readonly probe: boolean;
  readonly bank: Bank;
  readonly identities: Map<string, Identity>;
}

/** Runs one collector by the deadline. Whatever happens to it is noted in the run and never reaches the others. */
export async function runCollector(
  run: Run,
  collector: Collector,
  accounts: readonly Account[],
  turn: Turn,
): Promise<CollectorResult> {
  const startedAt = Date.now();
  const gate = openXGate(run.app, turn.deadline, turn.bank.writer, turn.probe);
  const counts = { points: 0, resources: 0, served: new Set<string>() };
  const collecting = openCollecting(run, collector, gate, turn, counts);
  try {
    await endBy(turn.deadline, collector.collect(collecting.open, accounts));
  } catch (error) {
    noteBreakOff(run, collector, error);
  }
  collecting.close();
  return {
    name: collector.name,
    points: counts.points,
    resources: counts.resources,
    accounts: accounts.length,
    accountsMissing: accounts.filter(({ key }) => !counts.served.has(key)).length,
    requests: gate.requests,
    rateLimit: gate.rateLimit,
    durationMs: Date.now() - startedAt,
  };
}

interface Counts {
  points: number;
  resources: number;
  readonly served: Set<string>;
}

/** What a collector brings after its deadline would come after the answer: once closed, nothing is taken any more. */
function openCollecting(
  run: Run,
  collector: Collector,
  gate: XGate,
  turn: Turn,
  counts: Counts,
): { open: Collecting; close: () => void } {
  let isOpen = true;
  const open: Collecting = {
    time: run.tick.time,
    config: run.app.config,
    async ask(request) {
      await enterGate(gate, request.path);
      return askX(gate, request);
    },
    buy: (want, requestFor) => buy(gate, turn.bank, want, requestFor),
    boughtToday: (resource, key) => boughtToday(turn.bank, resource, key),
    identityOf: (account) => turn.identities.get(account.key.toLowerCase()),
    learnIdentity: (account, identity) => turn.identities.set(account.key.toLowerCase(), identity),
    deliver({ measurements, served, resources }) {
      if (!isOpen) return;
      putInto(run.outbox, measurements);
      counts.points += measurements.length;
      counts.resources += resources;
      for (const key of served) counts.served.add(key);
    },
    note(finding) {
      if (isOpen) note(run, collector.name, finding);
    },
  };
  return {
    open,
    close: () => {
      isOpen = false;
    },
  };
}

/** Around midnight only what both days know to be bought. */
function boughtToday({ ledger }: Bank, resource: Resource, key: string): ReadonlySet<string> | undefined {
  const perDay = sidesOf(Date.now()).map((time) => idsBoughtFor(bookOf(ledger, dayOf(time)), resource, key));
  const [first, ...others] = perDay;
  if (first === undefined || others.includes(undefined)) return undefined;
  return new Set([...first].filter((id) => others.every((ids) => ids?.has(id) === true)));
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
