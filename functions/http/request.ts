import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { bodyMs } from '../deadline.ts';
import { BadRequest } from '../failure.ts';
import { JOBS } from '../jobs/index.ts';
import type { Wanted } from '../run/frame.ts';
import { readRecording, record, type Recording } from '../jobs/record.ts';
import { findJob, isDay } from '../run/job.ts';

/**
 * Parses and validates the CloudEvent in a message, its header names in lower case. The data is that of structured mode;
 * in binary mode it is the message's body. Throws an `Error` that names what is wrong.
 */
export type ParseEvent = (message: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}) => { readonly type: string; readonly data: unknown };

/** What woke the function, the event's time in Unix milliseconds if it carries one. */
type ReceivedEvent = ReturnType<ParseEvent> & { readonly time: number | undefined };

/** https://github.com/knative/eventing/blob/main/pkg/apis/sources/v1/ping_types.go */
const pingType = 'dev.knative.sources.ping';
const structuredType = 'application/cloudevents+json';
/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6 */
const timestamp = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** What a POST with this query asks for. Throws a `BadRequest`. */
export async function readWanted(
  request: IncomingMessage,
  query: URLSearchParams,
  parse: ParseEvent,
  jobs: readonly string[],
): Promise<Wanted | Recording> {
  const startedAt = Date.now();
  const [headers, body] = [headersOf(request), await readBody(request)];
  const isEvent = isMeantAsEvent(headers);
  const event = isEvent ? readEvent(headers, body, parse) : { type: '', data: parseJson(body), time: undefined };
  if (isEvent && (query.has('plan') || query.has('dry-run'))) {
    throw new BadRequest('an event to /?plan or /?dry-run: those answer people, use / as the sink');
  }
  const time = Math.floor((event.time ?? startedAt) / 1000) * 1000;
  const tick = { time, startedAt, isEvent };
  const answered = JOBS.filter(({ name }) => jobs.includes(name));
  if (event.type !== record.eventType) {
    return { ...findJob(answered, event.data), tick, dryRun: query.has('dry-run') ? [] : undefined };
  }
  if (!jobs.includes(record.name)) throw new BadRequest(`${record.eventType}: JOBS leaves record out here`);
  return readRecording(event.data, tick);
}

/** The headers of a request as they came, the content type among them which the framework is not shown. */
export function headersOf({ headers, headersDistinct }: IncomingMessage): IncomingHttpHeaders {
  return { ...headers, 'content-type': headersDistinct['content-type']?.[0] };
}

/**
 * The body of a request as UTF-8 text, which all JSON is. The framework is shown no content type, and so reads no body.
 * Throws a `BadRequest` when it does not come whole, or not in time.
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => request.destroy(), bodyMs);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    throw new BadRequest('the body did not come whole');
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Whether a request means to be an event: a broken one must not be taken for a person's request. */
export function isMeantAsEvent(headers: IncomingHttpHeaders): boolean {
  const isBinary = Object.keys(headers).some((name) => name.startsWith('ce-'));
  return isBinary || mediaType(headers).startsWith('application/cloudevents');
}

/** The event in a request. Throws a `BadRequest` for everything that is not one valid event of a known type. */
export function readEvent(headers: IncomingHttpHeaders, body: string, parse: ParseEvent): ReceivedEvent {
  const type = mediaType(headers);
  if (type.startsWith('application/cloudevents-batch')) {
    throw new BadRequest('a batch of events: send one event per request');
  }
  if (type.startsWith('application/cloudevents') && type !== structuredType) {
    throw new BadRequest(`events as ${type} are not read: send ${structuredType} or binary mode`);
  }
  const isStructured = type === structuredType;
  const { time } = requireAttributes(isStructured ? parseJson(body) : attributesOf(headers, ''));
  // The SDK takes only the exact spelling of the structured content type and reads the data by the content type in binary
  // mode, which senders leave out or get wrong; so it is shown the attributes alone there.
  const binary = { headers: attributesOf(headers, 'ce-'), body: undefined };
  const event = parseOrRefuse(parse, isStructured ? { headers: { 'content-type': structuredType }, body } : binary);
  if (event.type !== pingType && event.type !== record.eventType) {
    const known = `${pingType} and ${record.eventType}`;
    throw new BadRequest(`an event of type ${event.type.slice(0, 80)}: only ${known} are understood`);
  }
  const data = isStructured ? event.data : body;
  return { type: event.type, data: typeof data === 'string' ? parseJson(data) : data, time: parseTime(time) };
}

/** JSON text as a value; nothing for an empty text. Throws a `BadRequest`. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    JSON.stringify(value); // throws where it is nested so deeply that no message could quote it
    return value;
  } catch {
    throw new BadRequest('the body is not JSON: send an object such as {"job":"collect"}, or nothing');
  }
}

/** The attributes of an event in binary mode, by their names behind `prefix`. */
function attributesOf(headers: IncomingHttpHeaders, prefix: string): Readonly<Record<string, string>> {
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
  return Object.fromEntries(attributes.map(([name, value]) => [`${prefix}${name.slice('ce-'.length)}`, String(value)]));
}

function parseOrRefuse(parse: ParseEvent, message: Parameters<ParseEvent>[0]): ReturnType<ParseEvent> {
  try {
    return parse(message);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

/** The SDK takes a missing version for the one it knows, and makes up a missing id. */
function requireAttributes(attributes: unknown): Readonly<Record<string, unknown>> {
  if (typeof attributes !== 'object' || attributes === null) throw invalid('its envelope is not a JSON object');
  const known = attributes as Readonly<Record<string, unknown>>;
  if (known['specversion'] !== '1.0') throw invalid('its specversion is missing or not 1.0');
  if (typeof known['id'] !== 'string' || known['id'] === '') throw invalid('its id is missing');
  return known;
}

const invalid = (why: string): BadRequest => new BadRequest(`not a valid CloudEvent: ${why}`);

/** The SDK turns a missing and an unreadable time alike into now. */
function parseTime(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const isTime = typeof value === 'string' && timestamp.test(value) && isDay(value.slice(0, 10));
  const time = isTime ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw new BadRequest("the event's time is not a timestamp such as 2026-11-23T01:40:40Z");
  return time;
}

function mediaType(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
