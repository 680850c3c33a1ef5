/** How variables get into a query: what the plug-in's source says, case by case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { buildQuery } from './build.ts';
import { interpolate, type VariableValue } from './interpolate.ts';

const range = { from: 1_793_000_000_000, to: 1_793_086_400_000 };
const one = (value: VariableValue['value']): VariableValue => ({ name: 'app', multi: false, value });
const several = (value: VariableValue['value']): VariableValue => ({ name: 'app', multi: true, value });
const inRegex = 'SELECT 1 FROM "m" WHERE "app" =~ /^$app$/';
const inQuotes = `SELECT 1 FROM "m" WHERE "app" = '$app'`;

const cases: readonly [what: string, query: string, variable: VariableValue, inserted: string][] = [
  ['a single value in a regular expression is escaped', inRegex, one('acme.prod-2'), '/^acme\\.prod-2$/'],
  ['one in braces too', inRegex.replace('$app', '${app}'), one('acme.prod-2'), '/^acme\\.prod-2$/'],
  ['a single value elsewhere is not', inQuotes, one('acme.prod-2'), "'acme.prod-2'"],
  ['one that begins with a digit is never escaped', inRegex, one('2nd.app'), '/^2nd.app$/'],
  ['a key with a colon needs no escape', inRegex, one('id:12'), '/^id:12$/'],
  ['several become alternatives', inRegex, several(['jack', 'acme.prod-2']), '/^(jack|acme\\.prod-2)$/'],
  ['one of several is in brackets too', inRegex, several(['jack']), '/^(jack)$/'],
  ['several make nonsense in quotes', inQuotes, several(['jack', 'biz']), "'(jack|biz)'"],
  ['an "All" value of its own is never escaped', inRegex, several({ raw: '.*' }), '/^.*$/'],
  ['a format overrules all of that', inRegex.replace('$app', '${app:raw}'), one('acme.prod-2'), '/^acme.prod-2$/'],
  ['the older brackets work as well', inRegex.replace('$app', '[[app:pipe]]'), several(['a', 'b']), '/^a|b$/'],
];
for (const [what, query, variable, inserted] of cases)
  test(what, () => {
    const expected = query.replace(/(?<== )'.*'$|(?<==~ )\/.*\/$/, () => inserted);
    assert.equal(interpolate(query, [variable], range), expected);
  });

test('a name that only begins alike is another variable, and an unknown one stays', () => {
  const variables = [one('default'), { name: 'app_id', multi: false, value: 'x' }];
  assert.equal(interpolate("'$app_id' $app $timeFilter $other", variables, range), "'x' default $timeFilter $other");
});

test('a division is no regular expression: what stands behind it is not escaped', () => {
  const query = 'SELECT a / $app / 2, "b" / $app FROM "m" WHERE "c" =~ /^d$/';
  assert.equal(interpolate(query, [one('x.y')], range), query.replaceAll('$app', 'x.y'));
});

test('behind FROM it is one', () => {
  assert.equal(interpolate('SELECT 1 FROM /^$app$/', [one('x.y')], range), 'SELECT 1 FROM /^x\\.y$/');
});

test('the ends of the range are variables', () => {
  assert.equal(interpolate('time <= ${__to}ms - 2d', [], range), 'time <= 1793086400000ms - 2d');
});

test('macros: the range with both ends, the interval in one unit and in milliseconds', () => {
  assert.equal(
    buildQuery('WHERE $timeFilter GROUP BY time($__interval) $__interval_ms $interval', range, 5_400_000),
    'WHERE time >= 1793000000000ms and time <= 1793086400000ms GROUP BY time(1h) 5400000 1h',
  );
});
