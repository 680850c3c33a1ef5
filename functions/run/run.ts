import type { App } from '../app.ts';
import type { Deadline } from '../deadline.ts';
import { type Failure, type Finding, oneLine } from '../failure.ts';
import type { Outbox } from '../store/outbox.ts';

/** What woke the function. */
export interface Tick {
  /** The event's time in Unix milliseconds, cut to whole seconds: the time of every point of the run. */
  readonly time: number;
  /** When the request came in, in Unix milliseconds. */
  readonly startedAt: number;
  /** Whether an event came, which can be stale, and not a person. */
  readonly isEvent: boolean;
  readonly deadline: Deadline;
}

/** A run in progress: where its parts put what they find. */
export interface Run {
  readonly app: App;
  readonly tick: Tick;
  readonly outbox: Outbox;
  readonly failures: Failure[];
  /** When X can be asked again, in Unix milliseconds, if it said so. */
  retryAt: number | undefined;
}

/** Adds a failure to a run, once. Its detail is cleaned of secrets and line breaks here, for all who show it. */
export function note(run: Run, collector: string, finding: Finding): void {
  const { reason, retryable, retryAt } = finding;
  const detail = oneLine(run.app.redact(finding.detail));
  if (retryAt !== undefined) run.retryAt = Math.max(run.retryAt ?? 0, retryAt);
  const account = finding.account === undefined ? {} : { account: finding.account };
  const said =
    finding.account === undefined && run.failures.some((f) => f.collector === collector && f.detail === detail);
  if (!said) run.failures.push({ collector, ...account, reason, detail, retryable, time: Date.now() });
}
