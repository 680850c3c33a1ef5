import type { StoreAccess } from '../config/credentials.ts';
import type { Clean } from '../config/redact.ts';
import { type Deadline, DeadlineError, pause, remainingMs, storeAttemptMs, storePauseMs, within } from '../deadline.ts';
import { isRetryable, RunError } from '../failure.ts';
import type { Point } from '../measurement.ts';
import type { SendRecord } from './record.ts';
import { refused, type Rows, rowsOf, unavailable } from './rows.ts';

/** An HTTP answer of InfluxDB, whatever its status; of an error page no more than its beginning. */
export interface InfluxReply {
  readonly status: number;
  readonly text: string;
}

/** The way to InfluxDB 1.6 to 2.9, one attempt a call. Throws a `RunError` where no whole answer came. */
export interface InfluxDb {
  /** Sends InfluxQL statements, their answers in parts: a server cuts one that is whole at its `max-row-limit`. */
  query(statements: string, epoch: 'ms' | undefined, deadline: Deadline): Promise<InfluxReply>;
  write(points: readonly Point[], deadline: Deadline): Promise<InfluxReply>;
}

/** The store as a run uses it. */
export interface Store {
  readonly influxdb: InfluxDb;
  readonly access: StoreAccess;
  readonly clean: Clean;
  /** In durable mode the way to the broker, which results take. */
  readonly broker?: SendRecord | undefined;
}

/** One write of 100,000 lines takes twice the memory of writes of 10,000. */
const pointsPerWrite = 10_000;

/**
 * The rows of each statement, all of them; times as RFC 3339 with nanoseconds, or with `epoch` in Unix milliseconds.
 * Tries again until the deadline. Throws a `RunError`: `store_unavailable` also for an answer that is cut.
 */
export function queryStore(
  store: Store,
  statements: readonly string[],
  deadline: Deadline,
  epoch?: 'ms',
): Promise<readonly Rows[]> {
  return untilTaken(deadline, storeLimits, async (attempt) => {
    const reply = await store.influxdb.query(statements.join('; '), epoch, attempt);
    if (reply.status !== 200) throw refusalOf(store, 'asked', reply);
    return rowsOf(reply.text, statements.length, store.clean);
  });
}

/** Resolves once every point has been acknowledged. Tries again until the deadline. Throws a `RunError`. */
export async function writeStore(store: Store, points: readonly Point[], deadline: Deadline): Promise<void> {
  for (let start = 0; start < points.length; start += pointsPerWrite) {
    const part = points.slice(start, start + pointsPerWrite);
    await untilTaken(deadline, storeLimits, async (attempt) => {
      const reply = await store.influxdb.write(part, attempt);
      // InfluxDB's cluster products answer a write they stored in part with 201.
      if (reply.status !== 204) throw refusalOf(store, `given ${part.length} points`, reply);
    });
  }
}

/** How long one attempt may take, and the error of one that was not answered. */
export interface Limits {
  readonly attemptMs: number;
  readonly silence: RunError;
}

/** Repeats what failed and may pass, with growing, jittered pauses, as long as there is time for another attempt. */
export async function untilTaken<T>(
  deadline: Deadline,
  { attemptMs, silence }: Limits,
  attempt: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  for (let delay: number = storePauseMs.min; ; delay = Math.min(delay * 2, storePauseMs.max)) {
    try {
      return await within(deadline, attemptMs, attempt);
    } catch (thrown) {
      const error = thrown instanceof DeadlineError ? silence : thrown;
      const wait = delay * (0.75 + Math.random() / 2);
      const isOver = remainingMs(deadline) <= wait + storePauseMs.min;
      if (!(error instanceof RunError) || !isRetryable(error.failure) || isOver) throw error;
      await pause(deadline, wait);
    }
  }
}

const storeLimits: Limits = {
  attemptMs: storeAttemptMs,
  silence: unavailable('InfluxDB did not answer in time: is it running, is INFLUXDB_URL right?'),
};

/** What an answer other than success means: what is not known to be for good may pass. */
function refusalOf({ access, clean }: Store, what: string, { status, text }: InfluxReply): RunError {
  const said = clean(wordsOf(text), 160);
  const answered = `answered ${status}${said === '' ? '' : ` (${said})`}`;
  const detail = `InfluxDB (${access.url}, database ${access.database}), ${what}, ${answered}`;
  const advice = adviceFor(status);
  return advice === undefined ? unavailable(detail) : refused(`${detail}: ${advice}`);
}

function adviceFor(status: number): string | undefined {
  if (status === 401) return 'check INFLUXDB_USERNAME and INFLUXDB_PASSWORD, or INFLUXDB_TOKEN';
  if (status === 403) return 'the user needs READ and WRITE on the database';
  if (status === 404) return 'the database or bucket does not exist: create it';
  if (status >= 300 && status < 400) return 'INFLUXDB_URL leads to a redirect';
  if (status >= 200 && status < 300) return 'only 204 says that all is stored, and only 200 comes with rows';
  return [400, 413, 422].includes(status) ? 'what it names was refused' : undefined;
}

/** The words in an error's JSON, or the text itself. */
function wordsOf(text: string): string {
  try {
    const { error, message } = JSON.parse(text) as { error?: unknown; message?: unknown };
    return [error, message].find((said): said is string => typeof said === 'string') ?? text;
  } catch {
    return text;
  }
}
