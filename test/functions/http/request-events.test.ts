import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { readEvent } from '../../../functions/http/request.ts';
import { binary, body, data, envelope, type Headers, read, structured, time } from './events.ts';

/** An event of a PingSource, but for its type. */
type Ping = Omit<ReturnType<typeof readEvent>, 'type'>;
const type = 'dev.knative.sources.ping';

const goodBinary: Readonly<Record<string, readonly [headers: Headers, text: string, event: Ping]>> = {
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
  'a charset that senders misspell': [{ 'content-type': 'application/json; charset=utf8' }, body, { data, time }],
  'scalar data, for the job to refuse': [{}, '7', { data: 7, time }],
  'a list as data, for the job to refuse': [{}, '[]', { data: [], time }],
};

for (const [name, [headers, text, event]] of Object.entries(goodBinary)) {
  test(`a binary event with ${name}`, () => {
    assert.deepEqual(read({ ...binary, ...headers }, text), { type, ...event });
  });
}

const goodStructured: Readonly<Record<string, readonly [parts: object, event: Ping]>> = {
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
    assert.deepEqual(read(structured, JSON.stringify({ ...envelope, ...parts })), { type, ...event });
  });
}

test('a structured event whose content type has a charset in upper case', () => {
  const headers = { 'content-type': 'Application/CloudEvents+JSON; Charset=UTF-8' };
  assert.deepEqual(read(headers, JSON.stringify(envelope)), { type, data, time });
});
