import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseEvent } from '../../../functions/adapters/events.ts';
import { isMeantAsEvent, parseJson, readTickEvent, type TickEvent } from '../../../functions/http/event.ts';
import { BadRequest } from '../../../functions/jobs/request.ts';

type Headers = Readonly<Record<string, string | undefined>>;

const time = Date.parse('2026-11-23T01:40:40Z');
const binary: Headers = {
  'ce-id': '1',
  'ce-source': '/apis/v1/namespaces/default/pingsources/users',
  'ce-specversion': '1.0',
  'ce-type': 'dev.knative.sources.ping',
  'ce-time': '2026-11-23T01:40:40Z',
  'content-type': 'application/json',
};
const structured: Headers = { 'content-type': 'application/cloudevents+json' };
const envelope = {
  specversion: '1.0',
  id: '1',
  source: '/apis/v1/namespaces/default/pingsources/users',
  type: 'dev.knative.sources.ping',
  time: '2026-11-23T01:40:40Z',
  data: { job: 'collect' },
};
const body = '{"job":"collect"}';
const data = { job: 'collect' };

function read(headers: Headers, text: string): TickEvent {
  const present = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  return readTickEvent(present, text, parseEvent);
}

const goodBinary: Readonly<Record<string, readonly [headers: Headers, text: string, event: TickEvent]>> = {
  'as PingSource sends it': [{}, body, { data, time }],
  extensions: [{ 'ce-knativearrivaltime': 'x', 'ce-traceparent': '00-ab-cd-01' }, body, { data, time }],
  nanoseconds: [{ 'ce-time': '2026-11-23T01:40:40.123456789Z' }, body, { data, time: time + 123 }],
  'a lower-case t and z': [{ 'ce-time': '2026-11-23t01:40:40z' }, body, { data, time }],
  'an offset': [{ 'ce-time': '2026-11-23T02:40:40+01:00' }, body, { data, time }],
  'no time': [{ 'ce-time': undefined }, body, { data, time: undefined }],
  'no data': [{}, '', { data: undefined, time }],
  'blank data': [{}, ' \n', { data: undefined, time }],
  'no content type': [{ 'content-type': undefined }, body, { data, time }],
  'the content type of a form': [{ 'content-type': 'application/x-www-form-urlencoded' }, body, { data, time }],
  'the content type of a text': [{ 'content-type': 'text/plain' }, body, { data, time }],
  'a charset in upper case': [{ 'content-type': 'Application/JSON; Charset=UTF-8' }, body, { data, time }],
  'scalar data, for the job to refuse': [{}, '7', { data: 7, time }],
  'a list as data, for the job to refuse': [{}, '[]', { data: [], time }],
};

for (const [name, [headers, text, event]] of Object.entries(goodBinary)) {
  test(`a binary event with ${name}`, () => {
    assert.deepEqual(read({ ...binary, ...headers }, text), event);
  });
}

const goodStructured: Readonly<Record<string, readonly [parts: object, event: TickEvent]>> = {
  'as the specification has it': [{}, { data, time }],
  nanoseconds: [{ time: '2026-11-23T01:40:40.123456789Z' }, { data, time: time + 123 }],
  'a lower-case t and z': [{ time: '2026-11-23t01:40:40z' }, { data, time }],
  'no time': [{ time: undefined }, { data, time: undefined }],
  'no data': [{ data: undefined }, { data: undefined, time }],
  'its data as a string': [{ data: body }, { data, time }],
  'its data in base64': [
    { data: undefined, data_base64: Buffer.from(body).toString('base64') },
    { data, time },
  ],
  'scalar data, for the job to refuse': [{ data: 7 }, { data: 7, time }],
};

for (const [name, [parts, event]] of Object.entries(goodStructured)) {
  test(`a structured event with ${name}`, () => {
    assert.deepEqual(read(structured, JSON.stringify({ ...envelope, ...parts })), event);
  });
}

test('a structured event whose content type has a charset in upper case', () => {
  const headers = { 'content-type': 'Application/CloudEvents+JSON; Charset=UTF-8' };
  assert.deepEqual(read(headers, JSON.stringify(envelope)), { data, time });
});

const invalid = (what: string): string => `not a valid CloudEvent: ${what}`;
const missing = (attribute: string): string => invalid(`must have required property '${attribute}'`);
const noVersion = invalid('its specversion is missing or not 1.0');
const noTime = "the event's time is not a timestamp such as 2026-11-23T01:40:40Z";
const noJson = 'the body is not JSON: send an object such as {"job":"collect"}, or nothing';

const badBinary: readonly (readonly [headers: Headers, text: string, message: string])[] = [
  [{ 'ce-id': undefined }, body, invalid('its id is missing')],
  [{ 'ce-id': '' }, body, invalid('its id is missing')],
  [{ 'ce-source': undefined }, body, missing('source')],
  [{ 'ce-source': 'not a uri' }, body, invalid('must match format "uri-reference"')],
  [{ 'ce-type': undefined }, body, missing('type')],
  [{ 'ce-specversion': undefined }, body, noVersion],
  [{ 'ce-specversion': '' }, body, noVersion],
  [{ 'ce-specversion': '0.3' }, body, noVersion],
  [{ 'ce-specversion': '9' }, body, noVersion],
  [{ 'ce-type': 'boson.fn' }, body, 'an event of type boson.fn: only dev.knative.sources.ping is understood'],
  [
    { 'ce-type': 't'.repeat(90) },
    body,
    `an event of type ${'t'.repeat(80)}: only dev.knative.sources.ping is understood`,
  ],
  [{ 'ce-time': 'yesterday' }, body, noTime],
  [{ 'ce-time': '2026-11-23' }, body, noTime],
  [{ 'ce-time': '1795398040' }, body, noTime],
  [{ 'ce-time': '2026-13-45T01:40:40Z' }, body, noTime],
  [{ 'ce-time': '' }, body, noTime],
  [{}, '{"job":', noJson],
  [{}, 'job=collect', noJson],
];

for (const [headers, text, message] of badBinary) {
  const what = `${JSON.stringify(headers, (_key, value: unknown) => value ?? 'missing').slice(0, 60)} and ${text}`;
  test(`a binary event with ${what} is refused`, () => {
    refuses(() => read({ ...binary, ...headers }, text), message);
  });
}

const badStructured: readonly (readonly [parts: object, message: string])[] = [
  [{ id: undefined }, invalid('its id is missing')],
  [{ id: '' }, invalid('its id is missing')],
  [{ source: undefined }, missing('source')],
  [{ type: undefined }, missing('type')],
  [{ specversion: undefined }, noVersion],
  [{ specversion: null }, noVersion],
  [{ specversion: '0.3' }, noVersion],
  [{ specversion: '9' }, noVersion],
  [{ type: 'boson.fn' }, 'an event of type boson.fn: only dev.knative.sources.ping is understood'],
  [{ time: 'yesterday' }, noTime],
  [{ time: 1_795_398_040 }, noTime],
  [{ time: null }, noTime],
  [{ data: 'collect' }, noJson],
];

for (const [parts, message] of badStructured) {
  const what = JSON.stringify(parts, (_key, value: unknown) => (value === undefined ? 'missing' : value));
  test(`a structured event with ${what} is refused`, () => {
    refuses(() => read(structured, JSON.stringify({ ...envelope, ...parts })), message);
  });
}

for (const [text, what] of [
  ['', 'no body'],
  ['{', 'a body cut off'],
  ['hello', 'a text'],
  ['null', 'null'],
  ['7', 'a number'],
  ['[]', 'a list'],
] as const) {
  test(`a structured event of ${what} is refused, and not with an error of the program's own`, () => {
    assert.throws(
      () => read(structured, text),
      (error) => error instanceof BadRequest && !error.message.includes('Cannot read'),
    );
  });
}

test('a batch is refused, and so is a format that is not JSON', () => {
  const batch = 'a batch of events: send one event per request';
  refuses(() => read({ 'content-type': 'application/cloudevents-batch+json' }, '[]'), batch);
  const avro = 'events as application/cloudevents+avro are not read: send application/cloudevents+json or binary mode';
  refuses(() => read({ 'content-type': 'application/cloudevents+avro' }, ''), avro);
});

for (const [headers, meant] of [
  [{ 'ce-id': '1' }, true],
  [{ 'ce-anything': '' }, true],
  [{ 'content-type': 'application/cloudevents+json' }, true],
  [{ 'content-type': 'APPLICATION/CLOUDEVENTS-batch+json; charset=utf-8' }, true],
  [{ 'content-type': 'application/json' }, false],
  [{ 'content-type': 'text/plain; x=application/cloudevents' }, false],
  [{ 'x-ce-id': '1' }, false],
  [{}, false],
] as const) {
  test(`a request with ${JSON.stringify(headers)} is ${meant ? '' : 'not '}meant as an event`, () => {
    assert.equal(isMeantAsEvent(headers), meant);
  });
}

test('text is JSON, nothing, or refused', () => {
  assert.deepEqual([parseJson('{"a":1}'), parseJson(''), parseJson(' ')], [{ a: 1 }, undefined, undefined]);
  refuses(() => parseJson("{'a':1}"), noJson);
});

function refuses(work: () => unknown, message: string): void {
  assert.throws(work, (error) => error instanceof BadRequest && (assert.equal(error.message, message), true));
}
