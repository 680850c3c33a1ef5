import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '../json.ts';
import { BadRequest, isDay } from '../jobs/request.ts';

/** An HTTP message that is meant to be a CloudEvent: lower-case header names, the body as text. */
export interface EventMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What is used of a CloudEvent, valid by the specification. */
export interface EventFacts {
  readonly type: string;
  /** Structured mode only; in binary mode the data is the message's body. */
  readonly data: unknown;
}

/** Parses and validates a CloudEvent. Throws an `Error` that names what is wrong. */
export type ParseEvent = (message: EventMessage) => EventFacts;

/** What woke the function: the event's data, and its time in Unix milliseconds if it carries one. */
export interface TickEvent {
  readonly data: unknown;
  readonly time: number | undefined;
}

/** https://github.com/knative/eventing/blob/main/pkg/apis/sources/v1/ping_types.go */
const pingType = 'dev.knative.sources.ping';
const structuredType = 'application/cloudevents+json';
/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6 */
const timestamp = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Whether a request means to be an event: a broken one must not be taken for a person's request. */
export function isMeantAsEvent(headers: IncomingHttpHeaders): boolean {
  return (
    mediaType(headers).startsWith('application/cloudevents') ||
    Object.keys(headers).some((name) => name.startsWith('ce-'))
  );
}

/** The event in a request. Throws a `BadRequest` for everything that is not one valid ping event. */
export function readTickEvent(headers: IncomingHttpHeaders, body: string, parse: ParseEvent): TickEvent {
  const type = mediaType(headers);
  if (type.startsWith('application/cloudevents-batch'))
    throw new BadRequest('a batch of events: send one event per request');
  if (type.startsWith('application/cloudevents') && type !== structuredType) {
    throw new BadRequest(`events as ${type} are not read: send ${structuredType} or binary mode`);
  }
  const structured = type === structuredType;
  const envelope = structured ? parseJson(body) : undefined;
  requireAttributes(structured ? envelope : { specversion: headers['ce-specversion'], id: headers['ce-id'] });
  const event = parseOrRefuse(parse, messageOf(headers, body, structured));
  if (event.type !== pingType) {
    throw new BadRequest(`an event of type ${event.type.slice(0, 80)}: only ${pingType} is understood`);
  }
  if (!structured) return { data: parseJson(body), time: parseTime(headers['ce-time']) };
  const data = typeof event.data === 'string' ? parseJson(event.data) : event.data;
  return { data, time: parseTime(isRecord(envelope) ? envelope['time'] : undefined) };
}

/** JSON text as a value; nothing for an empty text. Throws a `BadRequest`. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadRequest('the body is not JSON: send an object such as {"job":"collect"}, or nothing');
  }
}

/**
 * The SDK takes only the exact spelling of the structured content type and reads the data by the content type in binary
 * mode, which senders leave out or get wrong; so it is shown the attributes alone there.
 */
function messageOf(headers: IncomingHttpHeaders, body: string, structured: boolean): EventMessage {
  if (structured) return { headers: { 'content-type': structuredType }, body };
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
  return { headers: Object.fromEntries(attributes.map(([name, value]) => [name, String(value)])), body: undefined };
}

function parseOrRefuse(parse: ParseEvent, message: EventMessage): EventFacts {
  try {
    return parse(message);
  } catch (error) {
    throw new BadRequest(`not a valid CloudEvent: ${(error as Error).message}`);
  }
}

/** The SDK takes a missing version for the one it knows, and makes up a missing id. */
function requireAttributes(attributes: unknown): void {
  if (!isRecord(attributes)) throw new BadRequest('not a valid CloudEvent: its envelope is not a JSON object');
  const { specversion, id } = attributes;
  if (specversion !== '1.0') throw new BadRequest('not a valid CloudEvent: its specversion is missing or not 1.0');
  if (typeof id !== 'string' || id === '') throw new BadRequest('not a valid CloudEvent: its id is missing');
}

/** The SDK turns a missing and an unreadable time alike into now. */
function parseTime(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const time =
    typeof value === 'string' && timestamp.test(value) && isDay(value.slice(0, 10)) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw new BadRequest("the event's time is not a timestamp such as 2026-11-23T01:40:40Z");
  return time;
}

function mediaType(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
