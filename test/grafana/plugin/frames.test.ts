/** What an InfluxQL answer becomes in Grafana. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toAnnotations } from './annotations.ts';
import type { Series } from './ask.ts';
import { type Frame, toFrames } from './frames.ts';
import { formatInterval, intervalFor } from './interval.ts';

const intervalMs = 900_000;
const answer: Series[] = [
  { name: 'm', tags: { app: 'a', who: 'x' }, columns: ['time', 'mean', 'last'], values: [[1, 2, null]] },
  { name: 'm', tags: { app: 'b', who: '' }, columns: ['time', 'mean', 'last'], values: [[1, null, 'text']] },
];

function tell(frames: readonly Frame[]): unknown[] {
  return frames.map(({ fields }) =>
    Object.fromEntries(fields.map(({ displayName, type, values }) => [`${displayName}: ${type}`, values])),
  );
}

test('time_series: a frame for each series and column, under its alias', () => {
  const alias = '$tag_app [[col]] of $m each $__interval';
  assert.deepEqual(tell(toFrames(answer, { resultFormat: 'time_series', alias, intervalMs })), [
    { 'Time: time': [1], 'a mean of m each 15m: number': [2] },
    { 'Time: time': [1], 'a last of m each 15m: number': [null] },
    { 'Time: time': [1], 'b mean of m each 15m: number': [null] },
    { 'Time: time': [1], 'b last of m each 15m: string': ['text'] },
  ]);
});

test('time_series without an alias: the measurement, the column and the tags', () => {
  const names = toFrames(answer, { intervalMs }).map(({ name }) => name);
  assert.deepEqual(names.slice(0, 2), ['m.mean { app: a, who: x }', 'm.last { app: a, who: x }']);
});

test('table: one frame, the tags as columns behind the time', () => {
  assert.deepEqual(tell(toFrames(answer, { resultFormat: 'table', intervalMs })), [
    {
      'Time: time': [1, 1],
      'who: string': ['x', ''],
      'app: string': ['a', 'b'],
      'mean: number': [2, null],
      'last: string': [null, 'text'],
    },
  ]);
  assert.deepEqual(toFrames([], { resultFormat: 'table', intervalMs }), []);
});

test('SHOW TAG VALUES: the values, not the key', () => {
  const values = [
    ['app', 'default'],
    ['app', 'acme.prod-2'],
  ];
  const frames = toFrames([{ name: 'm', columns: ['key', 'value'], values }], { intervalMs });
  assert.deepEqual(tell(frames), [{ 'Value: string': ['default', 'acme.prod-2'] }]);
});

test('annotations: columns are found by their names, and a row with anything missing is left out', () => {
  const published: Series = {
    name: 'm',
    columns: ['time', 'tweet_id', 'url', 'username'],
    values: [
      [1, '7', 'https://x.com/1', 'jack'],
      [2, '8', null, 'jack'],
    ],
  };
  const frames = toFrames([published], { intervalMs: 1000 });
  assert.deepEqual(toAnnotations(frames, { textColumn: 'url', titleColumn: 'm.username' }), [
    { time: 1, title: 'jack', text: 'https://x.com/1', tags: [] },
  ]);
  // A title that is not called by its full name is not found: the first column left over is taken.
  const [first] = toAnnotations(frames, { textColumn: 'url', tagsColumn: 'username', titleColumn: 'username' });
  assert.deepEqual([first?.title, first?.tags], ['7', ['jack']]);
});

test('intervals: the range over the points, rounded as Grafana rounds, never below the least', () => {
  const day = 86_400_000;
  const of = (days: number, points: number): string =>
    formatInterval(intervalFor({ from: 0, to: days * day }, points, '15m'));
  assert.deepEqual(
    [of(0.25, 940), of(7, 940), of(30, 940), of(365, 940), of(365, 300)],
    ['15m', '15m', '1h', '12h', '1d'],
  );
});
