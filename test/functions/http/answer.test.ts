import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';

import { DeadlineError } from '../../../functions/deadline.ts';
import { BadRequest, type Failure, RunError } from '../../../functions/failure.ts';
import { type Answer, answerError, answerOutcome, writeAnswer } from '../../../functions/http/answer.ts';
import type { Log } from '../../../functions/run/instance.ts';
import { type Outcome, outcomeOf } from '../../../functions/run/report.ts';
import { closeServer } from '../../support/x-server.ts';
import { instanceOf } from '../fixtures.ts';
import { openJournal } from '../run/world.ts';

const now = Date.parse('2026-11-23T01:40:00Z');

function failure(parts: Partial<Failure> = {}): Failure {
  return { reason: 'upstream_error', detail: 'why', ...parts };
}

function outcomeWith(failures: readonly Partial<Failure>[]): Outcome {
  const noted = failures.map((parts) => ({ collector: 'user', time: now, ...failure(parts) }));
  return outcomeOf({ ...openJournal(), failures: noted });
}

const event = { isEvent: true, lines: undefined };
const hand = { isEvent: false, lines: undefined };
const gone = { reason: 'suspended' } as const;
const never = { reason: 'unauthorized', detail: 'check the token' } as const;

test('an event that went well, or whose accounts are gone, is answered with nothing', () => {
  assert.deepEqual(answerOutcome(outcomeWith([]), event), { status: 204 });
  assert.deepEqual(answerOutcome(outcomeWith([gone]), event), { status: 204 });
});

test('an event that failed for good has the first of the worst failures', () => {
  const answer = answerOutcome(outcomeWith([gone, never, never]), event);
  const body = { reason: 'unauthorized', detail: 'check the token', failures: 2 };
  assert.deepEqual(answer, { status: 422, headers: {}, body });
});

test('an event worth a retry says when: after ten seconds, or when X said', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now });
  const body = { reason: 'upstream_error', detail: 'why', failures: 1 };
  for (const [retryAt, seconds] of [
    [undefined, '10'],
    [now + 90_500, '91'],
    [now - 5000, '1'],
  ] as const) {
    const answer = answerOutcome(outcomeWith([never, { retryAt }]), event);
    assert.deepEqual(answer, { status: 503, headers: { 'Retry-After': seconds }, body });
  }
});

test('a person has the report whatever came of it', () => {
  const fine = outcomeWith([gone]);
  assert.deepEqual(answerOutcome(fine, hand), { status: 200, headers: {}, body: fine.report });
  const failed = outcomeWith([never]);
  assert.deepEqual(answerOutcome(failed, hand), { status: 422, headers: {}, body: failed.report });
  assert.equal(answerOutcome(outcomeWith([{}]), hand).status, 503);
});

test('a dry run is answered with its lines, none being an empty text', () => {
  assert.deepEqual(answerOutcome(outcomeWith([]), { isEvent: false, lines: '' }), {
    status: 200,
    headers: {},
    body: '',
  });
  assert.equal(answerOutcome(outcomeWith([never]), { isEvent: false, lines: 'a b=1 2\n' }).body, 'a b=1 2\n');
});

for (const letter of ['x', '"', '\u0007', 'ä', '😀']) {
  test(`the answer to an event is never above 1 KiB: ${JSON.stringify(letter)}`, () => {
    const { body } = answerOutcome(outcomeWith([{ detail: letter.repeat(2000) }]), event);
    const text = JSON.stringify(body);
    assert.ok(Buffer.byteLength(text) <= 1024, `${Buffer.byteLength(text)} bytes`);
    assert.ok(Buffer.byteLength(text) > 700, `${Buffer.byteLength(text)} bytes`);
  });
}

test('errors become answers without a secret in them', () => {
  const instance = instanceOf();
  const bad = answerError(instance, new BadRequest('no\njob bearer-marker'), true);
  assert.deepEqual(bad, { status: 400, body: { error: 'no job [secret]' } });
  const refused = new RunError(failure({ reason: 'store_refused', detail: 'password-marker' }));
  const body = { error: 'store_refused', detail: '[secret]' };
  assert.deepEqual(answerError(instance, refused, false), { status: 422, body });
  const away = new RunError(failure({ reason: 'store_unavailable', detail: 'away' }));
  const { status, headers } = answerError(instance, away, false);
  assert.deepEqual([status, headers], [503, { 'Retry-After': '10' }]);
  const late = answerError(instance, new DeadlineError(), false);
  assert.deepEqual([late.status, late.body], [503, { error: 'timeout', detail: 'the deadline passed' }]);
});

test("an error of the function's own is told to the log alone", () => {
  const logged: unknown[] = [];
  const log: Log = (level, message, facts) => logged.push({ level, message, facts });
  const error = new TypeError('undefined is not a function');
  const answer = answerError(instanceOf({ log }), error, true);
  assert.equal(answer.status, 500);
  assert.doesNotMatch(JSON.stringify(answer.body), /undefined is not/);
  assert.deepEqual(logged, [{ level: 'error', message: 'a request broke off', facts: { stack: error.stack } }]);
});

async function received(
  answer: Answer,
): Promise<{ status: number; type: string | null; length: string | null; text: string }> {
  const server = createServer((_request, response) => {
    writeAnswer(response, answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { status, headers } = response;
  const text = await response.text();
  await closeServer(server);
  return { status, type: headers.get('content-type'), length: headers.get('content-length'), text };
}

test('answers are written as JSON, as text, or empty without a type', async () => {
  assert.deepEqual(await received({ status: 200, body: { ä: 1 } }), {
    status: 200,
    type: 'application/json',
    length: '9',
    text: '{"ä":1}\n',
  });
  const text = { status: 200, type: 'text/plain; charset=utf-8', length: '2', text: 'ok' };
  assert.deepEqual(await received({ status: 200, body: 'ok' }), text);
  assert.deepEqual(await received({ status: 204 }), { status: 204, type: null, length: null, text: '' });
});
