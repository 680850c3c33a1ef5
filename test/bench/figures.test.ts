import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { medianOf, openFigures, toRows } from './figures.ts';
import { goalOf } from './goals.ts';

describe('the figures of the bench', () => {
  it('have the median of an odd and of an even number of samples', () => {
    assert.deepEqual([medianOf([3, 1, 2]), medianOf([4, 1, 3, 2]), medianOf([5])], [2, 2.5, 5]);
  });

  it('are compared with the floor of the same thing, by their medians, CPU before wall time', () => {
    const figures = openFigures(20, 'warm');
    for (const wallMs of [8, 9]) figures.add('function', 'an event', 'wall ms', wallMs);
    for (const micros of [700, 100, 600]) figures.add('function', 'an event', 'CPU us', micros);
    for (const micros of [100, 50, 900]) figures.add('floor', 'an event', 'CPU us', micros);
    const rows = toRows(figures.all());
    assert.deepEqual(
      rows.map(({ program, unit, min, median, max, ratio }) => [program, unit, min, median, max, ratio]),
      [
        ['function', 'CPU us', 100, 600, 700, 6],
        ['floor', 'CPU us', 50, 100, 900, 1],
        ['function', 'wall ms', 8, 8.5, 9, undefined],
      ],
    );
    assert.deepEqual(rows.map(goalOf), [{ text: '6x', isMet: true }, undefined, undefined]);
  });
});
