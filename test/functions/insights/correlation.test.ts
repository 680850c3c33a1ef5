import assert from 'node:assert/strict';
import { it } from 'node:test';

import fc from 'fast-check';

import { correlate, type Pair } from '../../../functions/insights/correlation.ts';

const counting = Array.from({ length: 14 }, (_, index) => index);

it('gives 1 to what rises together and -1 to what goes apart', () => {
  assert.deepEqual(correlate(counting.map((n) => [n, 3 * n + 7])), { r: 1, pairs: 14 });
  assert.deepEqual(correlate(counting.map((n) => [n, -n])), { r: -1, pairs: 14 });
});

it('gives an example by hand its r', () => {
  // Posts 0 1 twice each seven times; gains 0 0 0 1 1 1 1 on days without a post, 1 1 1 1 1 1 0 on days with one:
  // n 14, sums x 7, y 10, xy 6, xx 7, yy 10: (14·6 - 70) / √((98-49)(140-100)) = 14 / √1960.
  const without: Pair[] = [0, 0, 0, 1, 1, 1, 1].map((gained) => [0, gained]);
  const withPost: Pair[] = [1, 1, 1, 1, 1, 1, 0].map((gained) => [1, gained]);
  const { r } = correlate([...without, ...withPost]);
  assert.ok(Math.abs((r ?? 0) - 14 / Math.sqrt(1960)) < 1e-12, String(r));
});

it('counts only the pairs of which both numbers are known, and says nothing below 14', () => {
  const half: Pair[] = [
    [undefined, 1],
    [1, undefined],
  ];
  assert.deepEqual(correlate([...counting.slice(1).map((n): Pair => [n, n]), ...half]), { r: undefined, pairs: 13 });
  assert.deepEqual(correlate([...counting.map((n): Pair => [n, n]), ...half]), { r: 1, pairs: 14 });
});

it('says nothing where one of the two never varies', () => {
  assert.deepEqual(correlate(counting.map((n) => [0.1, n])), { r: undefined, pairs: 14 });
  assert.deepEqual(correlate(counting.map((n) => [n, 5])), { r: undefined, pairs: 14 });
});

it('agrees with the textbook’s one-pass formula, whatever the numbers', () => {
  const number = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { minLength: 14, maxLength: 40 }), (pairs) => {
      const { r } = correlate(pairs);
      const sum = (pick: (pair: [number, number]) => number): number => pairs.reduce((s, pair) => s + pick(pair), 0);
      const [n, x, y] = [pairs.length, sum((p) => p[0]), sum((p) => p[1])];
      const below = (n * sum((p) => p[0] ** 2) - x ** 2) * (n * sum((p) => p[1] ** 2) - y ** 2);
      if (below === 0) assert.equal(r, undefined);
      else assert.ok(Math.abs((r ?? NaN) - (n * sum((p) => p[0] * p[1]) - x * y) / Math.sqrt(below)) < 1e-9);
    }),
  );
});
