import type { Deadline } from '../deadline.ts';
import { RunError } from '../failure.ts';
import type { Point } from '../measurement.ts';
import { openJournal } from '../run/frame.ts';
import type { Instance } from '../run/instance.ts';
import { type Outcome, outcomeOf } from '../run/report.ts';
import { note, type Tick } from '../run/run.ts';
import { writeStore } from '../store/influxdb.ts';
import { pointsIn, recordType } from '../store/record.ts';

/** The job and the type of its events: no other asks for it, and no person. */
export const record = { name: 'record', eventType: recordType } as const;

/** A record event: points of another process, which the broker has kept until now. */
export interface Recording {
  readonly job: typeof record;
  readonly points: readonly Point[];
  readonly tick: Tick;
}

/** What a record event asks for. Throws a `BadRequest`: half of an event is never written. */
export function readRecording(data: unknown, tick: Tick): Recording {
  return { job: record, points: pointsIn(data), tick };
}

/** Writes the points of a record event. It asks X for nothing, reads nothing, and may come twice or out of order. */
export async function recordPoints(
  instance: Instance,
  { points, tick }: Recording,
  deadline: Deadline,
): Promise<Outcome> {
  const journal = openJournal(instance, record.name, tick, 0);
  try {
    await writeStore(instance.store, points, deadline);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    note(journal, 'tick', error.failure);
    return outcomeOf(journal);
  }
  const { report, ...outcome } = outcomeOf(journal);
  return { ...outcome, report: { ...report, points: points.length } };
}
