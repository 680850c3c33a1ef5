import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { toLineProtocol } from '../../functions/adapters/influxdb.ts';
import type { MicroUsd } from '../../functions/billing/price.ts';
import { COLLECTORS } from '../../functions/collectors/index.ts';
import type { Point } from '../../functions/measurement.ts';
import { configOf } from '../functions/fixtures.ts';
import { type Case, readCases, runCase } from './run-case.ts';

/** The lines a case is compared by: the run's own point has durations in it, a failure's time is the moment. */
function linesOf(points: readonly Point[]): string[] {
  const compared = points.filter(({ measurement }) => measurement !== 'twitter_collector_run');
  return compared
    .map((point) => {
      const line = toLineProtocol([point]).trimEnd();
      return point.measurement === 'twitter_collector_failure' ? line.replace(/ \d+$/, '') : line;
    })
    .sort();
}

/** What X bills for these answers: each user and post; those of a look-up of posts were bought before. */
function billOf({ answers, env = {} }: Case): MicroUsd {
  const { prices } = configOf(env);
  const billed = answers.filter(({ path, status }) => status === 200 && path !== '/2/tweets');
  const costs = billed.flatMap(({ path, asOwner, body }) => {
    const price = !path.endsWith('/tweets') ? prices.user : asOwner ? prices.ownedTweet : prices.tweet;
    const { data = [] } = (body ?? {}) as { data?: unknown };
    return [data].flat().flatMap((entry) => (typeof entry === 'object' && entry && 'id' in entry ? [price] : []));
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
}

/** The ledger as it stays: a purchase is what its settled line says, or, without one, what its reserved line does. */
function ledgerOf(books: readonly Point[]): { settled: MicroUsd; reserved: MicroUsd } {
  const lines = books.filter(({ measurement }) => measurement === 'twitter_ledger');
  const inState = (state: string): readonly Point[] => lines.filter(({ tags }) => tags['state'] === state);
  const settled = inState('settled');
  const purchases = new Set(settled.map(({ fields }) => fields['purchase']));
  const open = inState('reserved').filter(({ fields }) => !purchases.has(fields['purchase']));
  const sum = (points: readonly Point[]): MicroUsd =>
    points.reduce((total, { fields }) => total + Number(fields['cost_microusd']), 0);
  return { settled: sum(settled), reserved: sum(open) };
}

test('every collector has cases, and every folder of cases a collector', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map(({ name }) => name).sort(), COLLECTORS.map(({ name }) => name).sort());
});

for (const { name: collector } of COLLECTORS) {
  for (const given of readCases(collector)) {
    test(`${collector}/${given.name}: ${given.description}`, async () => {
      const { results, books, status, unserved, unasked } = await runCase(given);
      assert.deepEqual(unserved, [], 'requests without an answer');
      assert.deepEqual(unasked, [], 'answers nobody asked for');
      assert.deepEqual(linesOf(results), given.expectedLines);
      assert.equal(status, given.expectedStatus);
      const { settled, reserved } = ledgerOf(books);
      const bill = billOf(given);
      assert.ok(settled <= bill && bill <= settled + reserved, `${settled} <= ${bill} <= ${settled + reserved}`);
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
