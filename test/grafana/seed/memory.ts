import { dayOf } from '../../../functions/billing/day.ts';
import type { Point } from '../../../functions/measurement.ts';
import type { StoredRow } from '../../functions/fixtures.ts';
import { dayMs } from './plan.ts';
import { millisecondOf } from './seed.ts';

/** What InfluxDB answers to a run of an app at a tick, of points that are all older: its day's ledger, its latches, who was seen. */
export function rowsBefore(points: readonly Point[], app: string, tick: number): readonly StoredRow[] {
  const days = [dayOf(tick - dayMs), dayOf(tick)];
  const lines: Point[] = [];
  const newest = new Map<string, Point>();
  for (const point of points) {
    const { measurement, tags } = point;
    const time = millisecondOf(point);
    const isOwn = time < tick && tags['app'] === app;
    if (measurement === 'twitter_ledger' && isOwn && days.includes(dayOf(time))) lines.push(point);
    if (measurement === 'twitter_latch' && isOwn) newest.set(tags['reason'] ?? '', point);
    if (measurement === 'twitter_user' && time < tick)
      newest.set(`${tags['user_id'] ?? ''} ${tags['username'] ?? ''}`, point);
  }
  return [...lines, ...newest.values()].map(toRow);
}

/** The tags stand among the columns as well: a ledger is not grouped. */
function toRow(point: Point): StoredRow {
  const { measurement, tags, fields } = point;
  return { measurement, tags, columns: { ...fields, ...tags, time: new Date(millisecondOf(point)).toISOString() } };
}
