import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { firstAtOrAfter, gainBetween, median, openSeries, valueAt } from '../../../functions/insights/series.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse('2026-05-01T00:00:00Z');

/** A value at each of these minutes after the start: the minute itself. */
const seriesAt = (minutes: readonly number[]): ReturnType<typeof openSeries> =>
  openSeries(
    minutes.map((minute) => start + minute * minuteMs),
    minutes,
  );
const everyQuarter = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / 15 }, (_, index) => from + index * 15);
const at = (minute: number): number => start + minute * minuteMs;

describe('the value at a time', () => {
  const series = seriesAt([...everyQuarter(0, 600), ...everyQuarter(1200, 1800)]);

  it('is the last one at or before it', () => {
    assert.equal(valueAt(series, at(30))?.value, 30);
    assert.equal(valueAt(series, at(44))?.value, 30);
    assert.equal(valueAt(series, at(-1)), undefined);
  });

  it('is known for two of the usual intervals, and not a millisecond longer', () => {
    assert.equal(valueAt(series, at(585 + 30))?.value, 585);
    assert.equal(valueAt(series, at(585 + 30) + 1), undefined);
  });

  it('is not known for longer because the collection ended for good', () => {
    assert.equal(valueAt(series, at(1785 + 31)), undefined);
    assert.equal(valueAt(series, start + 2 * dayMs), undefined);
  });

  it('counts by the median interval, which one long gap does not change', () => {
    const hourly = openSeries(
      [0, 1, 2, 3, 30, 31, 32].map((hour) => start + hour * hourMs),
      [0, 1, 2, 3, 4, 5, 6],
    );
    assert.equal(valueAt(hourly, start + 5 * hourMs)?.value, 3);
    assert.equal(valueAt(hourly, start + 6 * hourMs), undefined);
  });

  it('of a single value is known for a day', () => {
    const one = openSeries([start], [7]);
    assert.equal(valueAt(one, start + dayMs)?.value, 7);
    assert.equal(valueAt(one, start + dayMs + 1), undefined);
  });

  it('is never known for more than two days, however rare the values', () => {
    const rare = openSeries(
      [0, 3, 6].map((day) => start + day * dayMs),
      [1, 2, 3],
    );
    assert.equal(valueAt(rare, start + 5 * dayMs)?.value, 2);
    assert.equal(valueAt(rare, start + 5 * dayMs + 1), undefined);
  });
});

describe('the gain between two times', () => {
  const series = seriesAt([...everyQuarter(0, 600), ...everyQuarter(1200, 1800)]);

  it('is the difference of their values', () => {
    assert.equal(gainBetween(series, at(20), at(100)), 90 - 15);
  });

  it('is not known from or to a gap, but over one', () => {
    assert.equal(gainBetween(series, at(700), at(1300)), undefined);
    assert.equal(gainBetween(series, at(100), at(700)), undefined);
    assert.equal(gainBetween(series, at(100), at(1300)), 1290 - 90);
  });

  it('is not 0 but unknown where no value was read in between', () => {
    assert.equal(gainBetween(series, at(31), at(44)), undefined);
    assert.equal(gainBetween(series, at(30), at(44)), undefined);
    assert.equal(gainBetween(series, at(31), at(45)), 15);
  });
});

it('the median of an even count is the mean of the middle two, and there is none of nothing', () => {
  assert.deepEqual([median([5, 1, 9]), median([10, 2, 9, 1]), median([])], [5, 5.5, undefined]);
});

it('the first at or after a time is found at every place', () => {
  const times = [10, 20, 20, 30];
  assert.deepEqual(
    [5, 10, 11, 20, 21, 30, 31].map((time) => firstAtOrAfter(times, time)),
    [0, 0, 1, 1, 3, 3, 4],
  );
  assert.equal(firstAtOrAfter([], 1), 0);
});
