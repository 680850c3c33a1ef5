/** Values that have no business anywhere, as JSON texts: some of them no JavaScript value could be. */
export const hostileValues: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e300',
  '1e999',
  '9007199254740992',
  '123456789012345678901234567890',
  '""',
  '" "',
  '"0"',
  '"-5"',
  '"x"',
  '"\\u0000\\u001b[31m\\r\\n"',
  String.raw`"a,b=c d\"\\\n"`,
  '"../../1.1/account"',
  '"12/tweets?max_results=100&x="',
  '"\\ud800"',
  '"__proto__"',
  '"９９"',
  '"9223372036854775808"',
  '"99999999999999999999"',
  '"0000000000000000012"',
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '[{}]',
  '{"__proto__":{"id":"12"}}',
  '{"length":3}',
  '{"toString":1,"valueOf":null}',
  '['.repeat(50_000) + ']'.repeat(50_000),
  `"${'['.repeat(100_000)}"`,
  `"${'&#'.repeat(50_000)}"`,
  `"${'%25'.repeat(40_000)}"`,
];

const marker = '\u0001 here';

/**
 * A body as JSON text with another value at a path such as `data.*.id`, where `*` is every entry of a list and `+` every
 * key of an object. As it is where there is no such path.
 */
export function withValueAt(body: unknown, path: string, json: string): string {
  const copy = { root: structuredClone(body) };
  setAt(copy, ['root', ...path.split('.').filter((step) => step !== '')]);
  return JSON.stringify(copy.root).replaceAll(JSON.stringify(marker), () => json);
}

function setAt(parent: unknown, [step = '', ...rest]: readonly string[]): void {
  if (typeof parent !== 'object' || parent === null) return;
  const target = parent as Record<string, unknown>;
  for (const key of step === '*' || step === '+' ? Object.keys(target) : [step]) {
    if (rest.length === 0) target[key] = marker;
    else setAt(target[key], rest);
  }
}
