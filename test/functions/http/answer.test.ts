import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';

import type { Log } from '../../../functions/app.ts';
import { type Failure, RunError } from '../../../functions/failure.ts';
import { type Answer, answerError, answerOutcome, writeAnswer } from '../../../functions/http/answer.ts';
import { type Outcome, toReport } from '../../../functions/run/report.ts';
import { BadRequest } from '../../../functions/jobs/request.ts';
import { closeServer } from '../../support/x-server.ts';
import { appOf } from '../fixtures.ts';

const now = Date.parse('2026-11-23T01:40:00Z');

function outcomeOf(failures: readonly Partial<Failure>[], retryAt?: number): Outcome {
  const full = failures.map((failure): Failure => ({
    collector: 'user',
    reason: 'upstream_error',
    detail: 'why',
    retryable: true,
    time: now,
    ...failure,
  }));
  const facts = { job: 'collect', note: undefined, time: now, startedAt: now, newResources: 1, microUsd: 10_000 };
  const run = { ...facts, points: 3, accounts: 1, failures: full };
  return { report: toReport(appOf(), run, []), failures: full, retryAt };
}

const event = { isEvent: true, lines: undefined };
const hand = { isEvent: false, lines: undefined };
const gone = { reason: 'suspended', retryable: false } as const;
const never = { reason: 'unauthorized', detail: 'check the token', retryable: false } as const;

test('an event that went well, or whose accounts are gone, is answered with nothing', () => {
  assert.deepEqual(answerOutcome(outcomeOf([]), event), { status: 204 });
  assert.deepEqual(answerOutcome(outcomeOf([gone]), event), { status: 204 });
});

test('an event that failed for good has the first of the worst failures', () => {
  const answer = answerOutcome(outcomeOf([gone, never, never]), event);
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
    const answer = answerOutcome(outcomeOf([never, {}], retryAt), event);
    assert.deepEqual(answer, { status: 503, headers: { 'Retry-After': seconds }, body });
  }
});

test('a person has the report whatever came of it', () => {
  const fine = outcomeOf([gone]);
  assert.deepEqual(answerOutcome(fine, hand), { status: 200, headers: {}, body: fine.report });
  const failed = outcomeOf([never]);
  assert.deepEqual(answerOutcome(failed, hand), { status: 422, headers: {}, body: failed.report });
  assert.equal(answerOutcome(outcomeOf([{}]), hand).status, 503);
});

test('a dry run is answered with its lines, none being an empty text', () => {
  assert.deepEqual(answerOutcome(outcomeOf([]), { isEvent: false, lines: '' }), { status: 200, headers: {}, body: '' });
  assert.equal(answerOutcome(outcomeOf([never]), { isEvent: false, lines: 'a b=1 2\n' }).body, 'a b=1 2\n');
});

for (const letter of ['x', '"', '\u0007', 'ä', '😀']) {
  test(`the answer to an event is never above 1 KiB: ${JSON.stringify(letter)}`, () => {
    const { body } = answerOutcome(outcomeOf([{ detail: letter.repeat(2000) }]), event);
    const text = JSON.stringify(body);
    assert.ok(Buffer.byteLength(text) <= 1024, `${Buffer.byteLength(text)} bytes`);
    assert.ok(Buffer.byteLength(text) > 700, `${Buffer.byteLength(text)} bytes`);
  });
}

test('errors become answers without a secret in them', () => {
  const app = appOf();
  const bad = answerError(app, new BadRequest('no\njob bearer-marker'), true);
  assert.deepEqual(bad, { status: 400, body: { error: 'no job [secret]' } });
  const refused = new RunError('store_refused', 'password-marker', { retryable: false });
  const body = { error: 'store_refused', detail: '[secret]' };
  assert.deepEqual(answerError(app, refused, false), { status: 422, body });
  const away = new RunError('store_unavailable', 'away', { retryable: true });
  const { status, headers } = answerError(app, away, false);
  assert.deepEqual([status, headers], [503, { 'Retry-After': '10' }]);
});

test("an error of the function's own is told to the log alone", () => {
  const logged: unknown[] = [];
  const log: Log = (level, message, facts) => logged.push({ level, message, facts });
  const error = new TypeError('undefined is not a function');
  const answer = answerError(appOf({ log }), error, true);
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
