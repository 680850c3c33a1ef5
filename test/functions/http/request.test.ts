import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';

import { BadRequest } from '../../../functions/failure.ts';
import { isMeantAsEvent, parseJson, readBody } from '../../../functions/http/request.ts';
import { JOBS } from '../../../functions/jobs/index.ts';
import { findJob } from '../../../functions/run/job.ts';
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
});

test('a job nested so deeply that no message could quote it is refused, as JSON or as a job', () => {
  const deep = `{"job":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  assert.throws(() => findJob(JOBS, parseJson(deep)), BadRequest);
});

/** A request with this body, and the stream it comes in. */
function requestOf(...chunks: readonly Buffer[]): { request: IncomingMessage; stream: PassThrough } {
  const stream = new PassThrough();
  for (const chunk of chunks) stream.write(chunk);
  return { request: stream as unknown as IncomingMessage, stream };
}

test('a body is read as UTF-8, a letter cut by its packets too', async () => {
  const bytes = Buffer.from('{"job":"ä"}');
  for (const chunks of [[], [bytes], [bytes.subarray(0, 9), bytes.subarray(9)]]) {
    const { request, stream } = requestOf(...chunks);
    stream.end();
    assert.equal(await readBody(request), chunks.length === 0 ? '' : '{"job":"ä"}');
  }
});

const isCut = new BadRequest('the body did not come whole');

test('a body that does not come is not waited for', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const reading = assert.rejects(readBody(requestOf(Buffer.from('{"job":')).request), isCut);
  t.mock.timers.tick(10_000);
  await reading;
});

test('a connection that breaks off in mid-body is the mistake of the sender', async () => {
  const { request, stream } = requestOf(Buffer.from('{"job":'));
  const reading = assert.rejects(readBody(request), isCut);
  stream.destroy(new Error('broken'));
  await reading;
});
