import { brokerAttemptMs, type Deadline, storeAttemptMs, within } from '../deadline.ts';
import { RunError } from '../failure.ts';
import { allEnded, inSlot, openSlots } from '../slots.ts';
import { type Limits, type Store, untilTaken, writeStore } from './influxdb.ts';
import { bookEvents, type RecordEvent, resultEvents, type SendRecord } from './record.ts';
import type { Writer } from './writer.ts';

/** What one write of a run brings. */
type Load = Pick<Writer, 'time' | 'results' | 'books' | 'away'>;

const limits: Limits = { attemptMs: brokerAttemptMs, silence: brokerError('it did not answer in time') };
const maxUnderWay = 8;

/**
 * Hands everything to the broker, and the books to InfluxDB as well, where the next run reads them. Gives the error that
 * kept the books from InfluxDB: they are safe with the broker then, and written later. Throws a `RunError` when the broker
 * does not take everything.
 */
export async function sendByBroker(
  store: Store,
  broker: SendRecord,
  { time, results, books, away }: Load,
  deadline: Deadline,
): Promise<Error | undefined> {
  const ofResults = [...results].flatMap(([part, points]) => resultEvents(time, part, points));
  const sending = sendAll(broker, [...bookEvents(time, books), ...ofResults], deadline);
  const storing = within(deadline, storeAttemptMs, async (attempt) => {
    if (away === undefined) await writeStore(store, books, attempt);
  });
  const [sent, stored] = await Promise.allSettled([sending, storing]);
  if (sent.status === 'rejected') throw sent.reason as Error;
  return stored.status === 'rejected' ? (stored.reason as Error) : undefined;
}

/** The first goes alone: when the broker does not take it the others need not try. */
async function sendAll(
  broker: SendRecord,
  [first, ...others]: readonly RecordEvent[],
  deadline: Deadline,
): Promise<void> {
  const send = (event: RecordEvent): Promise<void> =>
    untilTaken(deadline, limits, async (attempt) => {
      const status = await broker(event, attempt);
      if (status < 200 || status >= 300) throw brokerError(`it answered ${status}`);
    });
  if (first !== undefined) await send(first);
  const slots = openSlots(maxUnderWay);
  await allEnded(others.map((event) => inSlot(slots, () => send(event))));
}

function brokerError(what: string): RunError {
  const detail = `the broker has not taken an event (${what}): is K_SINK right, is the broker ready?`;
  return new RunError({ reason: 'broker_unavailable', detail });
}
