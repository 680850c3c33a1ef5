import { makeBody, noise, pick, type Random } from './generate-body.ts';

/** A generated request. */
export interface Generated {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** An event or a request by hand, right, nearly right, or anything else. The same `random` makes the same ones. */
export function generate(random: Random): Generated {
  const mode = pick(random, ['binary', 'binary', 'structured', 'hand', 'noise'] as const);
  const text = makeBody(random);
  const path = pick(random, [
    '/',
    '/',
    '/',
    '/',
    '/?plan',
    '/?dry-run',
    '/?plan&dry-run',
    '/%00',
    '//',
    '/?%ff',
    '/x',
    '/health/liveness',
  ]);
  const method = random() < 0.9 ? 'POST' : pick(random, ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);
  const type = pick(random, [
    'application/json',
    'application/json; charset=utf8',
    'application/json;charset=utf-16',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/cloudevents+json',
    'application/cloudevents+json; charset=UTF-8',
    'application/cloudevents-batch+json',
    'multipart/form-data',
    ';',
    '',
  ]);
  const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
  if (random() < 0.05) headers['content-encoding'] = pick(random, ['gzip', 'br', 'identity', 'x', 'GZIP']);
  if (mode === 'binary') Object.assign(headers, attributesOf(random, 'ce-'));
  if (mode === 'noise')
    headers[pick(random, ['ce-x', 'x-forwarded-for', 'cookie', 'ce-', '__proto__', 'constructor'])] = noise(random, 50);
  const body = mode === 'structured' ? structuredEvent(attributesOf(random, ''), text) : text;
  if (mode === 'structured') headers['content-type'] = 'application/cloudevents+json';
  return {
    method,
    path,
    headers,
    body: method === 'GET' || method === 'HEAD' ? undefined : Buffer.from(body, random() < 0.1 ? 'latin1' : 'utf8'),
  };
}

function attributesOf(random: Random, prefix: string): Record<string, string> {
  const attributes: Record<string, () => string> = {
    specversion: () => pick(random, ['1.0', '1.0', '1.0', '0.3', '1', ' 1.0']),
    id: () => pick(random, ['1', noise(random, 20), 'a'.repeat(5000), '0']),
    source: () => pick(random, ['/apis/v1/x', '/', ':', noise(random, 20)]),
    type: () =>
      pick(random, ['dev.knative.sources.ping', 'dev.knative.sources.ping', 'com.example', noise(random, 10)]),
    time: () =>
      pick(random, [
        new Date().toISOString(),
        '2026-02-30T00:00:00Z',
        '1969-12-31T23:59:59Z',
        '9999-12-31T23:59:59Z',
        '2026-11-23T01:40:40.173696115+14:00',
        'now',
        '-1',
        '1e300',
      ]),
    datacontenttype: () => pick(random, ['application/json', 'text/xml', '']),
    subject: () => noise(random, 10),
  };
  const kept = Object.entries(attributes).filter(() => random() < 0.85);
  return Object.fromEntries(kept.map(([name, make]) => [`${prefix}${name}`, make()]));
}

/** The text as the event's data: as it is where it is JSON, which may be nested too deeply to be made of a value. */
function structuredEvent(attributes: Readonly<Record<string, string>>, text: string): string {
  const data = isJson(text) ? text : JSON.stringify(text.slice(0, 10_000));
  return `{"data":${data},${JSON.stringify(attributes).slice(1)}`.replace(/,}$/, '}');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
