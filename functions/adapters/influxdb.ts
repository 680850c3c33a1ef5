import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { escape, HttpError, InfluxDB } from '@influxdata/influxdb-client';
import type { StoreAccess } from '../config/credentials.ts';
import { errorCode } from '../config/settings.ts';
import type { Deadline } from '../deadline.ts';
import { RunError } from '../failure.ts';
import { type FieldType, MEASUREMENTS, type MeasurementShape, type Point } from '../measurement.ts';
import type { InfluxDb, InfluxReply } from '../store/influxdb.ts';

/** Smaller bodies go to a neighbour in the cluster faster than gzip can make them smaller. */
const gzipThreshold = 16_384;
const maxBodyBytes = 16_777_216;

/** The way to InfluxDB 1.6 to 2.9: `/write` and `/query` with Basic credentials. Connections are kept. */
export function connectInfluxDb(access: StoreAccess): InfluxDb {
  const [scheme, protocol] = access.url.startsWith('https:') ? ['https', https] : ['http', http];
  const basic = Buffer.from(`${access.username}:${access.password}`).toString('base64');
  const client = new InfluxDB({
    url: access.url,
    headers: { authorization: `Basic ${basic}` }, // a token of the client would overwrite it
    // The client's own clock leaves the socket open; the signal of each request closes it.
    timeout: 2 ** 31 - 1,
    transportOptions: {
      agent: new protocol.Agent({ keepAlive: true }),
      'follow-redirects': { [scheme]: { request: withShortErrors(protocol.request) } },
    },
  });
  const db = encodeURIComponent(access.database);
  return {
    query(statements, epoch, deadline) {
      const times = epoch === undefined ? '' : `&epoch=${epoch}`;
      return send(client, `/query?db=${db}&chunked=true${times}&q=${encodeURIComponent(statements)}`, '', deadline);
    },
    write: (points, deadline) => send(client, `/write?db=${db}&precision=ns`, toLineProtocol(points), deadline),
  };
}

/** Points as they are written: line protocol, times in nanoseconds. Throws for what MEASUREMENTS does not have. */
export function toLineProtocol(points: readonly Point[]): string {
  let lines = '';
  for (const point of points) lines += `${toLine(point)}\n`;
  return lines;
}

function toLine({ measurement, tags, fields, time }: Point): string {
  const shape: MeasurementShape = MEASUREMENTS[measurement];
  let line: string = measurement;
  for (const tag of shape.tags) if (tags[tag] !== undefined) line += `,${tag}=${escape.tag(tags[tag])}`;
  for (const tag in tags)
    if (!shape.tags.includes(tag)) throw new Error(`${measurement} has no tag ${tag} in MEASUREMENTS`);
  let separator = ' ';
  for (const field in shape.fields) {
    const value = fields[field];
    if (value === undefined) continue;
    line += `${separator}${field}=${toFieldValue(shape.fields[field], value, measurement, field)}`;
    separator = ',';
  }
  for (const field in fields)
    if (!Object.hasOwn(shape.fields, field)) throw new Error(`${measurement} has no field ${field} in MEASUREMENTS`);
  if (separator === ' ') throw new Error(`a point of ${measurement} has no field`);
  return `${line} ${typeof time === 'string' ? time : `${time}000000`}`;
}

function toFieldValue(type: FieldType | undefined, value: number | string, ...name: readonly string[]): string {
  if (type === 'string' && typeof value === 'string') return escape.quoted(value);
  if (type === 'integer' && Number.isSafeInteger(value)) return `${value}i`;
  if (type === 'float' && Number.isFinite(value)) return String(value);
  throw new Error(`${name.join(' ')} is ${typeof value} ${String(value)}, not ${String(type)}`);
}

function send(client: InfluxDB, path: string, body: string, { signal }: Deadline): Promise<InfluxReply> {
  const stop = new AbortController();
  const onAbort = (): void => {
    stop.abort();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const options = { method: body === '' ? 'GET' : 'POST', signal: stop.signal, gzipThreshold };
  const sending = new Promise<InfluxReply>((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let [status, bytes] = [0, 0];
    client.transport.send(path, body, options, {
      responseStarted: (_headers, statusCode = 0) => (status = statusCode),
      next(chunk: Uint8Array) {
        bytes += chunk.length;
        if (bytes > maxBodyBytes) stop.abort();
        else chunks.push(chunk);
      },
      complete() {
        resolve({ status, text: Buffer.concat(chunks).toString('utf8') });
      },
      error(error: Error) {
        if (error instanceof HttpError) resolve({ status: error.statusCode, text: error.body ?? '' });
        const why = bytes > maxBodyBytes ? `its answer is larger than ${maxBodyBytes} bytes` : errorCode(error);
        const detail = `InfluxDB cannot be reached (${why}): is it running, is INFLUXDB_URL right?`;
        reject(new RunError({ reason: 'store_unavailable', detail }));
      },
    });
  });
  return sending.finally(() => {
    signal.removeEventListener('abort', onAbort);
  });
}

/** The client keeps a thousand characters of an error that is plain text, and of one that is JSON all, however long it is. */
function withShortErrors(request: typeof http.request) {
  return (options: RequestOptions, onResponse: (response: IncomingMessage) => void): ReturnType<typeof request> =>
    request(options, (response) => {
      if ((response.statusCode ?? 0) >= 300) {
        response.headers['content-type'] = 'text/plain';
        delete response.headers['content-encoding'];
      }
      onResponse(response);
    });
}
