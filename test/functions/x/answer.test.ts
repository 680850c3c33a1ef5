import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';

import { RunError } from '../../../functions/failure.ts';
import { maxAnswerBytes, readAnswer, type XAnswer, type XReply } from '../../../functions/x/answer.ts';
import { cleanerOf, errorOf, replyOf } from '../fixtures.ts';
import { noon, windowOf } from './world.ts';

function read(reply: XReply): XAnswer {
  return readAnswer({ path: 'users', query: {} }, reply, cleanerOf());
}

test('an answer is its body, what X says in it of single values, and X’s clock', () => {
  const body = { data: [], errors: [{ title: 'Not Found Error', value: 'Jack' }, null, 'odd'] };
  const answer = read(replyOf(body, { headers: { date: new Date(noon).toUTCString() } }));
  assert.deepEqual(answer.body, body);
  assert.deepEqual(
    answer.problems.map(({ title, value }) => [title, value]),
    [
      ['Not Found Error', 'jack'],
      ['', ''],
      ['', ''],
    ],
  );
  assert.deepEqual([answer.date, answer.rateLimit, answer.limitedUntil], [noon, undefined, undefined]);
});

for (const date of [undefined, 'yesterday', '']) {
  test(`X's clock is not known from ${JSON.stringify({ date })}`, () => {
    assert.equal(read(replyOf({}, { headers: { date } })).date, undefined);
  });
}

test('a refusal of the whole by a 200 answer is read as the problems in it, and there may be none', () => {
  assert.deepEqual(read(replyOf({ errors: [] })).problems, []);
  assert.deepEqual(read(replyOf({ meta: { result_count: 0 } }, { status: 201 })).problems, []);
});

const unreadable: Readonly<Record<string, string>> = {
  '': 'an empty body',
  ' \n': 'an empty body',
  ' <!DOCTYPE html>': 'an HTML page',
  '{"data":[{"id":"12"': 'a body that is cut or not JSON',
  '"jack"': 'a body that is cut or not JSON',
  '""': 'a body that is cut or not JSON',
  '"<html>"': 'a body that is cut or not JSON',
  null: 'JSON that is not an object with lists',
  '[1]': 'JSON that is not an object with lists',
  '5': 'JSON that is not an object with lists',
  '{"data":[],"errors":{}}': 'JSON that is not an object with lists',
};

for (const [body, what] of Object.entries(unreadable)) {
  test(`a 200 with ${JSON.stringify(body)} is worth another try, and X may have charged for it`, () => {
    const { failure, status, mayCost, message } = errorOf(() => read(replyOf(body)));
    assert.equal(message, `X answered 200 to GET users with ${what}`);
    assert.deepEqual([failure.reason, status, mayCost], ['bad_answer', 200, true]);
  });
}

for (const status of [100, 103, 204, 205, 300, 301, 302, 304, 307, 399]) {
  test(`a ${status} is no answer, whatever its body, and X has not charged for it`, () => {
    for (const body of ['', '{"data":[]}']) {
      const { failure, mayCost, ...error } = errorOf(() => read(replyOf(body, { status })));
      assert.deepEqual([failure.reason, mayCost, error.status], ['bad_answer', false, status]);
      assert.match(failure.detail, /check TWITTER_API_URL and any proxy$/);
    }
  });
}

test('a 200 that leads elsewhere is a redirect', () => {
  const { failure, mayCost } = errorOf(() => read(replyOf({ data: [] }, { headers: { location: 'https://a/' } })));
  assert.deepEqual([failure.reason, mayCost], ['bad_answer', false]);
});

for (const [encoding, pack] of Object.entries({ gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync })) {
  test(`an answer packed as ${encoding}, though nobody asked for that, is read; a cut one may have been charged`, () => {
    const packed = pack(JSON.stringify({ data: [1] }));
    const headers = { 'content-encoding': encoding };
    assert.deepEqual(read({ status: 200, headers, body: packed }).body, { data: [1] });
    const cut = { status: 200, headers, body: packed.subarray(0, packed.length - 5) };
    assert.equal(errorOf(() => read(cut)).mayCost, true);
    const plain = { ...replyOf({ data: [1] }), headers };
    assert.equal(errorOf(() => read(plain)).mayCost, true);
  });
}

test('what is longer unpacked than an answer can be is not unpacked', () => {
  const body = gzipSync(`{"data":"${'x'.repeat(maxAnswerBytes)}"}`);
  assert.ok(body.length < maxAnswerBytes / 100);
  const reply = { status: 200, headers: { 'content-encoding': 'gzip' }, body };
  assert.deepEqual(errorOf(() => read(reply)).failure.reason, 'bad_answer');
});

test('what is left of the window of 15 minutes is told as X counts it', () => {
  const headers = windowOf(299, noon);
  const { rateLimit, limitedUntil } = read(replyOf({}, { headers }));
  assert.deepEqual([rateLimit, limitedUntil], [{ limit: 300, remaining: 299, reset: noon / 1000 }, undefined]);
});

const day = noon + 86_400_000;
for (const [what, headers, until] of [
  ['15 minutes', windowOf(0, noon), noon],
  ["the app's 24 hours", { ...windowOf(5, noon), ...windowOf(0, day, 'x-app-limit-24hour') }, day],
  ["the user's 24 hours", windowOf(0, day, 'x-user-limit-24hour'), day],
  ['both, until the later end', { ...windowOf(0, noon), ...windowOf(0, day, 'x-app-limit-24hour') }, day],
  ['none', { ...windowOf(1, noon), ...windowOf(1, day, 'x-app-limit-24hour') }, undefined],
] as const) {
  test(`the window that is used up is that of ${what}, in a good answer and in a refusal`, () => {
    assert.equal(read(replyOf({}, { headers })).limitedUntil, until);
    const { failure } = errorOf(() => read(replyOf('', { status: 429, headers })));
    assert.deepEqual([failure.reason, failure.retryAt], ['rate_limited', until]);
  });
}

for (const part of ['limit', 'remaining', 'reset']) {
  test(`a window whose ${part} is no number is none`, () => {
    for (const value of [undefined, 'soon']) {
      const headers = { ...windowOf(0, noon), [`x-rate-limit-${part}`]: value };
      const { rateLimit, limitedUntil } = read(replyOf({}, { headers }));
      assert.deepEqual([rateLimit, limitedUntil], [undefined, undefined]);
    }
  });
}

test('whatever X sends is an answer or an error of X, never one of the program', () => {
  const replies = fc.record({
    status: fc.integer({ min: 100, max: 599 }),
    headers: fc.dictionary(fc.constantFrom('date', 'content-encoding', 'x-rate-limit-reset', 'location'), fc.string()),
    body: fc.oneof(
      fc.json(),
      fc.string(),
      fc.jsonValue().map((errors) => JSON.stringify({ errors })),
    ),
  });
  fc.assert(
    fc.property(replies, ({ status, headers, body }) => {
      try {
        const answer = read(replyOf(body, { status, headers }));
        assert.ok(status >= 200 && status < 300 && Array.isArray(answer.problems));
      } catch (error) {
        assert.ok(error instanceof RunError, String(error));
        assert.equal(error.mayCost && (status < 200 || status >= 300), false);
      }
    }),
  );
});
