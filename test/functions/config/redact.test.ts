import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { createCleaner, createRedactor } from '../../../functions/config/redact.ts';

/** Any secret long enough, but none that the replacement itself holds. */
const secret = fc
  .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
  .filter(
    (text) =>
      text.length >= 4 && Buffer.from(text).toString() === text && !/[[\]]/.test(text) && !'secret'.includes(text),
  );
/** One such as X and InfluxDB give out: letters, digits and what base64 and URLs need, or a password has. */
const token = fc.stringMatching(/^[A-Za-z0-9+/=_.~?>-]{24,80}$/);

const html: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const asCodes = (text: string, write: (code: number) => string): string =>
  Array.from(text)
    .map((letter) => write(letter.charCodeAt(0)))
    .join('');
const url = (text: string): string => asCodes(text, (code) => `%${code.toString(16).padStart(2, '0')}`);

/** The ways in which a neighbour can echo a secret. */
const echoes: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in small letters': (text) => text.toLowerCase(),
  'in capitals': (text) => text.toUpperCase(),
  'inside JSON': (text) => JSON.stringify(text).slice(1, -1),
  'as JSON may write any letter': (text) => asCodes(text, (code) => `\\u${code.toString(16).padStart(4, '0')}`),
  'for a URL': encodeURIComponent,
  'for a URL, in small letters': (text) => encodeURIComponent(text).toLowerCase(),
  'for a URL, every letter': url,
  'for a URL, twice': (text) => encodeURIComponent(url(text)),
  'inside HTML': (text) => text.replace(/[&<>"']/g, (letter) => html[letter] ?? ''),
  'as HTML may write any letter': (text) => asCodes(text, (code) => `&#${code};`),
  'as HTML may write any letter in base 16': (text) => asCodes(text, (code) => `&#x${code.toString(16)};`),
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in base64 behind one letter': (text) => Buffer.from(`:${text}`).toString('base64'),
  'in base64 behind two letters': (text) => Buffer.from(`u:${text}:`).toString('base64'),
  'in base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'in base64 for a URL': (text) => encodeURIComponent(Buffer.from(text).toString('base64')),
};

/** Whatever of a text could be read back, decoded as often as somebody might. */
function readable(text: string): string[] {
  const decoded = [text];
  for (let layer = 0; layer < 3; layer += 1) {
    const last = (decoded.at(-1) ?? '').replace(/%([0-9a-f]{2})|\\u([0-9a-f]{4})|&#x([0-9a-f]+);/gi, (_all, ...codes) =>
      String.fromCharCode(parseInt(codes.find((code) => typeof code === 'string') as string, 16)),
    );
    decoded.push(last.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code))));
  }
  const packed = decoded.flatMap((each) =>
    [...each.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].flatMap(([word]) =>
      [0, 1, 2, 3].map((skip) => Buffer.from(word.slice(skip), 'base64').toString('latin1')),
    ),
  );
  return [...decoded, ...packed].map((each) => each.toLowerCase());
}

for (const [name, echo] of Object.entries(echoes)) {
  test(`no twelve characters of a token survive ${name}, whole or cut`, () => {
    fc.assert(
      fc.property(token, fc.nat(12), fc.nat(12), fc.string(), (text, from, to, around) => {
        const redact = createRedactor([text]);
        const piece = text.slice(from, text.length - to).slice(0, Math.max(12, text.length));
        if (piece.length < 12) return;
        for (const shown of readable(redact(`${around} ${echo(piece)} ${around}`))) {
          for (let at = 0; at + 12 <= piece.length; at += 1)
            assert.ok(!shown.includes(piece.slice(at, at + 12).toLowerCase()), shown);
        }
      }),
      { numRuns: 60 },
    );
  });
}

test('no secret survives, whatever it is and whatever is around it', () => {
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
      for (const each of secrets) {
        for (const text of [JSON.stringify({ each }), `http://host/?p=${encodeURIComponent(each)}&q`])
          assert.ok(
            !redact(text).includes(JSON.stringify(each).slice(1, -1)) &&
              !redact(text).includes(encodeURIComponent(each)),
          );
      }
    }),
  );
});

test('a secret inside another one leaves nothing of the longer, and the words around it stay', () => {
  assert.equal(createRedactor(['token', 'token-and-more'])('a token-and-more b token c'), 'a [secret] b [secret] c');
});

test('what is too short to be told from words is left, and so is a text without a secret', () => {
  assert.equal(createRedactor(['', 'abc', 'abcd'])('abc abcd'), 'abc [secret]');
  const text = 'X answered 503 to GET users/by: <html>100 % &amp; more</html>';
  assert.equal(createRedactor(['bearer-of-the-app-0123456789'])(text), text);
});

test('foreign text is shown on one line, cut after its secrets were struck out', () => {
  const clean = createCleaner(createRedactor(['bearer-of-the-app-0123456789']));
  assert.equal(clean('a\r\n b\u0007 bearer-of-the-app-0123456789'), 'a b [secret]');
  const edge = `${'x'.repeat(290)}bearer-of-the-app-0123456789`;
  assert.equal(clean(edge), `${'x'.repeat(290)}[secret]`);
  assert.equal(clean(edge, 20), `${'x'.repeat(19)}…`);
  for (let spaces = 9960; spaces <= 10_000; spaces += 1) {
    assert.doesNotMatch(clean(`${' '.repeat(spaces)}bearer-of-the-app-0123456789`), /bearer-of-th/);
  }
});
