import assert from 'node:assert/strict';

import type { Reason } from '../../../functions/failure.ts';
import type { Point } from '../../../functions/measurement.ts';
import { newerLatches } from '../../../functions/store/preflight.ts';
import type { AskX } from '../../../functions/x/answer.ts';
import { runErrorOf, stubInfluxDb } from '../fixtures.ts';
import { byName, minuteMs, noon, type Way, wayOf } from './world.ts';

/** Runs of one process, one after the other, over one store. */
export function processWith(askX: AskX): {
  openRun: (probe?: boolean) => Way;
  latches: () => Promise<readonly string[]>;
} {
  const influxdb = stubInfluxDb();
  const runs: Way[] = [];
  const openRun = (probe = false): Way => {
    const { latches = new Map(), ...patience } = runs.at(-1)?.patience() ?? {};
    const run = wayOf(askX, { ...patience, latches: newerLatches(latches, [], Date.now()), influxdb, probe });
    runs.push(run);
    return run;
  };
  const latches = async (): Promise<readonly string[]> => {
    for (const run of runs) await run.written();
    return influxdb.written.map(summaryOf);
  };
  return { openRun, latches };
}

/** A latch's point as `when: reason until`, in whole minutes from noon. */
function summaryOf({ measurement, tags, fields, time }: Point): string {
  assert.equal(measurement, 'twitter_latch');
  assert.equal(tags['app'], 'default');
  const until = Number(fields['until']) * 1000;
  const minutes = (at: number): string => String(Math.floor((at - noon) / minuteMs));
  return `${minutes(Number(time))}: ${tags['reason'] ?? ''} ${until === 0 ? 'cleared' : minutes(until)}`;
}

/** Why a run is not let through. */
export async function reasonOf(run: Way, request = byName): Promise<Reason> {
  return (await runErrorOf(run.ask(request))).failure.reason;
}
