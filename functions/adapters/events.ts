import { CloudEvent, HTTP } from 'cloudevents';
import type { ParseEvent } from '../http/request.ts';

/**
 * The CloudEvent in a message, in binary or structured mode. Throws an `Error` that names what is wrong with it; the
 * SDK's parser alone lets a missing type and a wrong version through, and its validation reports some faults by `false`.
 */
export const parseEvent: ParseEvent = ({ headers, body }) => {
  const event = HTTP.toEvent({ headers: { ...headers }, body });
  if (!(event instanceof CloudEvent)) throw new Error('a batch of events');
  const { type, data, data_base64: base64 } = validate(event as CloudEvent);
  return { type, data: base64 === undefined ? data : decode(base64) };
};

/** Node decodes whatever it can and leaves the rest out. */
function decode(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw new Error('its data_base64 is not base64');
  return bytes.toString('utf8');
}

/** The SDK's own message is the JSON of its schema validator. */
function validate(event: CloudEvent): CloudEvent {
  try {
    if (event.validate()) return event;
  } catch (error) {
    const faults = (error as { errors?: readonly { message?: string }[] }).errors?.map((fault) => fault.message ?? '');
    throw new Error(faults?.join(', ') || (error as Error).message);
  }
  throw new Error('its attributes are not those of version 1.0');
}
