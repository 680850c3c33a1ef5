import assert from 'node:assert/strict';

import { parseEvent } from '../../../functions/adapters/events.ts';
import { BadRequest } from '../../../functions/failure.ts';
import { readEvent } from '../../../functions/http/request.ts';

/** Headers of a request. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** When it was sent. */
export const time = Date.parse('2026-11-23T01:40:40Z');
/** The headers of an event in binary mode as PingSource sends them. */
export const binary: Headers = {
  'ce-id': '1',
  'ce-source': '/apis/v1/namespaces/default/pingsources/users',
  'ce-specversion': '1.0',
  'ce-type': 'dev.knative.sources.ping',
  'ce-time': '2026-11-23T01:40:40Z',
  'content-type': 'application/json',
};
/** The headers of one in structured mode. */
export const structured: Headers = { 'content-type': 'application/cloudevents+json' };
/** The body of one in structured mode. */
export const envelope = {
  specversion: '1.0',
  id: '1',
  source: '/apis/v1/namespaces/default/pingsources/users',
  type: 'dev.knative.sources.ping',
  time: '2026-11-23T01:40:40Z',
  data: { job: 'collect' },
};
/** Its data as text. */
export const body = '{"job":"collect"}';
/** Its data. */
export const data = { job: 'collect' };

/** Reads an event; a header that is `undefined` is not sent. */
export function read(headers: Headers, text: string): ReturnType<typeof readEvent> {
  const present = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  return readEvent(present, text, parseEvent);
}

/** That the work is refused with exactly this sentence. */
export function refuses(work: () => unknown, message: string): void {
  assert.throws(work, (error) => error instanceof BadRequest && (assert.equal(error.message, message), true));
}
