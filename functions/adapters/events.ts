import http from 'node:http';
import https from 'node:https';
import { CloudEvent, emitterFor, HTTP } from 'cloudevents';
import type { BrokerAccess } from '../config/broker.ts';
import { errorCode } from '../config/settings.ts';
import type { Deadline } from '../deadline.ts';
import { RunError } from '../failure.ts';
import type { ParseEvent } from '../http/request.ts';
import { recordType, type SendRecord } from '../store/record.ts';

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

/**
 * The way to a broker, which takes an event in binary mode with `extensions` among its attributes. Connections are kept.
 * The SDK's own transport takes every answer for a success.
 */
export function connectBroker({ url, extensions }: BrokerAccess, app: string): SendRecord {
  const [{ request }, Agent] = url.startsWith('https:') ? [https, https.Agent] : [http, http.Agent];
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const emit = emitterFor(({ headers, body }, options) => {
    const { signal } = options as unknown as Deadline;
    return new Promise((resolve, reject) => {
      const sending = request(url, { method: 'POST', headers, agent, signal });
      sending.once('response', (response) => {
        response.resume().on('error', reject);
        response.once('end', () => {
          resolve(response.statusCode);
        });
      });
      sending.on('error', reject).end(body);
    });
  });
  return async ({ id, time, points }, { signal }) => {
    const source = `/twittergraph/${app}`;
    const attributes = { ...extensions, id, source, type: recordType, time: new Date(time).toISOString() };
    const event = new CloudEvent({ ...attributes, datacontenttype: 'application/json', data: { points } });
    try {
      return (await emit(event, { signal })) as number;
    } catch (error) {
      const detail = `no connection to the broker (${errorCode(error)}): is K_SINK right, is the broker there?`;
      throw new RunError({ reason: 'broker_unavailable', detail });
    }
  };
}
