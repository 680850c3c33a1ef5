/** An event on its way over HTTP in binary mode: attributes as `ce-` headers, in lower case. */
export interface HttpEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An event as a record of Kafka in binary mode. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md */
export interface KafkaRecord {
  readonly key: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

/** What a subscriber answered; no status where no answer came. */
export interface Answer {
  readonly status: number | undefined;
  readonly body: Buffer;
}

const required = ['id', 'source', 'type'] as const;
/** Knative cuts what it says of an answer there. */
const maxErrorDataBytes = 1024;

/** The record Knative makes of an event: its key is the extension `partitionkey`. `undefined` for what is no event. */
export function toRecord({ headers, body }: HttpEvent): KafkaRecord | undefined {
  const attributes = attributesIn(headers, 'ce-');
  if (attributes['specversion'] !== '1.0' || required.some((name) => !attributes[name])) return undefined;
  return {
    key: attributes['partitionkey'],
    headers: { ...withPrefix(attributes, 'ce_'), ...contentType(headers) },
    value: body,
  };
}

/** The request a subscriber gets. */
export function toHttp({ headers, value }: Omit<KafkaRecord, 'key'>): HttpEvent {
  return { headers: { ...withPrefix(attributesIn(headers, 'ce_'), 'ce-'), ...contentType(headers) }, body: value };
}

/** An event that was not delivered, as its dead letter gets it: where it could not go, and what was answered there. */
export function toDeadLetter(
  { headers, body }: HttpEvent,
  destination: string,
  { status, body: said }: Answer,
): HttpEvent {
  const known = {
    knativeerrorcode: String(status),
    knativeerrordata: said.subarray(0, maxErrorDataBytes).toString('base64'),
  };
  const extensions = { knativeerrordest: destination, ...(status === undefined ? {} : known) };
  return { headers: { ...headers, ...withPrefix(extensions, 'ce-') }, body };
}

/** Whether Knative's broker for Kafka sends an event again after this status; no answer at all is tried again too. */
export function isRetried(status: number | undefined): boolean {
  return status === undefined || status >= 500 || [404, 408, 409, 429].includes(status);
}

/** How long it waits before the first retry, the second, … with `backoffPolicy: exponential`: the first is twice the delay. */
export function backoffMs(delayMs: number, retry: number): number {
  return delayMs * 2 ** retry;
}

function attributesIn(headers: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(attributes.map(([name, value]) => [name.slice(prefix.length), value]));
}

function withPrefix(attributes: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** The attribute `datacontenttype` is a header without prefix in both bindings. */
function contentType(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const type = headers['content-type'];
  return type === undefined ? {} : { 'content-type': type };
}
