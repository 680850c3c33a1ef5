import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpError, InfluxDB, Point } from '@influxdata/influxdb-client';
import type { StoreAccess } from '../config/credentials.ts';
import { type Deadline, DeadlineError, endBy, remainingMs } from '../deadline.ts';
import { oneLine, RunError } from '../failure.ts';
import { type Measurement, MEASUREMENTS } from '../measurement.ts';
import { rowsOf, unreadable } from './influxdb-answer.ts';
import { retryUntil } from './retry.ts';
import { errorCode } from '../config/settings.ts';
import type { Store } from '../app.ts';

/** One write of 100,000 lines takes twice the memory of writes of 10,000. */
const pointsPerWrite = 10_000;
/** Smaller bodies go to a neighbour in the cluster faster than gzip can make them smaller. */
const gzipThresholdBytes = 16_384;

/** The way to InfluxDB 1.6 to 2.9: `/write` and `/query` with Basic credentials. Connections are kept. */
export function connectStore(access: StoreAccess): Store {
  const agent = access.url.startsWith('https:')
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  return {
    query: (statement, deadline) => retryUntil(deadline, (attempt) => queryOnce(access, agent, statement, attempt)),
    async write(measurements, deadline) {
      for (let start = 0; start < measurements.length; start += pointsPerWrite) {
        const points = measurements.slice(start, start + pointsPerWrite).map(toPoint);
        await retryUntil(deadline, (attempt) => writeOnce(access, agent, points, attempt));
      }
    },
  };
}

/** Line protocol as it is written, times in milliseconds. */
export function toLineProtocol(measurements: readonly Measurement[]): string {
  return measurements.map((measurement) => `${String(toPoint(measurement).toLineProtocol())}\n`).join('');
}

/** The client drops a point without fields silently, so that is an error here. */
function toPoint({ name, tags, fields, time }: Measurement): Point {
  const point = new Point(name);
  for (const [tag, value] of Object.entries(tags)) point.tag(tag, value);
  for (const [field, value] of Object.entries(fields)) {
    const type = MEASUREMENTS[name].fields[field];
    if (type === undefined) throw new Error(`${name} has no field ${field}: add it to MEASUREMENTS`);
    if (type === 'string') point.stringField(field, value);
    else if (type === 'integer') point.intField(field, value);
    else point.floatField(field, value);
  }
  if (Object.keys(fields).length === 0) throw new Error(`a point of ${name} has no field`);
  return point.timestamp(String(time));
}

/** A client for one attempt: only so do its deadline and its status belong to that attempt alone. */
function openClient(access: StoreAccess, agent: HttpAgent, deadline: Deadline): InfluxDB {
  const basic = Buffer.from(`${access.username}:${access.password}`).toString('base64');
  return new InfluxDB({
    url: access.url,
    headers: { authorization: `Basic ${basic}` }, // a token of the client would overwrite it
    timeout: Math.max(1, Math.floor(remainingMs(deadline))),
    // The client's own timeout leaves the socket open; the signal closes it.
    transportOptions: { agent, signal: deadline.signal },
  });
}

async function queryOnce(
  access: StoreAccess,
  agent: HttpAgent,
  statement: string,
  deadline: Deadline,
): ReturnType<Store['query']> {
  const path = `/query?${new URLSearchParams({ db: access.database, epoch: 'ms', q: statement }).toString()}`;
  const asking = openClient(access, agent, deadline).transport.request(path, '', {
    method: 'GET',
    headers: { accept: 'application/json' },
  }) as Promise<unknown>;
  try {
    return rowsOf(await endBy(deadline, asking));
  } catch (error) {
    throw toRunError('asked', access, error, deadline);
  }
}

async function writeOnce(access: StoreAccess, agent: HttpAgent, points: Point[], deadline: Deadline): Promise<void> {
  const client = openClient(access, agent, deadline);
  const { statusSeen } = watchStatus(client);
  const api = client.getWriteApi('-', access.database, 'ms', {
    // One explicit flush per client: nothing is sent behind our back, kept for later, or tried again unseen.
    batchSize: points.length + 1,
    maxBatchBytes: Number.MAX_SAFE_INTEGER,
    flushInterval: 0,
    maxRetries: 0,
    gzipThreshold: gzipThresholdBytes,
    writeFailed: (error) => Promise.reject(error),
  });
  api.path = `/write?${new URLSearchParams({ db: access.database, precision: 'ms' }).toString()}`;
  api.writePoints(points);
  try {
    await endBy(deadline, api.flush());
  } catch (error) {
    throw toRunError(`given ${points.length} points`, access, error, deadline);
  } finally {
    api.close().catch(() => undefined); // nothing is left in it
  }
  if (statusSeen() !== 204) {
    throw new RunError(
      'store_refused',
      `InfluxDB answered ${String(statusSeen())} to a write where 204 says that all is stored`,
      {
        retryable: false,
      },
    );
  }
}

/** The client takes 201 for success, with which InfluxDB's cluster products answer a write they stored in part. */
function watchStatus(client: InfluxDB): { statusSeen: () => number | undefined } {
  const { transport } = client;
  const send = transport.send.bind(transport);
  let seen: number | undefined;
  transport.send = (path, body, options, callbacks) => {
    const responseStarted: NonNullable<typeof callbacks>['responseStarted'] = (headers, status) => {
      seen = status;
      callbacks?.responseStarted?.(headers, status);
    };
    send(path, body, options, { ...callbacks, responseStarted });
  };
  return { statusSeen: () => seen };
}

/** What a failure of the client means: 4xx will stay so, everything else may pass. */
function toRunError(what: string, access: StoreAccess, error: unknown, deadline: Deadline): RunError {
  if (error instanceof RunError) return error;
  if (error instanceof SyntaxError) return unreadable();
  const store = `InfluxDB (${access.url}, database ${access.database})`;
  if (!(error instanceof HttpError)) {
    const why =
      deadline.signal.aborted || ranOutOfTime(error)
        ? 'did not answer in time'
        : `cannot be reached (${errorCode(error)})`;
    return new RunError(
      'store_unavailable',
      oneLine(`${store}, ${what}, ${why}: is it running, is INFLUXDB_URL right?`),
      {
        retryable: true,
      },
    );
  }
  const status = error.statusCode;
  const body = error.json as { error?: string; message?: string } | undefined;
  const said = oneLine(body?.error ?? body?.message ?? error.body ?? '', 160);
  const answered = `${store}, ${what}, answered ${status}${said === '' ? '' : ` (${said})`}`;
  if (status >= 500 || status === 429 || status === 408) {
    return new RunError('store_unavailable', oneLine(answered), { retryable: true, status });
  }
  return new RunError('store_refused', oneLine(`${answered}: ${adviceFor(status)}`), { retryable: false, status });
}

function adviceFor(status: number): string {
  if (status === 401) return 'check INFLUXDB_USERNAME and INFLUXDB_PASSWORD, or INFLUXDB_TOKEN';
  if (status === 403) return 'the user needs READ and WRITE on the database';
  if (status === 404) return 'the database or bucket does not exist: create it';
  if (status >= 300 && status < 400) return 'INFLUXDB_URL leads to a redirect';
  return 'the points named were not stored';
}

/** The client's own timeout may fire in the same millisecond as the signal. */
function ranOutOfTime(error: unknown): boolean {
  return (
    error instanceof DeadlineError || (error instanceof Error && /^(RequestTimedOut|Abort)Error$/.test(error.name))
  );
}
