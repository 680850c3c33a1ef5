import { RunError } from '../failure.ts';
import type { Measurement } from '../measurement.ts';

/** Takes a run's results out of the function: into the store, or wherever they go. Throws a `RunError`. */
export type Deliver = (measurements: readonly Measurement[]) => Promise<void>;

/** Results on their way out: sent together, but soon, so that little is lost with a killed process. */
export interface Outbox {
  readonly deliver: Deliver;
  pending: Measurement[];
  timer: NodeJS.Timeout | undefined;
  /** Settles when everything sent so far has been acknowledged or refused. */
  sending: Promise<void>;
  /** Collectors' points acknowledged, the run's own not counted. */
  acknowledged: number;
  readonly errors: RunError[];
}

const mostPending = 5000;
const longestWaitMs = 1000;

/** An empty outbox. */
export function openOutbox(deliver: Deliver): Outbox {
  return { deliver, pending: [], timer: undefined, sending: Promise.resolve(), acknowledged: 0, errors: [] };
}

/** Adds results, which leave within a second. */
export function putInto(outbox: Outbox, measurements: readonly Measurement[]): void {
  outbox.pending.push(...measurements);
  if (outbox.pending.length >= mostPending) sendPending(outbox);
  else if (outbox.pending.length > 0)
    outbox.timer ??= setTimeout(() => {
      sendPending(outbox);
    }, longestWaitMs);
}

/** Resolves once all is acknowledged or refused; what was refused is in `errors`. */
export async function emptyOutbox(outbox: Outbox): Promise<void> {
  sendPending(outbox);
  await outbox.sending;
}

function sendPending(outbox: Outbox): void {
  clearTimeout(outbox.timer);
  outbox.timer = undefined;
  const batch = outbox.pending;
  outbox.pending = [];
  if (batch.length > 0) outbox.sending = outbox.sending.then(() => send(outbox, batch));
}

async function send(outbox: Outbox, batch: readonly Measurement[]): Promise<void> {
  try {
    await outbox.deliver(batch);
    outbox.acknowledged += batch.filter(({ name }) => !name.startsWith('twitter_collector_')).length;
  } catch (error) {
    const asRunError = (cause: unknown): RunError => new RunError('store_refused', String(cause), { retryable: false });
    outbox.errors.push(error instanceof RunError ? error : asRunError(error));
  }
}
