import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';

import { type FrameworkRequest, isMeantAsEvent, parseJson, readBody } from '../../../functions/http/request.ts';
import { refuses } from './events.ts';

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

const noJson = 'the body is not JSON: send an object such as {"job":"collect"}, or nothing';

test('text is JSON, nothing, or refused', () => {
  assert.deepEqual([parseJson('{"a":1}'), parseJson(''), parseJson(' ')], [{ a: 1 }, undefined, undefined]);
  refuses(() => parseJson("{'a':1}"), noJson);
  // It could be parsed, but no message could quote it.
  refuses(() => parseJson(`{"job":${'['.repeat(50_000)}${']'.repeat(50_000)}}`), noJson);
});

/** A request of which the framework has read nothing, or the bytes in `rawBody`. */
function requestOf(parts: { rawBody?: Buffer; chunks?: readonly Buffer[] }): FrameworkRequest {
  const stream = new PassThrough();
  for (const chunk of parts.chunks ?? []) stream.write(chunk);
  stream.end();
  const rawBody = parts.rawBody === undefined ? {} : { rawBody: parts.rawBody };
  return Object.assign(stream, rawBody) as unknown as FrameworkRequest;
}

test('what the framework has read is the body', async () => {
  assert.equal(await readBody(requestOf({ rawBody: Buffer.from('{"job":"ä"}') })), '{"job":"ä"}');
});

test('what it has not read is read here, a letter cut by its packets too', async () => {
  const bytes = Buffer.from('{"job":"ä"}');
  assert.equal(await readBody(requestOf({ chunks: [bytes.subarray(0, 9), bytes.subarray(9)] })), '{"job":"ä"}');
  assert.equal(await readBody(requestOf({})), '');
});

test('a body that does not come is not waited for', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const stream = new PassThrough();
  stream.write('{"job":');
  const reading = assert.rejects(readBody(stream as unknown as FrameworkRequest), { message: 'the body did not come' });
  t.mock.timers.tick(10_000);
  await reading;
});

test('a connection that breaks off in mid-body is an error', async () => {
  const stream = new PassThrough();
  stream.write('{"job":');
  const reading = assert.rejects(readBody(stream as unknown as FrameworkRequest), { message: 'broken' });
  stream.destroy(new Error('broken'));
  await reading;
});
