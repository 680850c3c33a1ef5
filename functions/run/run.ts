import { idNamedFor, isAnswered, postsPaidFor } from '../billing/book.ts';
import type { Collecting, Collector, Identity, Paid } from '../collectors/collector.ts';
import type { Account } from '../config/accounts.ts';
import type { Deadline } from '../deadline.ts';
import { type Failure, type NotedFailure, RunError } from '../failure.ts';
import { flushResults, putResults, type Writer } from '../store/writer.ts';
import { type Budget, sidesNow } from '../x/budget.ts';
import { buy } from '../x/purchase.ts';
import type { Asked, WayToX } from '../x/way.ts';
import type { Instance } from './instance.ts';

/** What woke the function. */
export interface Tick {
  /** The event's time in Unix milliseconds, cut to whole seconds: the time of every point of the run. */
  readonly time: number;
  /** When the request came in, in Unix milliseconds. */
  readonly startedAt: number;
  /** Whether an event came, which can be stale, and not a person. */
  readonly isEvent: boolean;
}

/** What a run has to say of itself. */
export interface Journal {
  readonly instance: Instance;
  readonly tick: Tick;
  /** The job's name, and how many accounts it is about, if it tells. */
  readonly job: string;
  readonly accounts: number | undefined;
  failures: NotedFailure[];
  /** Failures noted already: each is said once. */
  readonly said: Set<string>;
  /** What else the report has to say, though nothing is wrong: such as why there was nothing to do. */
  note: string | undefined;
}

/** A run in progress: what it knows, its ways to the neighbours, and where its parts put what they find. */
export interface Run extends Journal {
  /** By when the work has to end, so that what came can still be written. */
  readonly deadline: Deadline;
  readonly writer: Writer;
  readonly budget: Budget;
  readonly way: WayToX;
  readonly identities: Map<string, Identity>;
  /** Whether a collector of this run needs them: else what X says of them is not remembered. */
  readonly needsIdentities: boolean;
  readonly parts: Part[];
  /** With a broker: the first purchase, which ends when the broker has taken what it brought, or has not. */
  first: Promise<void> | undefined;
}

/** One part of a run and what it has done: a collector's share, or the whole work of another job. */
export interface Part extends Asked {
  readonly name: string;
  /** Accounts it is about. */
  accounts: number;
  /** Of how many of them all that was wanted came. */
  served: number;
  /** Resources X answered with, new on that day or not. */
  resources: number;
  durationMs: number;
  /** An error of the program that broke it off. */
  defect: Error | undefined;
}

type Work = (part: Part) => Promise<void>;

/** Adds a failure to a run, once. Its detail is made fit to be shown here, for all who show it. */
export function note(journal: Journal, collector: string, failure: Failure): void {
  const detail = journal.instance.clean(failure.detail);
  const key = JSON.stringify([collector, failure.account, failure.reason, failure.account === undefined ? detail : '']);
  if (journal.said.has(key)) return;
  journal.said.add(key);
  journal.failures.push({ ...failure, detail, collector, time: Date.now() });
}

/** Does one part of a run: nothing that goes wrong in it reaches the other parts. */
export async function runPart(run: Run, name: string, accounts: number, work: Work): Promise<void> {
  const startedAt = Date.now();
  const counts = { accounts, served: 0, resources: 0, requests: 0, durationMs: 0 };
  const part: Part = { name, ...counts, rateLimit: undefined, defect: undefined };
  run.parts.push(part);
  try {
    await work(part);
  } catch (error) {
    if (error instanceof RunError) note(run, name, error.failure);
    else part.defect = error as Error;
  }
  part.durationMs = Date.now() - startedAt;
}

/** Lets one collector ask for these accounts. */
export function runCollector(run: Run, collector: Collector, accounts: readonly Account[]): Promise<void> {
  const work: Work = (part) => collector.collect(openCollecting(run, part), accounts);
  return runPart(run, collector.name, accounts.length, work);
}

function openCollecting(run: Run, part: Part): Collecting {
  const { way, identities, needsIdentities } = run;
  return {
    time: run.tick.time,
    config: run.instance.config,
    isInDoubt: () => way.isInDoubt,
    paidToday: () => paidToday(run.budget),
    buy: (want, requestFor, read) => buyInTurn(run, () => buy(way, part, want, requestFor, read)),
    identityOf: ({ key }) => identities.get(key),
    learnIdentity: ({ key }, identity) => needsIdentities && identities.set(key, identity),
    deliver({ points, served, resources }) {
      putResults(run.writer, part.name, points);
      part.resources += resources;
      part.served += served;
    },
    note: (failure) => {
      note(run, part.name, failure);
    },
  };
}

/** With a broker the first purchase of a run goes alone: what the broker does not take is not bought a hundred times. */
async function buyInTurn<T>(run: Run, ask: () => Promise<T>): Promise<T> {
  const { writer, instance } = run;
  if (instance.store.broker === undefined) return ask();
  if (run.first !== undefined) {
    await run.first;
    if (writer.failed[0] !== undefined) throw writer.failed[0].error;
    return ask();
  }
  const asked = ask();
  run.first = asked.then(
    () => flushResults(writer),
    () => undefined,
  );
  return asked;
}

/** Around midnight only what both days know to be paid for. */
function paidToday(budget: Budget): Paid {
  const books = sidesNow(budget).map(({ book }) => book);
  return {
    idOf: ({ key }) => books[0] && idNamedFor(books[0], key),
    isAnswered: ({ key }) => books.every((book) => isAnswered(book, key)),
    postsOf({ key }) {
      const [first = new Set<string>(), ...others] = books.map((book) => postsPaidFor(book, key));
      return new Set([...first].filter((id) => others.every((ids) => ids.has(id))));
    },
  };
}
