import { apps, latch } from '../seed/plan.ts';
import type { Look } from './look.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Asked once an hour, each refusal setting it for forty days; then cleared. */
export function latchOf({ app, range }: Look): number[] {
  if (app !== apps[0] || range.to < latch.from || range.to >= latch.to + 40 * dayMs) return [];
  const probe = Math.floor(range.to / hourMs) * hourMs;
  return [range.to >= latch.to ? 0 : probe + 40 * dayMs];
}
