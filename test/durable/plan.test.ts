import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedRandom } from '../week/posting.ts';
import { planTicks } from './plan.ts';

test('InfluxDB is away for the middle half of the ticks, and either half has kills of every kind', () => {
  for (const seed of [1, 2, 3]) {
    const plan = planTicks(20, 2, seedRandom(seed));
    assert.deepEqual(
      plan.map(({ isInfluxDbAway }) => isInfluxDbAway),
      Array.from({ length: 20 }, (_, index) => index >= 5 && index < 15),
    );
    for (const isAway of [true, false]) {
      const victims = plan.filter(({ isInfluxDbAway }) => isInfluxDbAway === isAway).map(({ kill }) => kill?.victim);
      assert.deepEqual(new Set(victims), new Set(['collector', 'recorder', 'bridge', 'Kafka', undefined]));
    }
  }
});

test('the same seed is the same plan, another one another', () => {
  const [plan, again, other] = [7, 7, 8].map((seed) => planTicks(20, 2, seedRandom(seed)));
  assert.deepEqual(plan, again);
  assert.notDeepEqual(plan, other);
});

test('a run of few ticks kills the collector, the bridge and Kafka first', () => {
  const victims = planTicks(6, 1, seedRandom(1)).map(({ kill }) => kill?.victim);
  assert.deepEqual(victims.sort(), ['Kafka', 'Kafka', 'bridge', 'bridge', 'collector', 'collector']);
});
