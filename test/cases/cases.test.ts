import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { toLineProtocol } from '../../functions/adapters/influxdb.ts';
import { COLLECTORS } from '../../functions/collectors/index.ts';
import type { Measurement } from '../../functions/measurement.ts';
import { readCases, runCase } from './run-case.ts';

/** The lines a case is compared by: the run's own point has durations in it, a failure's time is the moment. */
function linesOf(measurements: readonly Measurement[]): string[] {
  const compared = measurements.filter(({ name }) => name !== 'twitter_collector_run');
  return compared
    .map((measurement) => {
      const line = toLineProtocol([measurement]).trimEnd();
      return measurement.name === 'twitter_collector_failure' ? line.replace(/ \d+$/, '') : line;
    })
    .sort();
}

test('every collector has cases, and every folder of cases a collector', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map(({ name }) => name).sort(), COLLECTORS.map(({ name }) => name).sort());
});

for (const { name: collector } of COLLECTORS) {
  for (const given of readCases(collector)) {
    test(`${collector}/${given.name}: ${given.description}`, async () => {
      const { measurements, status, unserved, unasked } = await runCase(given);
      assert.deepEqual(unserved, [], 'requests without an answer');
      assert.deepEqual(unasked, [], 'answers nobody asked for');
      assert.deepEqual(linesOf(measurements), given.expectedLines);
      assert.equal(status, given.expectedStatus);
    });

    test(`${collector}/${given.name}: has no file that is not read`, () => {
      const files = readdirSync(join(import.meta.dirname, collector, given.name)).sort();
      const known = ['answers.json', 'case.json', 'expected-status', 'expected.lp'];
      assert.deepEqual(
        files.filter((file) => !known.includes(file)),
        [],
      );
    });
  }
}
