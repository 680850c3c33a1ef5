import assert from 'node:assert/strict';
import { it } from 'node:test';

import { daysTo, nextMilestone } from '../../../functions/insights/daily.ts';

const milestones: [followers: number, next: number][] = [
  [0, 10],
  [9, 10],
  [10, 15],
  [99, 100],
  [100, 150],
  [950, 1000],
  [1960, 2000],
  [14_389, 15_000],
  [15_000, 20_000],
  [73_904, 75_000],
  [80_000, 85_000],
  [99_999, 100_000],
  [219_000_000, 250_000_000],
];
for (const [followers, next] of milestones) {
  it(`after ${followers} followers come ${next}`, () => {
    assert.equal(nextMilestone(followers), next);
  });
}

it('a pace of 50 a day takes 2 days for 100, and one that falls or stands never arrives', () => {
  assert.equal(daysTo(1000, 900, 50), 2);
  for (const pace of [0, -1, undefined]) assert.equal(daysTo(1000, 900, pace), undefined);
});
