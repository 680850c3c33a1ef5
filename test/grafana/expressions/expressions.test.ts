/** Grafana's expressions, case by case as its source has them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { evaluateMath } from './math.ts';
import { parseMath } from './parse.ts';
import { reduceValues } from './reduce.ts';
import { applyThreshold } from './threshold.ts';
import { noData, toValues, type Value } from './value.ts';

const number = (value: number | null, labels = {}): Value => ({ kind: 'number', labels, value });
const series = (values: readonly (number | null)[], labels = {}): Value => ({
  kind: 'series',
  labels,
  points: values.map((value, index) => ({ time: index, value })),
});
const math = (text: string, nodes: Readonly<Record<string, readonly Value[]>> = {}): Value[] =>
  evaluateMath(parseMath(text), new Map(Object.entries(nodes)));
const scalarOf = (text: string): unknown => (math(text)[0] as { value: unknown }).value;

test('math: operators bind as in Grafana, of one level from the left', () => {
  assert.deepEqual(
    ['1 + 2 * 3', '8 - 4 - 2', '2 ** 3 ** 2', '-2 ** 2', '(1 + 2) * 3', '!0 + 1', '1 < 2 && 2 < 1 || 1', '7 % 4'].map(
      scalarOf,
    ),
    [7, 2, 64, 4, 9, 2, 1, 3],
  );
  assert.throws(() => math('1 +'), /the end is unexpected/);
  assert.throws(() => math('(1'), /a bracket is not closed/);
  assert.throws(() => math('1 2'), /2 is unexpected/);
  assert.throws(() => math('§'), /cannot be read/);
  assert.throws(() => math('$gone'), /unable to find dependent node 'gone'/);
  assert.throws(() => math('log($a)', { a: [number(1)] }), /not known here/);
});

test('math: values belong together by their labels, where one may have more', () => {
  const daily = [series([1, 5], { user_id: '1' }), series([2, 9], { user_id: '2' })];
  const usual = [number(1, { user_id: '1' }), number(9, { user_id: '2' }), number(4, { user_id: '3' })];
  assert.deepEqual(math('abs($daily - $usual)', { daily, usual }), [
    series([0, 4], { user_id: '1' }),
    series([7, 0], { user_id: '2' }),
  ]);
  const named = [number(3, { user_id: '1', username: 'jack' }), number(3, { user_id: '9', username: 'x' })];
  assert.deepEqual(math('$usual + $named', { usual, named }), [number(4, { user_id: '1', username: 'jack' })]);
  assert.deepEqual(math('$usual * 2', { usual: usual.slice(0, 1) }), [number(2, { user_id: '1' })]);
});

test('math: two single values belong together whatever their labels, which are lost; two sets of others do not', () => {
  const [a, b] = [number(1, { user_id: '1' }), number(2, { user_id: '2' })];
  assert.deepEqual(math('$a + $b', { a: [a], b: [b] }), [number(3)]);
  assert.deepEqual(math('$a + $b', { a: [a, number(5, { user_id: '3' })], b: [b] }), []);
});

test('math: what is missing stays missing, what is no number spoils the rest, no data goes through', () => {
  assert.deepEqual(math('$a + 1', { a: [number(null)] }), [number(null)]);
  assert.deepEqual(math('$a + 1', { a: [number(NaN)] }), [number(NaN)]);
  assert.deepEqual(math('abs($a)', { a: [number(null)] }), [number(NaN)]);
  assert.deepEqual(math('$a > 0 && $b > 0', { a: [number(0)], b: [number(NaN)] }), [number(0)]);
  assert.deepEqual(math('$a + 1', { a: [noData] }), [noData]);
  const two = [number(1, { app: 'a' }), number(2, { app: 'b' })];
  assert.deepEqual(math('$two + $a', { two, a: [noData] }), [noData]);
});

test('math: of two series the times they share', () => {
  const later: Value = { kind: 'series', labels: {}, points: [{ time: 1, value: 10 }] };
  const shared: Value = { kind: 'series', labels: {}, points: [{ time: 1, value: 12 }] };
  assert.deepEqual(math('$a + $b', { a: [series([1, 2])], b: [later] }), [shared]);
});

test('reduce: with dropNN gaps do not count; nothing left is missing, and counts 0', () => {
  const settings = { mode: 'dropNN' } as const;
  const of = (reducer: string, values: readonly (number | null)[]): Value[] =>
    reduceValues([series(values, { app: 'a' })], reducer, settings);
  const labels = { app: 'a' };
  assert.deepEqual(of('median', [9, null, 1, NaN, 4, 3]), [number(3.5, labels)]);
  assert.deepEqual(of('median', [9, 1, 4]), [number(4, labels)]);
  assert.deepEqual(of('last', [1, 2, null]), [number(2, labels)]);
  assert.deepEqual(of('count', [1, null, 2]), [number(2, labels)]);
  assert.deepEqual([of('last', [null]), of('count', [])], [[number(null, labels)], [number(0, labels)]]);
  assert.deepEqual(of('mean', []), [number(null, labels)]);
});

test('reduce: without it a gap spoils a median and is the last value', () => {
  assert.deepEqual(reduceValues([series([1, null])], 'median', {}), [number(NaN)]);
  assert.deepEqual(reduceValues([series([1, null])], 'last', {}), [number(null)]);
  assert.deepEqual(reduceValues([series([1, null])], 'sum', { mode: 'replaceNN', replaceWithValue: 5 }), [number(6)]);
  assert.deepEqual(reduceValues([noData], 'last', {}), [noData]);
  assert.throws(() => reduceValues([series([1])], 'mode', {}), /no reducer mode/);
});

test('threshold: 1 or 0, of what is missing nothing', () => {
  const values = [number(80), number(80.1), number(null), number(NaN), noData];
  assert.deepEqual(applyThreshold(values, { type: 'gt', params: [80] }), [
    number(0),
    number(1),
    number(null),
    number(0),
    noData,
  ]);
  assert.throws(() => applyThreshold(values, { type: 'above', params: [1] }), /no threshold above/);
});

test('a query without an answer is no data, and text is no series', () => {
  assert.deepEqual(toValues([]), [noData]);
  const time = { name: 'Time', displayName: 'Time', type: 'time' as const, labels: {}, values: [1] };
  const text = { ...time, name: 'Value', type: 'string' as const, values: ['x'] };
  assert.deepEqual(toValues([{ name: 'm', fields: [time, text] }]), [noData]);
  assert.throws(() => toValues([{ name: 'm', fields: [time, text, text] }]), /format time_series/);
});
