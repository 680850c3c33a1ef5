import type { TimeRange } from '../plugin/interval.ts';
import { seedFrom, seedTo } from '../seed/plan.ts';

const hourMs = 3_600_000;

/** How far back a dashboard looks from the end of the seed. */
export const spans = ['6 h', '24 h', '7 d', '30 d', 'everything'] as const;

/** One of them. */
export type Span = (typeof spans)[number];

const hours: Readonly<Record<Span, number>> = {
  '6 h': 6,
  '24 h': 24,
  '7 d': 7 * 24,
  '30 d': 30 * 24,
  everything: (seedTo - seedFrom) / hourMs,
};

/** The range of a span. */
export function rangeOf(span: Span): TimeRange {
  return { from: seedTo - hours[span] * hourMs, to: seedTo };
}
