import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Influxd } from '../support/influxd.ts';
import { parts } from './parts.ts';
import { startStore } from './world.ts';

/** How much of each part is played here; `npm run test:faults` plays all of it. A soak says nothing before its first 200 ticks. */
const counts: Readonly<Record<string, number>> = { matrix: 4, kills: 2, input: 300, data: 8, markers: 8, giants: 1 };
const seed = Math.floor(Math.random() * 1_000_000);
let influxd: Influxd;

before(async () => {
  influxd = await startStore();
});

after(() => influxd.close());

for (const part of parts) {
  const count = counts[part.name];
  if (count === undefined) continue;
  it(`a sample of the faults: ${part.name}, ${count} ${part.unit}`, async (t) => {
    const again = `npm run test:faults -- --part ${part.name} --seed ${seed} --count ${count}`;
    t.diagnostic(again);
    const { totals, problems } = await part.run({ influxd, seed, count, onProgress: () => undefined });
    t.diagnostic(JSON.stringify(totals));
    assert.deepEqual(problems, [], `again: ${again}`);
  });
}
