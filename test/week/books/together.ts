import type { TestContext } from 'node:test';
import type { Point } from '../../../functions/measurement.ts';
import type { Instance } from '../../../functions/run/instance.ts';
import type { InfluxDb } from '../../../functions/store/influxdb.ts';
import { billOn } from '../../support/billing-x.ts';
import { booksOf, type Line, linesOn } from '../books.ts';
import type { World } from '../world.ts';

/** What several processes did at the same moments, and what the store has of it. */
export interface Tally {
  trials: number;
  /** Ledger lines that InfluxDB acknowledged, and those of them that it has not. */
  lines: number;
  lost: number;
  /** Timelines X was asked for, and the purchases of them in the ledger by state. */
  timelines: number;
  reserved: number;
  settled: number;
  /** In micro-dollars, of all trials. */
  bill: number;
  booked: number;
  held: number;
  /** Trials in which the bill was not between what was settled and that with what was held. */
  wrongBills: number;
}

/** A tally of nothing. */
export function emptyTally(): Tally {
  return {
    trials: 0,
    lines: 0,
    lost: 0,
    timelines: 0,
    reserved: 0,
    settled: 0,
    bill: 0,
    booked: 0,
    held: 0,
    wrongBills: 0,
  };
}

/** How many trials a test makes: `LEDGER_TRIALS`, or a few. */
export function countTrials(few: number): number {
  return Number(process.env['LEDGER_TRIALS'] ?? few);
}

/** The instance with every acknowledged ledger line entered in `acknowledged`. */
export function witnessed(instance: Instance, acknowledged: Set<string>): Instance {
  const { store } = instance;
  const write: InfluxDb['write'] = async (points, deadline) => {
    const reply = await store.influxdb.write(points, deadline);
    const lines = points.filter(({ measurement }) => measurement === 'twitter_ledger');
    if (reply.status === 204) for (const point of lines) acknowledged.add(nameOf(point));
    return reply;
  };
  return { ...instance, store: { ...store, influxdb: { ...store.influxdb, write } } };
}

/** Adds a trial: what X was asked and billed on these days, and the ledger's lines of an app. */
export async function addTrial(
  tally: Tally,
  world: World,
  { app, days, acknowledged }: { app: string; days: readonly string[]; acknowledged?: ReadonlySet<string> },
): Promise<void> {
  const { x, influxd } = world;
  tally.trials += 1;
  const timelines = x.seen.filter(({ path }) => path.endsWith('/tweets')).length;
  const stored: Line[] = [];
  let isWrong = false;
  for (const day of days) {
    const lines = await linesOn(influxd, day, app);
    stored.push(...lines);
    const [bill, { settled, held }] = [billOn(x, day), booksOf(lines)];
    tally.bill += bill;
    tally.booked += settled;
    tally.held += held;
    isWrong ||= settled > bill || bill > settled + held;
  }
  const names = new Set(stored.map(({ purchase, state }) => `${purchase} ${state}`));
  tally.lines += acknowledged?.size ?? names.size;
  tally.lost += [...(acknowledged ?? [])].filter((name) => !names.has(name)).length;
  tally.timelines += timelines;
  tally.reserved += purchasesIn(stored, 'reserved');
  tally.settled += purchasesIn(stored, 'settled');
  tally.wrongBills += isWrong ? 1 : 0;
}

/** Prints a tally on one line. */
export function printTally(t: TestContext, tally: Tally): void {
  t.diagnostic(
    Object.entries(tally)
      .map(([name, value]) => `${value} ${name}`)
      .join(', '),
  );
}

function purchasesIn(lines: readonly Line[], state: string): number {
  const posts = lines.filter((line) => line.resource === 'tweet' && line.state === state);
  return new Set(posts.map(({ purchase }) => purchase)).size;
}

function nameOf({ tags, fields }: Point): string {
  return `${fields['purchase'] ?? ''} ${tags['state'] ?? ''}`;
}
