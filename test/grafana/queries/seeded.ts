import { after, before } from 'node:test';

import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { makeTruth, type Truth } from '../numbers/look.ts';
import { makeSeed, writeSeed } from '../seed/seed.ts';

/** An InfluxDB with the seed in it, and what is known of the seed. */
export interface Seeded {
  readonly influxd: () => Influxd;
  readonly truth: () => Truth;
}

/** The one of a test file; both functions throw before its tests begin. */
export function useSeed(): Seeded {
  let server: Influxd | undefined;
  let known: Truth | undefined;
  before(async () => {
    const seed = makeSeed();
    server = await startInfluxd();
    await writeSeed(server, seed);
    known = makeTruth(seed);
  });
  after(() => server?.close());
  return { influxd: () => present(server), truth: () => present(known) };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the seed has not been written yet');
  return value;
}
