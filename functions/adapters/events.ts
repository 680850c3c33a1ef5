import { CloudEvent, HTTP } from 'cloudevents';
import type { EventFacts, EventMessage } from '../http/event.ts';

/**
 * The CloudEvent in a message, in binary or structured mode. Throws an `Error` that names what is wrong with it; the
 * SDK's parser alone lets a missing type and a wrong version through, and its validation reports some faults by `false`.
 */
export function parseEvent(message: EventMessage): EventFacts {
  const event = HTTP.toEvent({ headers: { ...message.headers }, body: message.body });
  if (Array.isArray(event)) throw new Error('a batch of events');
  if (!(event instanceof CloudEvent) || !event.validate()) throw new Error('its attributes are not those of version 1.0');
  const { type, data, data_base64: base64 } = event;
  return { type, data: base64 === undefined ? data : Buffer.from(base64, 'base64').toString('utf8') };
}
