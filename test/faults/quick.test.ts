import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parts } from './parts.ts';
import { startStore } from './world.ts';

/** How much of each part is played here; `npm run test:faults` plays all of it. */
const counts: Readonly<Record<string, number>> = {
  matrix: 10,
  kills: 4,
  input: 600,
  data: 30,
  markers: 30,
  giants: 3,
  soak: 60,
};
const seed = Math.floor(Math.random() * 1_000_000);

describe('a sample of the faults', { concurrency: true }, () => {
  for (const part of parts) {
    const count = counts[part.name] ?? 0;
    it(`${part.name}: ${count} ${part.unit}`, async (t) => {
      const again = `npm run test:faults -- --part ${part.name} --seed ${seed} --count ${count}`;
      t.diagnostic(again);
      const influxd = await startStore();
      try {
        const { totals, problems } = await part.run({ influxd, seed, count, onProgress: () => undefined });
        t.diagnostic(JSON.stringify(totals));
        assert.deepEqual(problems, [], `again: ${again}`);
      } finally {
        await influxd.close();
      }
    });
  }
});
