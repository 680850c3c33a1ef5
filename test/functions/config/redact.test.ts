import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { createRedactor } from '../../../functions/config/redact.ts';

/** Any secret long enough, but none that the replacement itself holds. */
const secret = fc
  .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
  .filter(
    (text) =>
      text.length >= 4 && Buffer.from(text).toString() === text && !/[[\]]/.test(text) && !'secret'.includes(text),
  );

test('no secret survives, whatever is around it', () => {
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.array(fc.string()), (secrets, around) => {
      const redact = createRedactor(secrets);
      const text = [...secrets, ...around, ...secrets].join(' | ');
      for (const each of secrets) assert.ok(!redact(text).includes(each), redact(text));
    }),
  );
});

test('no secret survives inside JSON or a URL', () => {
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), (secrets) => {
      const redact = createRedactor(secrets);
      const json = redact(JSON.stringify({ secrets }));
      assert.deepEqual(JSON.parse(json), { secrets: secrets.map(() => '[secret]') });
      for (const each of secrets) {
        const url = redact(`http://host/?p=${encodeURIComponent(each)}&q`);
        assert.equal(url, 'http://host/?p=[secret]&q');
      }
    }),
  );
});

test('a secret inside another one leaves nothing of the longer', () => {
  assert.equal(createRedactor(['token', 'token-and-more'])('a token-and-more b token c'), 'a [secret] b [secret] c');
});

test('what is too short to be told from words is left', () => {
  assert.equal(createRedactor(['', 'abc', 'abcd'])('abc abcd'), 'abc [secret]');
});
