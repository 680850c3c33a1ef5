import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BadRequest } from '../../../functions/failure.ts';
import { binary, body, envelope, type Headers, read, refuses, structured } from './events.ts';

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
  [
    { 'ce-type': 'boson.fn' },
    body,
    'an event of type boson.fn: only dev.knative.sources.ping and twittergraph.record.v1 are understood',
  ],
  [
    { 'ce-type': 't'.repeat(90) },
    body,
    `an event of type ${'t'.repeat(80)}: only dev.knative.sources.ping and twittergraph.record.v1 are understood`,
  ],
  [{ 'ce-time': 'yesterday' }, body, noTime],
  [{ 'ce-time': '2026-11-23' }, body, noTime],
  [{ 'ce-time': '1795398040' }, body, noTime],
  [{ 'ce-time': '2026-13-45T01:40:40Z' }, body, noTime],
  [{ 'ce-time': '2026-02-30T01:40:40Z' }, body, noTime],
  [{ 'ce-time': '0000-01-01T00:00:00Z' }, body, noTime],
  [{ 'ce-time': '9999-12-31T23:59:59Z' }, body, noTime],
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
  [
    { type: 'boson.fn' },
    'an event of type boson.fn: only dev.knative.sources.ping and twittergraph.record.v1 are understood',
  ],
  [{ time: 'yesterday' }, noTime],
  [{ time: '2026-02-30T01:40:40Z' }, noTime],
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
