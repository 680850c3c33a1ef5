import { after, before } from 'node:test';

import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { makeTruth, type Truth } from '../numbers/look.ts';
import { makeSeed, writeSeed } from '../seed/seed.ts';

/** The InfluxDB of a test file with the seed in it, and what is known of the seed. */
export function useSeed(): { readonly influxd: () => Influxd; readonly truth: () => Truth } {
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
